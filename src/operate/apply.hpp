// apply: carries out a plan that was reviewed, or a plan that is made now.
#pragma once

#include <optional>

#include "operate/carry_out.hpp"
#include "operate/planning.hpp"

namespace nightlatch::operate {

struct ApplyInput {
  PlanInput plan;                      // its playbook is not used where there is a reviewed plan
  std::optional<plan::Plan> reviewed;  // from the file choices.plan_file; nullopt: plan now
  RunChoices choices;
};

// Plans from what is there now, and applies that plan. Errors before any node is read: plan_of_other_cluster
// (S10); nothing_to_approve, and those of check_approvals, where approvals are demanded; those of permit.
// After that: the planner's refusals; plan_outdated, where the reviewed plan differs from today's; those of
// carry_out.
[[nodiscard]] Outcome<report::RunReport> apply(Ports& ports, cluster::Selection selection,
                                               const ApplyInput& input);

}  // namespace nightlatch::operate
