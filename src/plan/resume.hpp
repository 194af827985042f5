// How to go on with a run that did not come to its end, from what the nodes hold. Pure.
//
// A node that was left in mid-change is put back first; then the rest of the plan is carried out. Such a
// node is not finished forward: it is no longer known which pod ran before its swap, so the new pod cannot
// be told from an old one that still answers. A restore does not need to know that.
#pragma once

#include <string>

#include "plan/planner.hpp"

namespace nightlatch::plan {

// A plan that puts back the nodes that `run`, whose plan is `original`, left in mid-change. It leaves all
// other nodes and all objects alone; changing_nodes() is 0 when there is no such node. Refusals as in
// make_rollback.
[[nodiscard]] PlanOutcome make_finish(const Plan& original, const std::string& run,
                                      const PlanRequest& request);

// Error: only_rehearsed, where `original` is a rehearsal. A rehearsal that was put back has nothing left to
// do.
[[nodiscard]] Status may_go_on(const Plan& original, const std::string& run);

// Whether `now`, planned from today's nodes, is the rest of `original`, the plan of `run`: the same nodes,
// each of them to be changed by the same bytes or changed already, and the same writes to the API. Error:
// plan_outdated, with one line for each difference.
[[nodiscard]] Status check_resumable(const Plan& original, const Plan& now, const std::string& run);

// Gives `now` the order of `original`, with the nodes that do not change at the end, and seals it. Its
// `of_run` becomes `run`, or the run that `run` itself went on with. `now` must have passed check_resumable.
void go_on(Plan& now, const Plan& original, const std::string& run);

// The plan that `rollback`, or any other plan that undoes a run, turns back, with all that make_rollback
// needs of it. Sealed; its hash is not that of the plan that was carried out.
[[nodiscard]] Plan undone_by(const Plan& rollback);

}  // namespace nightlatch::plan
