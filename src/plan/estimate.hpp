// One worst-case formula for the guard's ceiling, the change window and the screen.
#pragma once

#include <chrono>

#include "plan/plan.hpp"

namespace nightlatch::plan {

struct Estimate {
  std::chrono::seconds usual{0};
  std::chrono::seconds worst{0};  // with a failed gate and its restore
};

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
[[nodiscard]] Ceiling least_ceiling(const Plan& plan, const NodePlan& node);
// What the node is armed with: that sum, or what the playbook says.
[[nodiscard]] std::chrono::seconds ceiling(const Plan& plan, const NodePlan& node);

// The first node of the roll soaks for the canary's time when that is longer.
[[nodiscard]] std::chrono::seconds soak(const Plan& plan, const NodePlan& node);

}  // namespace nightlatch::plan
