// What a plan says of the load balancer once it was asked which nodes it leads to (docs/safety.md, S17).
// Pure.
#pragma once

#include "plan/balancer_view.hpp"
#include "plan/planner.hpp"
#include "spec/inventory.hpp"

namespace nightlatch::plan {

// `addresses`: of the interfaces of each node of the plan. `endpoint`: what the endpoint's host resolves to.
[[nodiscard]] HealthCheck health_check_of(const spec::Cluster& cluster, const Plan& plan,
                                          const std::vector<std::string>& endpoint,
                                          const std::vector<std::vector<std::string>>& addresses);

// Adds to the plan's checks what was seen, in place of the check that nothing is known. Refusal, which takes
// the plan away: balancer_unstated, as the run itself would refuse (rollout/survey_balancer.hpp).
void note_balancer(const BalancerView& view, HealthCheck check, std::chrono::seconds settle,
                   PlanOutcome& outcome);

}  // namespace nightlatch::plan
