// `nightlatch confirm`: which nodes keep their new manifest from now on; nightlatch.dev/confirm/v1.
#pragma once

#include <string>
#include <vector>

#include "report/detect.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

struct ConfirmReport {
  ClusterHeader cluster;
  std::string run;
  std::vector<std::string> confirmed;  // nodes, by this command
};

[[nodiscard]] Page page_of(const ConfirmReport& report);
[[nodiscard]] std::string confirm_json(const ConfirmReport& report, const std::string& shared_options);

}  // namespace nightlatch::report
