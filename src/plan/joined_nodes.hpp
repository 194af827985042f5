// Control-plane nodes that are there now, and were no part of a run that is undone. Pure.
#pragma once

#include <string>
#include <vector>

#include "facts/cluster_facts.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// One warning (node_joined) for each: the rollback of `run`, whose plan is `original`, leaves the node as it
// is. Machines are told by their ids, those of the API first; a node that the API does not have is one that
// the inventory names.
[[nodiscard]] std::vector<PlanCheck> joined_checks(const Plan& original, const std::string& run,
                                                   const facts::ClusterFacts& facts);

// The nodes that such warnings of a plan name, in their order.
[[nodiscard]] std::vector<std::string> joined_nodes(const Plan& plan);

}  // namespace nightlatch::plan
