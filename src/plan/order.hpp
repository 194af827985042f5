// Which node goes when: worst first, and last whoever our own connection or the endpoint's address depends
// on. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "manifest/api_server_pod.hpp"
#include "plan/config_file.hpp"
#include "plan/plan.hpp"
#include "plan/planner.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// A node with its change, and how the order sees it.
struct PlannedNode {
  NodePlan node;
  std::optional<ManifestChange> change;
  bool struggling = false;      // restarting again and again, or will not start: worst first
  bool talked_through = false;  // our own API connection ends there: last
  bool holds_endpoint = false;  // it has the endpoint's address, which moves when it goes: last (S17)
  std::optional<MovedOidc> moved_oidc;
  manifest::ApiServerPod pod_after;
};

// What was read from the node; it is one of the request's.
[[nodiscard]] const facts::NodeFacts& facts_of(const PlannedNode& node, const PlanRequest& request);

// Marks the nodes that alone have one of the endpoint's addresses now (S17).
void find_holders(const PlanRequest& request, std::vector<PlannedNode>& nodes);

// Worst first, then by name, the node that serves our own connection or holds the endpoint's address last;
// those that do not change at the end.
void order_automatically(std::vector<PlannedNode>& nodes);

// As the playbook's spec.order says, those that do not change at the end. order_unknown: it does not name
// every node once.
[[nodiscard]] std::vector<Error> order_as_told(std::vector<PlannedNode>& nodes,
                                               const std::vector<std::string>& order);

// An order that was told is kept; what it costs is said (S17).
[[nodiscard]] std::vector<PlanCheck> check_holder(const std::vector<PlannedNode>& nodes,
                                                  const std::vector<std::string>& order);

// Why the node goes where it does; may be empty.
[[nodiscard]] std::string order_reason(const PlannedNode& node);

}  // namespace nightlatch::plan
