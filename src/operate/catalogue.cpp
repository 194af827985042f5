#include "operate/catalogue.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "access/errors.hpp"
#include "api/errors.hpp"
#include "audit/errors.hpp"
#include "calendar/errors.hpp"
#include "cluster/errors.hpp"
#include "manifest/errors.hpp"
#include "monitor/errors.hpp"
#include "node/errors.hpp"
#include "operate/errors.hpp"
#include "plan/check_codes.hpp"
#include "plan/detect_errors.hpp"
#include "plan/errors.hpp"
#include "plan/rewrite_errors.hpp"
#include "rbac/errors.hpp"
#include "rbac/finding_codes.hpp"
#include "rollout/errors.hpp"
#include "scan/errors.hpp"
#include "spec/errors.hpp"
#include "util/errors.hpp"
#include "verify/errors.hpp"

namespace nightlatch::operate {

std::optional<ErrorCode> find_code(int number) {
  // Those of cli/ are about one command line, which its help explains.
  static const std::array<std::span<const ErrorCode>, 20> tables{
      util_errors::all,        cluster_errors::all,  operate_errors::all,      spec_errors::all,
      node_errors::all,        manifest_errors::all, api_errors::all,          access_errors::all,
      plan_detect_errors::all, plan_errors::all,     plan_rewrite_errors::all, plan_checks::all,
      rollout_errors::all,     rbac_errors::all,     rbac_findings::all,       verify_errors::all,
      scan_errors::all,        audit_errors::all,    calendar_errors::all,     monitor_errors::all};
  for (const auto& table : tables) {
    auto found = std::find_if(table.begin(), table.end(),
                              [&](const ErrorCode& code) { return code.number == number; });
    if (found != table.end()) return *found;
  }
  return std::nullopt;
}

}  // namespace nightlatch::operate
