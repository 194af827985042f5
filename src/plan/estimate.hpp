// How long a node and a roll take: the times on the screen, and the guard's ceiling (S5). All times are in
// seconds. The waits between two nodes (load balancer, leases, Nodes) are not counted. Pure.
#pragma once

#include <chrono>
#include <cstddef>

#include "plan/plan.hpp"
#include "spec/inventory.hpp"

namespace nightlatch::plan {

struct Estimate {
  std::chrono::seconds usual{0};  // every gate holds at its first try
  std::chrono::seconds worst{0};  // the gates of one node run into gates.timeout, and so does its restore
};

// The first node of a roll is its canary, which soaks longer. A run may begin with another node than the
// first of the plan, so the turn is not read from the plan during a run.
enum class Turn { first, later };
// The turn of `node` by the order of the plan.
[[nodiscard]] Turn planned_turn(const Plan& plan, const NodePlan& node);

// For one node that is changed. Measured on real nodes: from the rename of the manifest to the first 200
// takes the grace period plus 6 to 14 s.
[[nodiscard]] Estimate estimate_node(const Plan& plan, const NodePlan& node);
// For all changed nodes of the plan, one after the other. A failed node ends the roll, so `worst` counts one
// failed node. Zero when nothing changes.
[[nodiscard]] Estimate estimate(const Plan& plan);

// The longest time from the beginning of a node to its end, with its rollback: of any node, whichever goes
// first. `balancer`: how long the load balancer may take.
[[nodiscard]] std::chrono::seconds worst_case_of_a_node(const spec::Playbook& playbook,
                                                        std::chrono::seconds balancer);

// How long the guard of a node must be able to wait (docs/safety.md, S5).
struct Ceiling {
  std::chrono::seconds gates{0};  // restart and gates, at their limit
  std::chrono::seconds soak{0};
  std::chrono::seconds hook{0};  // afterNode, which is called while the guard waits
  std::chrono::seconds margin{0};
  [[nodiscard]] std::chrono::seconds sum() const { return gates + soak + hook + margin; }
};
// The least ceiling with which a slow but healthy restart is not undone: gates.timeout, the soak, the hook
// afterNode and 60 s.
[[nodiscard]] Ceiling least_ceiling(const Plan& plan, Turn turn);
// The ceiling that the guard gets: spec.rollback.ceiling, or where that is auto the sum of least_ceiling and
// of the time that the load balancer may take. The planner refuses one below least_ceiling (ceiling_short).
[[nodiscard]] std::chrono::seconds ceiling(const Plan& plan, Turn turn, std::chrono::seconds balancer);

// How long the gates are watched after they have held: gates.soak, for the first node at least
// gates.canarySoak.
[[nodiscard]] std::chrono::seconds soak(const Plan& plan, Turn turn);

// How long a run waits for the load balancer where it does not show which node answered (docs/safety.md,
// S17): loadBalancer.settle of the inventory, else rise times interval, else 60 s.
[[nodiscard]] std::chrono::seconds balancer_settle(const spec::Cluster& cluster);

// How many bytes the journal of a run of `plan` needs at most, with records of failed steps. Measured on real
// nodes: 16 to 18 KiB for a roll of three nodes; what their gates answered is some 4 KiB for each node, and
// what the run's own client saw 10 KiB for five minutes and 7 KiB more for each doubling of that time.
[[nodiscard]] std::size_t journal_bytes(const Plan& plan);

// From a swap to gates that hold: the grace period of the old pod, plus 10 s for the start. A gates.timeout
// below that is refused (timeout_short).
[[nodiscard]] std::chrono::seconds shortest_restart(const NodePlan& node);

}  // namespace nightlatch::plan
