// Who holds the address of the cluster's endpoint (keepalived, kube-vip), and who goes first whatever it
// holds: what the order is made from, when a plan is made and again before each node (S17).
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/exposure.hpp"
#include "facts/node_facts.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// The places in `addresses`, one list a node, of those that alone have one of the endpoint's addresses. Where
// several have it, as on every node's loopback, it leads to no node more than to another. An address that is
// in `fixed` is a node's own and never moves.
[[nodiscard]] std::set<std::size_t> holders(const std::vector<std::string>& endpoint,
                                            const std::vector<std::string>& fixed,
                                            const std::vector<std::vector<std::string>>& addresses);

// The kubeconfig's server names this node itself: our own connection to the API ends there.
[[nodiscard]] bool serves_endpoint(const std::string& endpoint, const NodePlan& node);

// The host of ClusterConfiguration's controlPlaneEndpoint, as kubeadm writes it; empty: it has none.
[[nodiscard]] std::string control_plane_endpoint_host(std::string_view cluster_configuration);

// Restarting again and again, down, or with a manifest that does not start: worst first.
[[nodiscard]] bool is_struggling(const access::Exposure& before, const facts::PodView& pod);

}  // namespace nightlatch::plan
