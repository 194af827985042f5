// plan: shows what would be changed on each node, or why nothing may be.
#pragma once

#include <string>

#include "operate/planning.hpp"

namespace nightlatch::operate {

// Reads the cluster and plans. The plan is written into `file`, to be reviewed and applied; empty: nowhere.
// The outcome holds a plan: refusals are a failure.
[[nodiscard]] Outcome<plan::PlanOutcome> make_plan(Ports& ports, const cluster::Selection& selection,
                                                   const PlanInput& input, const std::string& file);

// Reads a plan file. Errors: it cannot be read; those of plan::from_json.
[[nodiscard]] Result<plan::Plan> read_plan(const std::string& file);

}  // namespace nightlatch::operate
