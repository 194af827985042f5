// The endpoint matrix on the screen, and nightlatch.dev/verify/v1.
#pragma once

#include <string>
#include <vector>

#include "report/detect.hpp"
#include "report/page.hpp"
#include "report/render.hpp"
#include "verify/matrix.hpp"

namespace nightlatch::report {

struct VerifyReport {
  ClusterHeader cluster;
  std::string playbook;              // empty: what the manifests promise is expected
  std::vector<std::string> columns;  // who was asked, in order
  verify::Matrix matrix;
  std::vector<Error> unread;    // who could not even be asked
  std::vector<Error> findings;  // beside the matrix: another configuration is loaded than lies there
  std::string loaded;           // about the configuration that the API servers have loaded; empty: nothing
};

enum class Detail { brief, full };  // brief: only what is open, and what is not as planned

[[nodiscard]] Page page_of(const VerifyReport& report, Detail detail);
inline void write_text(const VerifyReport& report, Detail detail, Out& out) {
  write_terminal(page_of(report, detail), out);
}
[[nodiscard]] std::string verify_json(const VerifyReport& report);

}  // namespace nightlatch::report
