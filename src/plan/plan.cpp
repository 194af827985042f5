#include "plan/plan.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "plan/planner.hpp"

namespace nightlatch::plan {

namespace {

std::size_t position(const std::vector<NodePlan>& nodes, const ManifestChange& change) {
  auto found = std::find_if(nodes.begin(), nodes.end(),
                            [&](const NodePlan& node) { return node.name == change.node; });
  return static_cast<std::size_t>(found - nodes.begin());
}

bool is(const ManifestChange* change, ManifestChange::Kind kind) {
  return change != nullptr && change->kind == kind;
}

constexpr std::array<std::string_view, 5> relation_names{"none", "undoes", "puts_back", "goes_on_with",
                                                         "confirms"};

}  // namespace

std::string_view name(Relation relation) {
  return relation_names[static_cast<std::size_t>(relation)];
}

std::optional<Relation> relation_named(std::string_view name) {
  auto found = std::find(relation_names.begin(), relation_names.end(), name);
  if (found == relation_names.end()) return std::nullopt;
  return static_cast<Relation>(found - relation_names.begin());
}

Relation usual_relation(Direction direction, std::string_view of_run) {
  if (of_run.empty()) return Relation::none;
  return direction == Direction::rollback ? Relation::undoes : Relation::goes_on_with;
}

Plan rehearsal_of(const Plan& plan) {
  Plan rehearsal = plan;
  rehearsal.rehearsal = true;
  std::erase_if(rehearsal.changes,
                [](const Change& one) { return std::holds_alternative<ObjectChange>(one); });
  bool found = false;
  for (NodePlan& node : rehearsal.nodes) {
    if (rehearsal.swaps(node) && !std::exchange(found, true)) continue;
    rehearsal.leave_alone(node);
    node.after = node.before;
    node.opens.clear();
  }
  seal(rehearsal);
  return rehearsal;
}

const ManifestChange* Plan::change_of(const NodePlan& node) const {
  for (const Change& change : changes) {
    const auto* manifest = std::get_if<ManifestChange>(&change);
    if (manifest != nullptr && manifest->node == node.name) return manifest;
  }
  return nullptr;
}

const ObjectChange* Plan::change_of(const facts::ObjectReference& object) const {
  for (const ObjectTurn& turn : object_changes()) {
    if (turn.change->object == object) return turn.change;
  }
  return nullptr;
}

bool Plan::swaps(const NodePlan& node) const {
  return is(change_of(node), ManifestChange::Kind::swap);
}

bool Plan::finishes_restore(const NodePlan& node) const {
  return is(change_of(node), ManifestChange::Kind::finish_restore);
}

bool Plan::finishes_confirm(const NodePlan& node) const {
  return is(change_of(node), ManifestChange::Kind::finish_confirm);
}

bool Plan::only_places(const NodePlan& node) const {
  return is(change_of(node), ManifestChange::Kind::place);
}

bool Plan::has(ManifestChange::Kind kind) const {
  return std::any_of(changes.begin(), changes.end(),
                     [&](const Change& change) { return is(std::get_if<ManifestChange>(&change), kind); });
}

const std::string& Plan::sha256_at_start(const NodePlan& node) const {
  const ManifestChange* change = change_of(node);
  return change == nullptr ? node.manifest_sha256 : change->sha256_at_start();
}

const std::string& Plan::sha256_at_end(const NodePlan& node) const {
  const ManifestChange* change = change_of(node);
  return change == nullptr ? node.manifest_sha256 : change->sha256_after;
}

const SkippedNode* Plan::skipped_node(const std::string& name) const {
  auto found =
      std::find_if(skipped.begin(), skipped.end(), [&](const SkippedNode& one) { return one.name == name; });
  return found == skipped.end() ? nullptr : &*found;
}

bool Plan::leaves_a_node() const {
  return std::any_of(skipped.begin(), skipped.end(), [](const SkippedNode& one) { return one.is_left(); });
}

std::size_t Plan::changing_nodes() const {
  return static_cast<std::size_t>(std::count_if(changes.begin(), changes.end(), [](const Change& change) {
    return std::holds_alternative<ManifestChange>(change);
  }));
}

void Plan::leave_alone(const NodePlan& node) {
  std::erase_if(changes, [&](const Change& change) {
    const auto* manifest = std::get_if<ManifestChange>(&change);
    return manifest != nullptr && manifest->node == node.name;
  });
}

std::vector<Plan::ObjectTurn> Plan::object_changes() const {
  std::vector<ObjectTurn> turns;
  std::size_t manifests = 0;
  for (const Change& change : changes) {
    const auto* object = std::get_if<ObjectChange>(&change);
    if (object == nullptr) {
      ++manifests;
    } else {
      turns.push_back({.change = object, .after_manifests = manifests});
    }
  }
  return turns;
}

void Plan::follow_nodes() {
  std::vector<ManifestChange*> slots;
  std::vector<ManifestChange> manifests;
  for (Change& change : changes) {
    auto* manifest = std::get_if<ManifestChange>(&change);
    if (manifest == nullptr) continue;
    slots.push_back(manifest);
    manifests.push_back(*manifest);
  }
  std::stable_sort(manifests.begin(), manifests.end(), [&](const ManifestChange& a, const ManifestChange& b) {
    return position(nodes, a) < position(nodes, b);
  });
  for (std::size_t i = 0; i < slots.size(); ++i) *slots[i] = std::move(manifests[i]);
}

}  // namespace nightlatch::plan
