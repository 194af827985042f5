// Which failures a plan is most likely to meet, and what is done then.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "util/result.hpp"

namespace nightlatch::report {

struct LikelyFailure {
  ErrorCode code;
  std::string because;  // what speaks for it in this plan
};

// At most five, the most likely first. Some can happen in every roll; the checks of the plan, its window, its
// approvals and its objects bring others forward.
[[nodiscard]] std::vector<LikelyFailure> likely_failures(const plan::Plan& plan, int required_approvals);

// What nightlatch does by itself when it meets this failure.
[[nodiscard]] std::string what_nightlatch_does(const ErrorCode& code);

}  // namespace nightlatch::report
