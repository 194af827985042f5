// What it takes to keep the change of a run whose workstation was lost, as a plan of its own.
#pragma once

#include <string>

#include "facts/cluster_facts.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// The node's guard holds the change of `run` until it is confirmed.
[[nodiscard]] bool waits_for_confirmation(const facts::NodeFacts& node, const std::string& run);

// One finish_confirm for every node of `original` that waits for a confirmation of `run`; `original` is that
// run's plan, as the nodes have it. The other nodes that were read are only watched and stay as they are, and
// no object is written: what is left of the list is for `resume`. changing_nodes() is 0 when no node waits.
[[nodiscard]] Plan make_confirmation(const Plan& original, const std::string& run,
                                     const facts::ClusterFacts& facts);

}  // namespace nightlatch::plan
