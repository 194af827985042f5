// What it takes to go on with a run that did not come to its end. The nodes decide, the journal only
// explains.
//
// A node left in mid-change is put back first, and only then the rest goes on. It could also be finished
// forward, but nobody knows any more which pod ran before its swap, so a new one could not be told from an
// old one that still answers. A restore needs no such memory.
#pragma once

#include <string>

#include "plan/planner.hpp"

namespace nightlatch::plan {

// A plan that puts back what `run` left in mid-change and leaves all other nodes alone; changing_nodes() is 0
// when there is no such node. Refusals as in make_rollback.
[[nodiscard]] PlanOutcome make_finish(const Plan& original, const std::string& run,
                                      const PlanRequest& request);

// A rehearsal that was put back is at its end.
[[nodiscard]] Status may_go_on(const Plan& original, const std::string& run);

// Whether `now`, planned from today's nodes, is the rest of `original`: the same nodes, each to be changed by
// the same bytes or changed already. plan_outdated names every difference.
[[nodiscard]] Status check_resumable(const Plan& original, const Plan& now, const std::string& run);

// The remaining nodes in the original's order; `of_run` names the run that is gone on with, or the one that
// it went on with itself.
void go_on(Plan& now, const Plan& original, const std::string& run);

// The plan that a rollback undoes, as far as a rollback needs it.
[[nodiscard]] Plan undone_by(const Plan& rollback);

}  // namespace nightlatch::plan
