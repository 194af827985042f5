#include "plan/confirmation.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace nightlatch::plan {

namespace {

// A node that does not wait for a confirmation. Where the run was to change it, the bytes of its manifest
// decide whether it is old or new.
NodePlan watched(const NodePlan& original, const ManifestChange* change, const facts::NodeFacts& facts) {
  bool is_old = change != nullptr && facts.manifest.sha256 == change->sha256_before;
  NodePlan node = original;
  node.manifest_sha256 = facts.manifest.sha256;
  node.before = node.after = is_old ? original.before : original.after;
  node.opens.clear();
  node.stays_behind = change == nullptr ? original.stays_behind : is_old;
  return node;
}

std::optional<ManifestChange> confirmation_of(const ManifestChange* change, const facts::NodeFacts& facts,
                                              const std::string& run) {
  if (change == nullptr || !waits_for_confirmation(facts, run)) return std::nullopt;
  ManifestChange kept = *change;
  kept.kind = ManifestChange::Kind::finish_confirm;
  kept.previous_run = run;
  return kept;
}

}  // namespace

bool waits_for_confirmation(const facts::NodeFacts& node, const std::string& run) {
  return node.guard && node.guard->run == run;
}

Plan make_confirmation(const Plan& original, const std::string& run, const facts::ClusterFacts& facts) {
  Plan plan = original;
  plan.of_run = run;
  plan.relation = Relation::confirms;
  plan.rehearsal = false;
  plan.nodes.clear();
  plan.changes.clear();
  plan.checks.clear();
  plan.order_reasons.clear();
  plan.created.clear();
  std::vector<NodePlan> others;
  for (const NodePlan& node : original.nodes) {
    auto read = std::find_if(facts.nodes.begin(), facts.nodes.end(),
                             [&](const facts::NodeFacts& one) { return one.name == node.name; });
    if (read == facts.nodes.end()) continue;
    const ManifestChange* change = original.change_of(node);
    if (auto kept = confirmation_of(change, *read, run)) {
      plan.nodes.push_back(node);
      plan.nodes.back().manifest_sha256 = read->manifest.sha256;
      plan.changes.emplace_back(*std::move(kept));
    } else {
      others.push_back(watched(node, change, *read));
    }
  }
  std::move(others.begin(), others.end(), std::back_inserter(plan.nodes));
  seal(plan);
  return plan;
}

}  // namespace nightlatch::plan
