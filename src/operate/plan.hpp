// plan: what would be done to which node, or why not.
#pragma once

#include <string>

#include "operate/planning.hpp"

namespace nightlatch::operate {

// Reads the cluster and plans. `file` is where the plan is written, to be reviewed and applied; empty:
// nowhere. The outcome holds a plan: refusals are a failure.
[[nodiscard]] Outcome<plan::PlanOutcome> make_plan(Ports& ports, const cluster::Selection& selection,
                                                   const PlanInput& input, const std::string& file);

// A plan file, as it was reviewed. Errors: it cannot be read, or was edited.
[[nodiscard]] Result<plan::Plan> read_plan(const std::string& file);

}  // namespace nightlatch::operate
