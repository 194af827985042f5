// What the API tells and keeps in the simulated world: Nodes, a leader's lease, objects.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/world.hpp"
#include "util/hash.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;

constexpr Millis renewal = 2s;  // of a leader's lease

}  // namespace

plan::ObjectChange object_change(std::string_view before, std::string_view after) {
  plan::ObjectChange change;
  change.object = {.group = {},
                   .version = "v1",
                   .kind = "ConfigMap",
                   .name_space = "kube-system",
                   .name = "follows-the-nodes"};
  change.field = "/data/text";
  change.sha256_before = sha256_hex(before);
  change.sha256_after = sha256_hex(after);
  change.splices = {{.begin = 0, .end = before.size(), .text = std::string(after), .reason = {}}};
  change.undo = {{.begin = 0, .end = after.size(), .text = std::string(before), .reason = {}}};
  change.when_unwritable = facts::WhenUnwritable::go_on_and_tell;
  return change;
}

const std::string& World::following_object() const {
  return objects_.at(object_change(old_object, new_object).object);
}

// Wherever one of the API servers answers.
facts::ClusterSight World::sight(const Desk& desk) const {
  facts::ClusterSight sight;
  bool answered = std::any_of(nodes_.begin(), nodes_.end(), [](const auto& node) { return node->serving(); });
  if (!answered || balancer_.silent()) return {"connection refused", {}, "connection refused", {}};
  if (login_is_over()) return {"answered with 401", {}, "answered with 401", {}};
  for (std::size_t i = 0; i < desk.nodes.size(); ++i) {
    const plan::NodePlan& node = desk.plan.nodes[i];
    sight.control_plane.push_back({node.name, {}, node.machine_id, desk.nodes[i]->kubelet_reports()});
  }
  sight.leases.push_back({"kube-scheduler", fmt::format("{}", (now_ / renewal * renewal).count()), "cp1"});
  return sight;
}

// As keepalived with a check of the API server does it: it leaves a node that does not serve, and stays where
// it came to.
void World::move_address() {
  if (holder_ == nullptr || holder_->serving()) return;
  auto heir = std::find_if(nodes_.begin(), nodes_.end(), [](const auto& node) { return node->serving(); });
  if (heir == nodes_.end()) return;
  holder_->hold({});
  holder_ = heir->get();
  holder_->hold({std::string(endpoint_address)});
  held_since_ = now_;
}

// Half of the clusters have one; so has every cluster in which the seed wants one to fail.
void World::choose_balancer() {
  bool one_fails = std::any_of(faults_.begin(), faults_.end(),
                               [](const Planned& fault) { return is_of_balancer(fault.fault); });
  if (!one_fails && random_.chance(50)) return;
  using Kind = Balancer::Kind;
  constexpr std::array kinds{Kind::spreads, Kind::spreads, Kind::hides, Kind::sticks};
  Kind kind = kinds[static_cast<std::size_t>(random_.between(0, 3))];
  // Nobody would state a health check that the new manifests fail.
  bool asks_closed = std::any_of(faults_.begin(), faults_.end(), [](const Planned& fault) {
    return fault.fault == Fault::balancer_asks_closed;
  });
  bool is_stated = !asks_closed && random_.chance(80);
  if (!is_stated && random_.chance(80)) kind = Kind::spreads;  // else an apply is refused
  std::chrono::seconds interval(random_.between(1, 5));
  int rise = static_cast<int>(random_.between(1, 3));
  int fall = static_cast<int>(random_.between(1, 3));
  std::vector<const SimNode*> nodes;
  for (const auto& node : nodes_) nodes.push_back(node.get());
  balancer_ = Balancer(kind, {.interval = interval, .rise = rise, .fall = fall}, nodes);
  // As plan::balancer_settle.
  using plan::HealthCheck;
  told_ = {.settle = is_stated && random_.chance(90) ? interval * rise : 60s,
           .check = is_stated ? HealthCheck::stated : HealthCheck::unstated};
}

// Written only over what the plan was made from.
void World::put(const rollout::PutObject& question) {
  std::string& text = objects_[question.change.object];
  auto after = facts::applied(question.change, text);
  if (!after) return;
  check_object(question.change.object, *after);
  text = *after;
}

// S20: kubeadm is told of the new manifests when every node has its own.
void World::check_object(const facts::ObjectReference& object, std::string_view after) {
  if (after != new_object || stranger_was_here() || contested()) return;
  for (const auto& node : nodes_) {
    if (origin_of(*node) != Origin::planned)
      broke(fmt::format("{} is new, and a node is not", object.text()));
  }
}

}  // namespace nightlatch::sim
