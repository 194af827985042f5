// What a plan came to, for a test to look at.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "plan/check_codes.hpp"
#include "plan/cluster.hpp"

namespace nightlatch::plan {

// Exactly this code, once; what else may be wrong follows from it.
inline void expect_refusal(const PlanRequest& request, const ErrorCode& code, const std::string& message) {
  PlanOutcome outcome = make_plan(request);
  EXPECT_FALSE(outcome.plan);
  ASSERT_THAT(codes_of(outcome.refusals), testing::ElementsAre(code.number));
  EXPECT_THAT(outcome.refusals[0].message, testing::HasSubstr(message));
}

inline std::vector<std::string> order_of(const PlanOutcome& outcome) {
  std::vector<std::string> names;
  if (outcome.plan) {
    for (const NodePlan& node : outcome.plan->nodes) names.push_back(node.name);
  }
  return names;
}

// Of the list of changes, in its order.
inline std::vector<std::string> changed_nodes(const Plan& plan) {
  std::vector<std::string> names;
  for (const Change& change : plan.changes) {
    if (const auto* manifest = std::get_if<ManifestChange>(&change)) names.push_back(manifest->node);
  }
  return names;
}

inline std::vector<std::string> texts(const Plan& plan, PlanCheck::Grade grade) {
  std::vector<std::string> found;
  for (const PlanCheck& check : plan.checks) {
    EXPECT_TRUE(check.grade == PlanCheck::Grade::ok || plan_checks::find(check.code) != nullptr)
        << check.text;
    if (check.grade == grade) found.push_back(check.text);
  }
  return found;
}

}  // namespace nightlatch::plan
