// The load balancer in front of a cluster (docs/safety.md, S17): who is asked through it, and what it shows.
#pragma once

#include <memory>
#include <optional>

#include "cluster/askers.hpp"
#include "plan/balancer_check.hpp"

namespace nightlatch::operate {

// Asks through the endpoint. Null: no load balancer answers there (cluster::ask_balancer).
[[nodiscard]] std::shared_ptr<cluster::ApiServer> balancer_of(const cluster::Session& session,
                                                              const plan::Plan& plan);

// What the session knows of its health check.
[[nodiscard]] plan::HealthCheck health_check_of(const cluster::Session& session, const plan::Plan& plan);

// Asks each node for its certificate and tries connections, at most 24, through the load balancer; one second
// or two. Adds to the outcome's plan what was seen, or refuses it (plan::note_balancer). Nothing is asked
// where the plan swaps no manifest or there is no load balancer.
void look_through_balancer(const cluster::Session& session, plan::PlanOutcome& outcome);

}  // namespace nightlatch::operate
