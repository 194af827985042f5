// What a run does next, as a function of what is planned and what is done. Pure.
//
// The order (S20): the survey, the config files, the plan's changes one by one, the final check. Between two
// nodes come the waits for the one that was changed (S17, S19), then the look for the node that holds the
// endpoint's address. A rollback's list begins with its objects, an apply's ends with them.
#pragma once

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "plan/plan.hpp"

namespace nightlatch::rollout {

// The manifest of a node; by its index in plan.nodes.
struct NodeChange {
  std::size_t node = 0;
  plan::ManifestChange::Kind kind = plan::ManifestChange::Kind::swap;
  bool operator==(const NodeChange&) const = default;
};
// An object of the API; by its index in plan.object_changes().
struct ObjectWrite {
  std::size_t object = 0;
  bool operator==(const ObjectWrite&) const = default;
};
using PlannedChange = std::variant<NodeChange, ObjectWrite>;

struct Planned {
  std::vector<PlannedChange> changes{};  // in the order of the plan
  bool rehearsal = false;                // ends after the first node
  bool watches_cluster = false;          // what a restart disturbs is measured and waited for
  bool awaits_balancer = false;
  bool order_may_change = false;   // the endpoint's address moves, and nobody stated an order
  bool is_compared_at_end = true;  // every node, once more
};

struct Done {
  bool surveyed = false;
  bool config_placed = false;
  std::vector<std::size_t> nodes{};     // that were begun, in this order
  std::vector<std::size_t> objects{};   // that were tried
  std::optional<std::size_t> chosen{};  // who is to be begun next, where that was looked up
  bool balancer_awaited = false;        // of the node that was begun last
  bool cluster_awaited = false;         // the same
  bool checked = false;                 // the final check has ended
  bool stopped = false;                 // no other node or object is to be begun
};

namespace next {
struct Survey {
  std::size_t node = 0;  // the first to be changed, under whose name it is recorded
  bool operator==(const Survey&) const = default;
};
struct PlaceConfig {
  bool operator==(const PlaceConfig&) const = default;
};
struct AwaitBalancer {
  std::size_t node = 0;  // that was changed
  bool operator==(const AwaitBalancer&) const = default;
};
struct AwaitCluster {
  std::size_t node = 0;  // that was changed
  bool operator==(const AwaitCluster&) const = default;
};
struct FindHolder {
  std::vector<std::size_t> candidates;  // in the order in which they would be begun; two at least
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

using NextStep =
    std::variant<next::Survey, next::PlaceConfig, next::AwaitBalancer, next::AwaitCluster, next::FindHolder,
                 next::ChangeNode, next::WriteObject, next::FinalCheck, next::Close>;

// The plan's changes, in its order.
[[nodiscard]] std::vector<PlannedChange> changes_of(const plan::Plan& plan);

[[nodiscard]] NextStep next_step(const Planned& planned, const Done& done);

}  // namespace nightlatch::rollout
