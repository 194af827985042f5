#include "report/run_situation.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace nightlatch::report {

using rollout::ClusterState;
using rollout::NodeOutcome;
using rollout::NodeResult;
using rollout::Outcome;

std::vector<std::string> names_of(const RunReport& report, std::initializer_list<NodeOutcome> wanted) {
  std::vector<std::string> names;
  for (const NodeResult& node : report.result.nodes) {
    if (std::find(wanted.begin(), wanted.end(), node.outcome) != wanted.end()) names.push_back(node.node);
  }
  return names;
}

std::vector<std::string> skipped_nodes(const plan::Plan& plan) {
  std::vector<std::string> names;
  for (const plan::SkippedNode& node : plan.skipped) names.push_back(node.name);
  return names;
}

std::vector<std::string> silent_nodes(const rollout::RunResult& result) {
  std::vector<std::string> names;
  auto note = [&](const std::optional<rollout::Trouble>& trouble) {
    bool is_new = trouble && !trouble->silent_node.empty() &&
                  std::find(names.begin(), names.end(), trouble->silent_node) == names.end();
    if (is_new) names.push_back(trouble->silent_node);
  };
  for (const NodeResult& node : result.nodes) note(node.trouble);
  note(result.trouble);
  return names;
}

Sides sides(const RunReport& report) {
  Sides found;
  for (std::size_t i = 0; i < report.result.nodes.size(); ++i) {
    const NodeResult& node = report.result.nodes[i];
    const plan::NodePlan& planned = report.plan.nodes[i];
    bool asked_to_restore = report.plan.finishes_restore(planned);
    bool is_there = node.outcome == NodeOutcome::confirmed ||
                    (node.outcome == NodeOutcome::unchanged && !planned.stays_behind) ||
                    (node.outcome == NodeOutcome::restored && asked_to_restore);
    bool is_not = node.outcome == NodeOutcome::untouched || node.outcome == NodeOutcome::unchanged ||
                  node.outcome == NodeOutcome::restored;
    if (is_there) {
      found.moved.push_back(node.node);
    } else if (is_not) {
      found.old.push_back(node.node);
    }
  }
  return found;
}

access::Exposure exposure_now(const plan::Plan& plan, const plan::NodePlan& node, NodeOutcome outcome) {
  switch (outcome) {
    case NodeOutcome::confirmed:
    case NodeOutcome::unchanged:
      return node.after;
    case NodeOutcome::restored:
      return plan.finishes_restore(node) ? node.after : node.before;
    case NodeOutcome::untouched:
      return node.before;
    case NodeOutcome::foreign:
    case NodeOutcome::unknown:
    case NodeOutcome::needs_person:
      break;
  }
  access::Exposure unknown;
  unknown.why = fmt::format("the node ended {}", rollout::name(outcome));
  return unknown;
}

bool every_node_moved(const RunReport& report) {
  return names_of(report, {NodeOutcome::confirmed, NodeOutcome::unchanged}).size() ==
         report.result.nodes.size();
}

bool is_all_but_skipped(const RunReport& report) {
  const rollout::RunResult& result = report.result;
  bool has_trouble = result.trouble || std::any_of(result.nodes.begin(), result.nodes.end(),
                                                   [](const NodeResult& node) { return node.trouble; });
  return result.outcome == Outcome::stopped && report.plan.leaves_a_node() && result.objects_left.empty() &&
         !has_trouble;
}

rollout::RunResult nothing_to_do(const plan::Plan& plan) {
  rollout::RunResult result;
  bool back = plan.direction == plan::Direction::rollback;
  auto behind = static_cast<std::size_t>(std::count_if(
      plan.nodes.begin(), plan.nodes.end(), [](const plan::NodePlan& node) { return node.stays_behind; }));
  result.cluster = back ? ClusterState::old_state : ClusterState::new_state;
  if (behind > 0) result.cluster = behind < plan.nodes.size() ? ClusterState::mixed : ClusterState::new_state;
  for (const plan::NodePlan& node : plan.nodes)
    result.nodes.push_back({node.name, NodeOutcome::unchanged, {}});
  if (!plan.leaves_a_node()) return result;
  result.cluster = ClusterState::mixed;
  result.outcome = Outcome::stopped;
  result.exit = Exit::mixed;
  return result;
}

}  // namespace nightlatch::report
