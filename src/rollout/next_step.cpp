#include "rollout/next_step.hpp"

#include <algorithm>

#include "util/overloaded.hpp"

namespace nightlatch::rollout {

namespace {

bool is_among(std::size_t index, const std::vector<std::size_t>& indices) {
  return std::find(indices.begin(), indices.end(), index) != indices.end();
}

bool is_left(const PlannedChange& change, const Done& done) {
  return std::visit(
      overloaded{[&](const NodeChange& node) {
                   bool only_places = node.kind == plan::ManifestChange::Kind::place;
                   return only_places ? !done.config_placed : !is_among(node.node, done.nodes);
                 },
                 [&](const ObjectWrite& object) { return !is_among(object.object, done.objects); }},
      change);
}

std::vector<PlannedChange> changes_left(const Planned& planned, const Done& done) {
  std::vector<PlannedChange> left;
  for (const PlannedChange& change : planned.changes) {
    if (is_left(change, done)) left.push_back(change);
  }
  return left;
}

// The nodes that may change places: those that are to be swapped before the next write to the API.
std::vector<std::size_t> candidates(const std::vector<PlannedChange>& left) {
  std::vector<std::size_t> nodes;
  for (const PlannedChange& change : left) {
    const auto* node = std::get_if<NodeChange>(&change);
    if (node == nullptr) break;
    if (node->kind == plan::ManifestChange::Kind::swap) nodes.push_back(node->node);
  }
  return nodes;
}

// The nodes that this plan changes at all.
std::vector<std::size_t> changing_nodes(const Planned& planned) {
  std::vector<std::size_t> nodes;
  for (const PlannedChange& change : planned.changes) {
    const auto* node = std::get_if<NodeChange>(&change);
    if (node != nullptr) nodes.push_back(node->node);
  }
  return nodes;
}

// The node that is to be swapped next. nullopt: another kind of change comes first, such as the end of what
// another run has left in mid-change, which waits for nothing.
std::optional<std::size_t> swapped_next(const std::vector<PlannedChange>& left) {
  const auto* first = left.empty() ? nullptr : std::get_if<NodeChange>(&left.front());
  if (first == nullptr || first->kind != plan::ManifestChange::Kind::swap) return std::nullopt;
  return first->node;
}

NextStep before_or_at(const NodeChange& first, const std::vector<PlannedChange>& left, const Planned& planned,
                      const Done& done) {
  if (!done.config_placed) return next::PlaceConfig{};
  if (!done.nodes.empty()) {
    std::size_t changed = done.nodes.back();
    if (planned.watches_cluster && !done.cluster_awaited) return next::AwaitCluster{changed};
  }
  if (done.chosen) return next::ChangeNode{*done.chosen};
  // A node that another run left in mid-change goes first, even if it holds the endpoint's address.
  bool is_a_swap = first.kind == plan::ManifestChange::Kind::swap;
  std::vector<std::size_t> who = candidates(left);
  if (planned.order_may_change && is_a_swap && who.size() > 1) return next::FindHolder{std::move(who)};
  return next::ChangeNode{first.node};
}

}  // namespace

std::vector<PlannedChange> changes_of(const plan::Plan& plan) {
  std::vector<PlannedChange> changes;
  std::size_t objects = 0;
  for (const plan::Change& change : plan.changes) {
    changes.push_back(std::visit(
        overloaded{[&](const plan::ManifestChange& manifest) -> PlannedChange {
                     auto node = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                                              [&](const auto& one) { return one.name == manifest.node; });
                     return NodeChange{static_cast<std::size_t>(node - plan.nodes.begin()), manifest.kind};
                   },
                   [&](const plan::ObjectChange&) -> PlannedChange { return ObjectWrite{objects++}; }},
        change));
  }
  return changes;
}

NextStep next_step(const Planned& planned, const Done& done) {
  bool rehearsed = planned.rehearsal && !done.nodes.empty();
  if (done.stopped || done.checked || rehearsed) return next::Close{};
  if (done.hooks_made_good < planned.hooks_owed.size())
    return next::CallAfterNode{planned.hooks_owed[done.hooks_made_good]};
  if (planned.calls_before && !done.before_called) return next::CallBefore{};
  // With a single node the run waits for nothing afterwards, so it needs no survey.
  std::vector<std::size_t> changing = changing_nodes(planned);
  std::vector<PlannedChange> left = changes_left(planned, done);
  if (planned.asks_balancer && !done.balancer_surveyed) {
    if (auto node = swapped_next(left)) return next::SurveyBalancer{*node};
  }
  if (planned.watches_cluster && changing.size() > 1 && !done.surveyed) return next::Survey{changing.front()};
  if (left.empty()) return planned.is_compared_at_end ? NextStep(next::FinalCheck{}) : next::Close{};
  return std::visit(
      overloaded{[&](const NodeChange& node) { return before_or_at(node, left, planned, done); },
                 [](const ObjectWrite& object) { return NextStep(next::WriteObject{object.object}); }},
      left.front());
}

}  // namespace nightlatch::rollout
