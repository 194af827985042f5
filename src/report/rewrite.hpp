// `nightlatch rewrite`: a diff on stdout, what it means on stderr; nightlatch.dev/rewrite/v1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/rewrite.hpp"
#include "report/out.hpp"

namespace nightlatch::report {

struct RewrittenFile {
  std::string path;
  std::string sha256;
  std::string bytes;
  bool written = false;
};

struct RewriteReport {
  std::string file;      // the manifest that was given
  std::string playbook;  // its name
  std::string asked;     // as -p named it
  plan::RewriteOutcome outcome;
  std::string diff;                  // unified
  std::vector<RewrittenFile> files;  // empty when nothing is to change
  std::string kubeadm;               // what is to change in kubeadm's configuration; empty: it was not given
};

// A unified diff, in colour where there is one. exact: as patch needs it; fitted: no line wider than the
// screen.
enum class Lines { exact, fitted };
void write_diff(Out& out, std::string_view diff, Lines wanted);

// What the diff means, for stderr.
void write_summary(Out& out, const RewriteReport& report);

[[nodiscard]] std::string rewrite_json(const RewriteReport& report);

}  // namespace nightlatch::report
