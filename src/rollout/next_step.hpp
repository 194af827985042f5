// The next step of a run, as a function of what is planned and what is done. Pure.
//
// The order (S20): the hooks that an earlier run owes, the hook before all nodes, the surveys of the load
// balancer and of the cluster, the configuration files, the plan's changes one by one, the final check.
// Between two nodes, the run waits for the cluster (S19) and then looks up which node holds the endpoint's
// address (S17). The writes to the API are changes of the plan like those of the nodes.
#pragma once

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "plan/plan.hpp"

namespace nightlatch::rollout {

// The change of a node's manifest; `node` is an index in plan.nodes.
struct NodeChange {
  std::size_t node = 0;
  plan::ManifestChange::Kind kind = plan::ManifestChange::Kind::swap;
  bool operator==(const NodeChange&) const = default;
};
// A write to an object of the API; `object` is an index in plan.object_changes().
struct ObjectWrite {
  std::size_t object = 0;
  bool operator==(const ObjectWrite&) const = default;
};
using PlannedChange = std::variant<NodeChange, ObjectWrite>;

// What a run is to do.
struct Planned {
  std::vector<PlannedChange> changes{};  // in the order of the plan
  bool rehearsal = false;                // the run ends after the first node
  bool watches_cluster = false;          // the run waits for Nodes, leases and rejected requests (S19)
  bool asks_balancer = false;     // there is a load balancer, which each changed node must be back in (S17)
  bool order_may_change = false;  // the holder of the endpoint's address is looked up (S17)
  // Nodes for which an earlier run called the hook beforeNode and never afterNode.
  std::vector<std::size_t> hooks_owed{};
  bool calls_before = false;       // the hook before all nodes
  bool is_compared_at_end = true;  // the run ends with the final check of all nodes (S12)
};

// How far a run has come.
struct Done {
  std::size_t hooks_made_good = 0;      // of Planned::hooks_owed
  bool before_called = false;           // the hook before all nodes has ended
  bool balancer_surveyed = false;       // the survey of the load balancer has ended
  bool surveyed = false;                // the survey of the cluster has ended
  bool config_placed = false;           // the step that places the configuration files has ended
  std::vector<std::size_t> nodes{};     // indices of the nodes that were begun, in this order
  std::vector<std::size_t> objects{};   // indices of the objects whose write was tried
  std::optional<std::size_t> chosen{};  // the node that FindHolder chose and that has not begun yet
  bool cluster_awaited = false;         // the run has waited for the cluster after the node begun last
  bool checked = false;                 // the final check has ended
  bool stopped = false;                 // no other node or object is to be begun
};

// The steps, one for each class of steps; Close ends the run. `node`: an index in plan.nodes.
namespace next {
struct CallAfterNode {
  std::size_t node = 0;
  bool operator==(const CallAfterNode&) const = default;
};
struct CallBefore {
  bool operator==(const CallBefore&) const = default;
};
struct SurveyBalancer {
  std::size_t node = 0;  // the first node to be changed, which names the records
  bool operator==(const SurveyBalancer&) const = default;
};
struct Survey {
  std::size_t node = 0;  // the first node to be changed, which names the records
  bool operator==(const Survey&) const = default;
};
struct PlaceConfig {
  bool operator==(const PlaceConfig&) const = default;
};
struct AwaitCluster {
  std::size_t node = 0;  // the changed node
  bool operator==(const AwaitCluster&) const = default;
};
struct FindHolder {
  std::vector<std::size_t> candidates;  // the nodes still to be swapped, at least two, in the plan's order
  bool operator==(const FindHolder&) const = default;
};
struct ChangeNode {
  std::size_t node = 0;
  bool operator==(const ChangeNode&) const = default;
};
struct WriteObject {
  std::size_t object = 0;
  bool operator==(const WriteObject&) const = default;
};
struct FinalCheck {
  bool operator==(const FinalCheck&) const = default;
};
struct Close {
  bool operator==(const Close&) const = default;
};
}  // namespace next

using NextStep = std::variant<next::CallAfterNode, next::CallBefore, next::SurveyBalancer, next::Survey,
                              next::PlaceConfig, next::AwaitCluster, next::FindHolder, next::ChangeNode,
                              next::WriteObject, next::FinalCheck, next::Close>;

// The plan's changes in its order, by index. Each change of a manifest must name a node of plan.nodes.
[[nodiscard]] std::vector<PlannedChange> changes_of(const plan::Plan& plan);

// The next step. Close: all is done, `done.stopped` is set, or the one node of a rehearsal was begun.
[[nodiscard]] NextStep next_step(const Planned& planned, const Done& done);

}  // namespace nightlatch::rollout
