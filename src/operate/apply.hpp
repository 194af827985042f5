// apply: carries out a plan that was reviewed, or one that is made now.
#pragma once

#include <optional>

#include "operate/carry_out.hpp"
#include "operate/planning.hpp"

namespace nightlatch::operate {

struct ApplyInput {
  PlanInput plan;                      // of a reviewed plan: its playbook
  std::optional<plan::Plan> reviewed;  // from the file choices.plan_file; nothing that differs is applied
  RunChoices choices;
};

// Errors before anything is read: the plan is of another cluster than the selected one; see permit. After
// that: refusals; a difference between the reviewed plan and today's; see carry_out.
[[nodiscard]] Outcome<report::RunReport> apply(Ports& ports, cluster::Selection selection,
                                               const ApplyInput& input);

}  // namespace nightlatch::operate
