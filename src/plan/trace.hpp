// Whether the change of a run is on the nodes today, whatever became of that run since. Pure.
#pragma once

#include <string>

#include "facts/cluster_facts.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// there: a node holds what the run wrote, or was left in mid-change by it, or an object of the API holds it.
// gone: every node and object holds what the run found. untold: neither; a node was not read, or somebody
// else has changed its manifest since.
enum class Trace { there, gone, untold };

// `plan` is the plan of `run`. Never fails.
[[nodiscard]] Trace trace_of(const Plan& plan, const std::string& run, const facts::ClusterFacts& facts);

}  // namespace nightlatch::plan
