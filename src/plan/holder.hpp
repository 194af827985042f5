// Which node has the address of the cluster's endpoint (keepalived and kube-vip move it), and which nodes
// must go first: what the order of a roll is made from, when a plan is made and again before each node (S17).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "access/exposure.hpp"
#include "facts/node_facts.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// The indices of the nodes that alone have one of the endpoint's addresses. `addresses` has one list for each
// node. An address that several nodes have (every node's loopback) counts for none of them, and neither does
// one in `fixed`: it is a node's own and never moves.
[[nodiscard]] std::set<std::size_t> holders(const std::vector<std::string>& endpoint,
                                            const std::vector<std::string>& fixed,
                                            const std::vector<std::vector<std::string>>& addresses);

// The kubeconfig's server names this node itself: our own connection to the API ends there.
[[nodiscard]] bool serves_endpoint(const std::string& endpoint, const NodePlan& node);

// Whether the API server is down, restarts again and again, or has a manifest with which it will not start.
// Such a node goes first: a restart takes nothing away there.
[[nodiscard]] bool is_struggling(const access::Exposure& before, const facts::PodView& pod);

}  // namespace nightlatch::plan
