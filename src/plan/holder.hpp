// Which node has the address of the cluster's endpoint, which keepalived and kube-vip move, and which nodes
// must go first. The order of a roll is made from that, when a plan is made and again before each node
// (S17). Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "access/exposure.hpp"
#include "facts/node_facts.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// The indices of the nodes that alone have one of the addresses in `endpoint`. `addresses` has one list for
// each node. An address that several nodes have (such as one on a loopback interface) counts for none of
// them. An address in `fixed` belongs to one node, never moves, and counts for none either.
[[nodiscard]] std::set<std::size_t> holders(const std::vector<std::string>& endpoint,
                                            const std::vector<std::string>& fixed,
                                            const std::vector<std::vector<std::string>>& addresses);

// The addresses of the plan's nodes that never move: by which they are reached, and those of their API
// servers.
[[nodiscard]] std::vector<std::string> fixed_addresses(const Plan& plan);

// Whether `endpoint`, a URL https://host:port from the kubeconfig, names `node` by its host or API address:
// then nightlatch's own connection to the API ends there. Texts are compared; no name is resolved.
[[nodiscard]] bool serves_endpoint(const std::string& endpoint, const NodePlan& node);

// Whether the API server does not run, was restarted 3 times or more (container attempts of this pod), or
// has a manifest with which it will not start. Such a node goes first, because little is lost there by a
// restart.
[[nodiscard]] bool is_struggling(const access::Exposure& before, const facts::PodView& pod);

}  // namespace nightlatch::plan
