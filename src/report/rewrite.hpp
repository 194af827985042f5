// `nightlatch rewrite`: a diff on stdout, what it means on stderr; nightlatch.dev/rewrite/v1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/rewrite.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

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
  std::string options{};  // that were given as well, for the next command: with a blank before each
};

// A unified diff as patch(1) needs it, in colour where there is one.
void write_diff(Out& out, std::string_view diff);

// What the diff means. At the terminal the diff itself goes to stdout and this to stderr.
[[nodiscard]] Page page_of(const RewriteReport& report);
inline void write_summary(Out& out, const RewriteReport& report) {
  write_terminal(page_of(report), out);
}

[[nodiscard]] std::string rewrite_json(const RewriteReport& report);

}  // namespace nightlatch::report
