// In which order the nodes are changed: nodes in trouble first; last the node that serves nightlatch's own
// connection to the API and the one that has the endpoint's address (S17). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "manifest/api_server_pod.hpp"
#include "plan/config_file.hpp"
#include "plan/kubeadm_logins.hpp"
#include "plan/own_address.hpp"
#include "plan/plan.hpp"
#include "plan/planner.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// A node with its change, and what decides its place in the order.
struct PlannedNode {
  NodePlan node;
  std::optional<ManifestChange> change;
  bool struggling = false;      // is_struggling: first
  bool talked_through = false;  // serves_endpoint: last
  bool holds_endpoint = false;  // has the endpoint's address, which moves when it restarts: last (S17)
  std::optional<MovedOidc> moved_oidc;  // nullopt: no --oidc-* flag moves into the configuration file
  KnownLogins logins{};                 // of the API server, for kubeadm-config
  manifest::ApiServerPod pod_after;
  OwnAddress asked_at{};
};

// The facts of the node. `node` must be one of the nodes in request.facts.
[[nodiscard]] const facts::NodeFacts& facts_of(const PlannedNode& node, const PlanRequest& request);

// Sets holds_endpoint for the nodes that alone have one of the endpoint's addresses now (S17). Does nothing
// where the API was not read.
void find_holders(const PlanRequest& request, std::vector<PlannedNode>& nodes);

// Sorts: changed nodes in trouble, other changed nodes, changed nodes that serve nightlatch's own connection
// or have the endpoint's address, nodes that do not change; by name within each group.
void order_automatically(std::vector<PlannedNode>& nodes);

// Sorts as `order` says, the playbook's spec.order, with the nodes that do not change at the end. Refusal:
// order_unknown, where `order` does not name every node once; the nodes then keep their order.
[[nodiscard]] std::vector<Error> order_as_told(std::vector<PlannedNode>& nodes,
                                               const std::vector<std::string>& order);

// `nodes` in their final order; `order`: the playbook's spec.order, empty for auto. One warning
// (holder_not_last) for each node that has the endpoint's address and that spec.order puts before another
// changed node (S17).
[[nodiscard]] std::vector<PlanCheck> check_holder(const std::vector<PlannedNode>& nodes,
                                                  const std::vector<std::string>& order);

// Why the automatic order puts the node at its place: "worst first"; empty: by its name.
[[nodiscard]] std::string order_reason(const PlannedNode& node);

}  // namespace nightlatch::plan
