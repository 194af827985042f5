// The times of a playbook that are too short for what a plan needs (S5). Pure.
#pragma once

#include <chrono>
#include <vector>

#include "plan/order.hpp"
#include "plan/plan.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// Gates that cannot hold within gates.timeout would undo every healthy change: a refusal (timeout_short) for
// each node whose restart alone takes longer.
[[nodiscard]] std::vector<Error> check_timeout(std::chrono::seconds timeout,
                                               const std::vector<PlannedNode>& nodes);

// The guard must not restore a node that takes no longer than gates.timeout and soak allow: a refusal
// (ceiling_short) where spec.rollback.ceiling is stated and is shorter.
[[nodiscard]] std::vector<Error> check_ceiling(const Plan& plan);

}  // namespace nightlatch::plan
