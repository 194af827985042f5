// What an audit log says about a plan: who would lose access by it.
#pragma once

#include <vector>

#include "operate/audit.hpp"
#include "plan/plan.hpp"

namespace nightlatch::operate {

// Audits the logs of `input`, whose what_if is set. A check for each path that callers would lose
// (callers_lose), the most frequent first, and one graded unknown where the logs are not enough to tell;
// without logs none. Errors: those of audit.
[[nodiscard]] Outcome<std::vector<plan::PlanCheck>> checks_of_callers(const AuditInput& input);

}  // namespace nightlatch::operate
