// The plan of a run, from the state directory of this workstation or, where that does not have it, from the
// copy on the nodes.
#pragma once

#include <string>

#include "cluster/session.hpp"
#include "operate/outcome.hpp"
#include "plan/plan.hpp"
#include "report/run_report.hpp"

namespace nightlatch::operate {

struct KnownPlan {
  std::string run;
  plan::Plan plan;
};

// The id of the newest run that any node knows; ids begin with their UTC time. Empty: no node knows a run.
[[nodiscard]] std::string newest_run(const cluster::Session& session);

// Error: copies_differ, where the nodes that have a copy of the plan of `run` do not all have the same bytes.
// A run brings one plan to every node, so somebody has changed a copy, and none of them is believed.
[[nodiscard]] Status check_copies(const cluster::Session& session, const std::string& run);

// Errors: run_unknown, where neither the state directory nor a node that was read has the run; a plan or
// journal that cannot be read; copies_differ, where the copies on the nodes are what is left.
[[nodiscard]] Result<KnownPlan> plan_of_run(const std::string& run, const cluster::Session& session);

// Where there is nothing to undo or to go on with: the result that says so in `sentence`, with exit 0. A node
// that was not read, or a run of this workstation that cannot be read, may know better, so that it is an
// error then: why the nodes were not read, or `why_not` with the unreadable runs.
[[nodiscard]] Outcome<report::RunReport> nothing_there(const cluster::Session& session,
                                                       plan::Direction direction, std::string sentence,
                                                       Error why_not);

// The newest run of which something is left on the nodes, whatever undid it and was undone since. Where it
// went on with another run, or made the change of another run again, that first run, whose plan covers the
// changes of both. What the nodes hold decides; where somebody else has changed a manifest, or a node was not
// read, the journals do. Error: nothing_to_undo; a plan that cannot be read.
[[nodiscard]] Result<KnownPlan> plan_to_undo(const cluster::Session& session);

}  // namespace nightlatch::operate
