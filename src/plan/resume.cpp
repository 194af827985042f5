#include "plan/resume.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "plan/errors.hpp"
#include "util/hash.hpp"

namespace nightlatch::plan {

namespace {

const NodePlan* find(const Plan& plan, const std::string& name) {
  auto found = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                            [&](const NodePlan& node) { return node.name == name; });
  return found == plan.nodes.end() ? nullptr : &*found;
}

void compare_with_run(std::vector<std::string>& found, const std::string& what, const std::string& planned,
                      const std::string& now) {
  if (planned != now)
    found.push_back(fmt::format("{}: the run had {}, the plan now has {}", what, planned, now));
}

std::string planned_config(const Plan& plan, const NodePlan& node) {
  const ManifestChange* change = plan.change_of(node);
  return change == nullptr ? std::string{} : change->config_sha256;
}

// A node that is not to be changed now must hold what the run's plan leads to. A node that is to be changed
// must hold what it held when the run began, and the change must be the same.
void compare_node(std::vector<std::string>& found, const Plan& original, const NodePlan& planned,
                  const Plan& now, const NodePlan& now_node) {
  const std::string& name = planned.name;
  compare_with_run(found, name + " machine id", planned.machine_id, now_node.machine_id);
  compare_with_run(found, name + " host key", planned.host_key, now_node.host_key);
  compare_with_run(found, name + " version", planned.version, now_node.version);
  const std::string manifest = fmt::format("{} {}", name, now_node.manifest_path);
  const ManifestChange* rest = now.change_of(now_node);
  if (rest == nullptr) {
    compare_with_run(found, manifest, short_hash(original.sha256_at_end(planned)),
                     short_hash(now.sha256_at_end(now_node)));
    return;
  }
  compare_with_run(found, manifest, short_hash(original.sha256_at_start(planned)),
                   short_hash(rest->sha256_before));
  compare_with_run(found, name + " planned manifest", short_hash(original.sha256_at_end(planned)),
                   short_hash(rest->sha256_after));
  compare_with_run(found, name + " config file", short_hash(planned_config(original, planned)),
                   short_hash(rest->config_sha256));
}

// Each write to the API that is left must be one of the run's plan. An object without such a write has the
// planned text already.
void compare_writes_left(std::vector<std::string>& found, const Plan& original, const Plan& now) {
  for (const Plan::ObjectTurn& left : now.object_changes()) {
    const ObjectChange* planned = original.change_of(left.change->object);
    compare_with_run(found, left.change->object.text(),
                     planned != nullptr ? facts::describe_text(planned->sha256_before) : "nothing to change",
                     facts::describe_text(left.change->sha256_before));
  }
}

}  // namespace

Status may_go_on(const Plan& original, const std::string& run) {
  if (!original.rehearsal) return {};
  return fail(plan_errors::only_rehearsed, fmt::format("run {} changed nothing", run));
}

Status check_resumable(const Plan& original, const Plan& now, const std::string& run) {
  std::vector<std::string> found;
  compare_with_run(found, "kube-system UID", original.kube_system_uid, now.kube_system_uid);
  for (const NodePlan& planned : original.nodes) {
    const NodePlan* node = find(now, planned.name);
    if (node == nullptr) {
      found.push_back(fmt::format("{}: was part of the run, is not part of the plan now", planned.name));
    } else {
      compare_node(found, original, planned, now, *node);
    }
  }
  for (const NodePlan& node : now.nodes) {
    if (find(original, node.name) == nullptr)
      found.push_back(fmt::format("{}: was not part of the run", node.name));
  }
  compare_writes_left(found, original, now);
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
    return std::pair(!now.is_changed(one.first), planned - original.nodes.data());
  };
  std::stable_sort(nodes.begin(), nodes.end(),
                   [&](const auto& a, const auto& b) { return position(a) < position(b); });
  now.nodes.clear();
  now.order_reasons.clear();
  for (auto& [node, reason] : nodes) {
    now.nodes.push_back(std::move(node));
    now.order_reasons.push_back(std::move(reason));
  }
  now.follow_nodes();
  now.of_run = original.relation == Relation::goes_on_with ? original.of_run : run;
  now.relation = Relation::goes_on_with;
  seal(now);
}

Plan undone_by(const Plan& rollback) {
  Plan plan = rollback;
  plan.direction = rollback.direction == Direction::rollback ? Direction::apply : Direction::rollback;
  plan.of_run.clear();
  plan.relation = Relation::none;
  std::reverse(plan.nodes.begin(), plan.nodes.end());
  std::reverse(plan.order_reasons.begin(), plan.order_reasons.end());
  for (NodePlan& node : plan.nodes) {
    if (rollback.is_changed(node)) {
      std::swap(node.before, node.after);
    } else {
      node.stays_behind = !node.stays_behind;  // the other direction leads to the other side
    }
  }
  plan.changes.clear();
  for (const Change& change : rollback.changes | std::views::reverse) plan.changes.push_back(inverse(change));
  seal(plan);
  return plan;
}

}  // namespace nightlatch::plan
