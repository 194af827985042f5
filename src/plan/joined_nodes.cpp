#include "plan/joined_nodes.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "plan/check_codes.hpp"

namespace nightlatch::plan {

namespace {

PlanCheck joined(const std::string& node, const std::string& address, const std::string& run) {
  std::string who = address.empty() || address == node ? node : fmt::format("{} ({})", node, address);
  return {
      PlanCheck::Grade::warning,
      fmt::format("{} was no part of run {}: it joined since, and the rollback leaves it as it is", who, run),
      plan_checks::node_joined.number,
      {.node = node}};
}

}  // namespace

std::vector<PlanCheck> joined_checks(const Plan& original, const std::string& run,
                                     const facts::ClusterFacts& facts) {
  std::set<std::string> known;
  for (const NodePlan& node : original.nodes) known.insert(node.machine_id);
  auto is_left_out = [&](const std::string& name) { return original.skipped_node(name) != nullptr; };
  std::vector<PlanCheck> checks;
  if (facts.api) {
    for (const facts::ApiNode& node : facts.api->control_plane) {
      // A Node without a machine id has never had a kubelet: nothing runs there that could be open.
      if (node.machine_id.empty() || is_left_out(node.name) || !known.insert(node.machine_id).second)
        continue;
      checks.push_back(joined(node.name, node.internal_ip, run));
    }
  }
  for (const facts::NodeFacts& node : facts.nodes) {
    if (is_left_out(node.name) || !known.insert(node.machine_id).second) continue;
    checks.push_back(joined(node.name, node.host, run));
  }
  return checks;
}

std::vector<std::string> joined_nodes(const Plan& plan) {
  std::vector<std::string> names;
  for (const PlanCheck& check : plan.checks) {
    if (check.code == plan_checks::node_joined.number) names.push_back(check.subject.node);
  }
  return names;
}

}  // namespace nightlatch::plan
