// rewrite: shows or writes what would change in one manifest, offline.
#pragma once

#include <string>

#include "operate/outcome.hpp"
#include "report/rewrite.hpp"

namespace nightlatch::operate {

// The arguments as a person gave them. Only `manifest`, `playbook` and `today` must be set.
struct RewriteInput {
  std::string manifest;
  std::string playbook;
  std::string kubernetes_version{};     // instead of the image's tag
  std::string authentication_config{};  // the file that the manifest's own flag names now
  std::string oidc_ca_file{};           // the CA that the manifest's own flag names
  std::string kubeadm_config{};         // a ClusterConfiguration that is to get the same flags
  std::string directory{};              // where manifest and config file are written; empty: nowhere
  std::string today;                    // YYYY-MM-DD, for paths that expire
};

// Refusals are in the report. Errors: a file cannot be read or written; the playbook or the version cannot
// be read; those of plan::persist, for the kubeadm configuration.
[[nodiscard]] Outcome<report::RewriteReport> rewrite(const RewriteInput& input);

// 0 without refusals; 2 where one of them is about an input that cannot be read; 3 otherwise.
[[nodiscard]] Exit exit_of(const report::RewriteReport& report);

}  // namespace nightlatch::operate
