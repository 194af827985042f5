// One worst-case formula for the guard's ceiling, the change window and the screen.
#pragma once

#include <chrono>

#include "plan/plan.hpp"
#include "spec/inventory.hpp"

namespace nightlatch::plan {

struct Estimate {
  std::chrono::seconds usual{0};
  std::chrono::seconds worst{0};  // with a failed gate and its restore
};

// The first node of a roll is its canary. A run may begin with another node than the plan's first.
enum class Turn { first, later };
[[nodiscard]] Turn planned_turn(const Plan& plan, const NodePlan& node);

// Seen on real nodes: from rename to 200 takes the grace period plus 6-14 s.
[[nodiscard]] Estimate estimate_node(const Plan& plan, const NodePlan& node);
[[nodiscard]] Estimate estimate(const Plan& plan);

// How long a node must be allowed to stay armed.
struct Ceiling {
  std::chrono::seconds gates{0};  // restart and gates, at their limit
  std::chrono::seconds soak{0};
  std::chrono::seconds margin{0};
  [[nodiscard]] std::chrono::seconds sum() const { return gates + soak + margin; }
};
[[nodiscard]] Ceiling least_ceiling(const Plan& plan, Turn turn);
// What the node is armed with: that sum, or what the playbook says.
[[nodiscard]] std::chrono::seconds ceiling(const Plan& plan, Turn turn);

// The first node of the roll soaks for the canary's time when that is longer.
[[nodiscard]] std::chrono::seconds soak(const Plan& plan, Turn turn);

// How long a node may need to be back in the load balancer, where that cannot be seen (S17): as stated, else
// rise times interval, at least a minute when those are unknown.
[[nodiscard]] std::chrono::seconds balancer_settle(const spec::Cluster& cluster);

// The shortest time from a swap to open gates: the old pod's grace period, then the start.
[[nodiscard]] std::chrono::seconds shortest_restart(const NodePlan& node);

}  // namespace nightlatch::plan
