#include "plan/resume.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "plan/errors.hpp"
#include "plan/kubeadm_change.hpp"
#include "util/hash.hpp"

namespace nightlatch::plan {

namespace {

const NodePlan* find(const Plan& plan, const std::string& name) {
  auto found = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                            [&](const NodePlan& node) { return node.name == name; });
  return found == plan.nodes.end() ? nullptr : &*found;
}

void compare(std::vector<std::string>& found, const std::string& what, const std::string& planned,
             const std::string& now) {
  if (planned != now) found.push_back(fmt::format("{}: the run had {}, is {}", what, planned, now));
}

// A node that the run changed, or need not change, holds what the plan wanted; any other is where it began.
void compare_node(std::vector<std::string>& found, const NodePlan& planned, const NodePlan& now) {
  const std::string& name = planned.name;
  compare(found, name + " machine id", planned.machine_id, now.machine_id);
  compare(found, name + " host key", planned.host_key, now.host_key);
  compare(found, name + " version", planned.version, now.version);
  if (now.action == NodeAction::none) {
    compare(found, fmt::format("{} {}", name, now.manifest_path), short_hash(planned.sha256_after),
            short_hash(now.sha256_after));
    return;
  }
  compare(found, fmt::format("{} {}", name, now.manifest_path), short_hash(planned.sha256_before),
          short_hash(now.sha256_before));
  compare(found, name + " planned manifest", short_hash(planned.sha256_after), short_hash(now.sha256_after));
  compare(found, name + " config file", short_hash(planned.config_sha256), short_hash(now.config_sha256));
}

}  // namespace

PlanOutcome make_finish(const Plan& original, const std::string& run, const PlanRequest& request) {
  Plan part = original;
  part.kubeadm_config.reset();  // nothing of it is in mid-change
  for (NodePlan& node : part.nodes) {
    auto facts = std::find_if(request.facts.nodes.begin(), request.facts.nodes.end(),
                              [&](const facts::NodeFacts& one) { return one.name == node.name; });
    bool midrun = facts != request.facts.nodes.end() && left_in_midrun(*facts, run);
    if (!midrun) node.action = NodeAction::none;
  }
  return make_rollback(part, run, request);
}

Status may_go_on(const Plan& original, const std::string& run) {
  if (!original.rehearsal) return {};
  return fail(plan_errors::only_rehearsed, fmt::format("run {} changed nothing", run));
}

Status check_resumable(const Plan& original, const Plan& now, const std::string& run) {
  std::vector<std::string> found;
  compare(found, "kube-system UID", original.kube_system_uid, now.kube_system_uid);
  for (const NodePlan& planned : original.nodes) {
    const NodePlan* node = find(now, planned.name);
    if (node == nullptr) {
      found.push_back(fmt::format("{}: was part of the run, is no more", planned.name));
    } else {
      compare_node(found, planned, *node);
    }
  }
  for (const NodePlan& node : now.nodes) {
    if (find(original, node.name) == nullptr)
      found.push_back(fmt::format("{}: was not part of the run", node.name));
  }
  if (now.kubeadm_config) {  // else it says already what it should
    std::string planned =
        original.kubeadm_config ? short_hash(original.kubeadm_config->sha256_before) : "nothing to change";
    compare(found, "ConfigMap kubeadm-config", planned, short_hash(now.kubeadm_config->sha256_before));
  }
  if (found.empty()) return {};
  return fail(plan_errors::plan_outdated,
              fmt::format("run {}: something changed since its plan was made", run), std::move(found));
}

void go_on(Plan& now, const Plan& original, const std::string& run) {
  std::vector<std::pair<NodePlan, std::string>> nodes;
  for (std::size_t i = 0; i < now.nodes.size(); ++i)
    nodes.emplace_back(std::move(now.nodes[i]), std::move(now.order_reasons[i]));
  auto position = [&](const auto& one) {
    const NodePlan* planned = find(original, one.first.name);
    return std::pair(one.first.action == NodeAction::none, planned - original.nodes.data());
  };
  std::stable_sort(nodes.begin(), nodes.end(),
                   [&](const auto& a, const auto& b) { return position(a) < position(b); });
  now.nodes.clear();
  now.order_reasons.clear();
  for (auto& [node, reason] : nodes) {
    now.nodes.push_back(std::move(node));
    now.order_reasons.push_back(std::move(reason));
  }
  now.of_run = original.of_run.empty() ? run : original.of_run;
  seal(now);
}

Plan undone_by(const Plan& rollback) {
  Plan plan = rollback;
  plan.direction = rollback.direction == Direction::rollback ? Direction::apply : Direction::rollback;
  plan.of_run.clear();
  for (NodePlan& node : plan.nodes) {
    if (node.action == NodeAction::none) {
      node.stays_behind = !node.stays_behind;  // the other direction leads to the other side
      continue;
    }
    std::swap(node.splices, node.undo);
    std::swap(node.before, node.after);
    // finish_restore keeps both hashes as the undone run had them.
    if (node.action == NodeAction::swap) std::swap(node.sha256_before, node.sha256_after);
    node.action = NodeAction::swap;
    node.previous_run.clear();
  }
  if (plan.kubeadm_config) plan.kubeadm_config = inverse(*plan.kubeadm_config);
  seal(plan);
  return plan;
}

}  // namespace nightlatch::plan
