#include "plan/estimate.hpp"

#include <algorithm>

#include "plan/hooks.hpp"

namespace nightlatch::plan {

namespace {

using std::chrono::seconds;

constexpr seconds usual_start{10};  // until the kubelet has started the process and RBAC is loaded
constexpr seconds connection{5};    // staging, arming, confirming
constexpr seconds margin{60};

// What the guard and a window must allow for a hook; zero where none is stated.
seconds hook_time(const spec::Playbook& playbook, HookEvent event) {
  seconds limit = stated_limit(playbook, event);
  return limit.count() == 0 ? limit : limit + hook_is_gone;
}

seconds hooks_of_a_node(const spec::Playbook& playbook) {
  return hook_time(playbook, HookEvent::before_node) + hook_time(playbook, HookEvent::after_node);
}

seconds gates(const Plan& plan) {
  const spec::Gates& gate = plan.playbook.gates;
  return gate.interval * (gate.consecutive - 1) + seconds(1);
}

}  // namespace

seconds shortest_restart(const NodePlan& node) {
  return seconds(node.grace_seconds) + usual_start;
}

seconds balancer_settle(const spec::Cluster& cluster) {
  constexpr seconds unknown{60};
  if (!cluster.load_balancer) return unknown;
  const spec::LoadBalancer& balancer = *cluster.load_balancer;
  if (balancer.settle.count() > 0) return balancer.settle;
  bool known = balancer.rise > 0 && balancer.interval.count() > 0;
  return known ? balancer.interval * balancer.rise : unknown;
}

std::size_t journal_bytes(const Plan& plan) {
  constexpr std::size_t of_the_run = 128U << 10U;
  constexpr std::size_t of_a_node = 64U << 10U;
  // The records of a hook hold what it said, which may consist of bytes that JSON writes as \u001b.
  constexpr std::size_t of_a_hook = 24U << 10U;
  bool has_hooks = plan.playbook.hooks != spec::Hooks{};
  std::size_t hooks = has_hooks ? 2 * (plan.nodes.size() + 1) * of_a_hook : 0;
  return of_the_run + plan.nodes.size() * of_a_node + hooks;
}

Turn planned_turn(const Plan& plan, const NodePlan& node) {
  bool first = !plan.nodes.empty() && plan.nodes.front().name == node.name;
  return first ? Turn::first : Turn::later;
}

seconds soak(const Plan& plan, Turn turn) {
  const spec::Gates& gate = plan.playbook.gates;
  return turn == Turn::first ? std::max(gate.soak, gate.canary_soak) : gate.soak;
}

Estimate estimate_node(const Plan& plan, const NodePlan& node) {
  Estimate result;
  seconds held = soak(plan, planned_turn(plan, node));
  result.usual = connection + shortest_restart(node) + gates(plan) + held;
  // The gates after the swap run into gates.timeout, and so do the gates after the restore.
  auto failed = connection + plan.playbook.gates.timeout * 2 + held + margin + hooks_of_a_node(plan.playbook);
  result.worst = std::max(failed, result.usual);  // a timeout may be shorter than a usual restart
  return result;
}

seconds worst_case_of_a_node(const spec::Playbook& playbook, seconds balancer) {
  const spec::Gates& gate = playbook.gates;
  return connection + gate.timeout * 2 + std::max(gate.soak, gate.canary_soak) + balancer + margin +
         hooks_of_a_node(playbook);
}

// A failed node ends the roll, so at most one node meets its worst case, after the nodes before it went well.
Estimate estimate(const Plan& plan) {
  Estimate total;
  for (const NodePlan& node : plan.nodes) {
    if (!plan.is_changed(node)) continue;
    Estimate one = estimate_node(plan, node);
    total.worst = std::max(total.worst, total.usual + one.worst);
    total.usual += one.usual;
  }
  return total;
}

Ceiling least_ceiling(const Plan& plan, Turn turn) {
  return {plan.playbook.gates.timeout, soak(plan, turn), hook_time(plan.playbook, HookEvent::after_node),
          margin};
}

seconds ceiling(const Plan& plan, Turn turn, seconds balancer) {
  return plan.playbook.rollback.ceiling.value_or(least_ceiling(plan, turn).sum() + balancer);
}

}  // namespace nightlatch::plan
