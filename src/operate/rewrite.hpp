// rewrite: one manifest, offline.
#pragma once

#include <string>

#include "operate/outcome.hpp"
#include "report/rewrite.hpp"

namespace nightlatch::operate {

// Files and words as a person gave them; all but the first two may be empty.
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

// Refusals are in the report. Errors: a file; a playbook; kubeadm's configuration.
[[nodiscard]] Outcome<report::RewriteReport> rewrite(const RewriteInput& input);

// 0; with refusals 3, or 2 where one of them is that the input cannot be read.
[[nodiscard]] Exit exit_of(const report::RewriteReport& report);

}  // namespace nightlatch::operate
