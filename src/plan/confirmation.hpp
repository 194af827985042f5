// The plan of `nightlatch confirm`, which keeps the change of a run whose workstation was lost. Pure.
#pragma once

#include <string>

#include "facts/cluster_facts.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// Whether the guard that is armed on the node belongs to `run`. A guard that is overdue counts, too.
[[nodiscard]] bool waits_for_confirmation(const facts::NodeFacts& node, const std::string& run);

// A plan with one finish_confirm for each node of `original` that waits for a confirmation of `run`.
// `original` is the plan of that run, as the nodes store it. Other nodes that were read are only watched;
// nodes that were not read are left out. Nothing is written to the API: `nightlatch resume` makes the
// changes that are left. changing_nodes() is 0 when no node waits. The plan is sealed and has no creation
// time. Never fails. The bytes of a node's manifest are not compared here.
[[nodiscard]] Plan make_confirmation(const Plan& original, const std::string& run,
                                     const facts::ClusterFacts& facts);

}  // namespace nightlatch::plan
