#include "operate/balancer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "plan/estimate.hpp"

namespace nightlatch::operate {

namespace {

std::vector<api::ServerAddress> addresses_of(const plan::Plan& plan) {
  std::vector<api::ServerAddress> addresses;
  for (const plan::NodePlan& node : plan.nodes) {
    addresses.push_back({node.host, node.api_port});
    addresses.push_back({node.api_host, node.api_port});
  }
  return addresses;
}

plan::BalancerView survey(const cluster::Session& session, const plan::Plan& plan,
                          cluster::ApiServer& balancer) {
  plan::BalancerSight sight;
  for (const plan::NodePlan& node : plan.nodes) {
    auto server = cluster::ask_node(session, *session.find(node.name), {node.api_host, node.api_port},
                                    {.tls_name = node.api_tls_name});
    sight.certificates[node.name] = server->ask(plan::balancer_question()).certificate;
  }
  while (!plan::is_enough(sight)) {
    sight.note_connection(balancer.ask(plan::balancer_question()));
    if (sight.answers.empty()) break;
  }
  return plan::view_of(sight);
}

}  // namespace

std::shared_ptr<cluster::ApiServer> balancer_of(const cluster::Session& session, const plan::Plan& plan) {
  return cluster::ask_balancer(session, addresses_of(plan));
}

plan::HealthCheck health_check_of(const cluster::Session& session, const plan::Plan& plan) {
  std::vector<std::vector<std::string>> addresses;
  for (const plan::NodePlan& node : plan.nodes) {
    const cluster::Member* member = session.find(node.name);
    bool is_read = member != nullptr && member->facts;
    addresses.push_back(is_read ? member->facts->addresses : std::vector<std::string>{});
  }
  return plan::health_check_of(session.cluster, plan, session.endpoint_addresses, addresses);
}

void look_through_balancer(const cluster::Session& session, plan::PlanOutcome& outcome) {
  if (!outcome.plan) return;
  const plan::Plan& plan = *outcome.plan;
  bool swaps = std::any_of(plan.nodes.begin(), plan.nodes.end(),
                           [&](const plan::NodePlan& node) { return plan.swaps(node); });
  auto balancer = swaps ? balancer_of(session, plan) : nullptr;
  if (!balancer) return;
  plan::note_balancer(survey(session, plan, *balancer), health_check_of(session, plan),
                      plan::balancer_settle(session.cluster), outcome);
}

}  // namespace nightlatch::operate
