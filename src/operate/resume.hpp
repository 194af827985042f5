// resume: puts back a node that a run left in mid-change, then carries out the rest of the run's plan.
#pragma once

#include <string>

#include "operate/carry_out.hpp"

namespace nightlatch::operate {

struct ResumeInput {
  std::string run{};  // empty: the newest run that a node knows
  RunChoices choices;
};

// The report is about the rest of the plan, or about putting the node back where that failed or was all
// there was to do. Errors: those of permit; run_unknown; nothing_to_undo, where a run cannot be read;
// only_rehearsed; those of check_approvals, where approvals are demanded; the planner's refusals;
// plan_outdated, where the rest is not what the run's plan says; those of carry_out.
[[nodiscard]] Outcome<report::RunReport> resume(Ports& ports, const cluster::Selection& selection,
                                                const ResumeInput& input);

}  // namespace nightlatch::operate
