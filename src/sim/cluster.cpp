// What the API tells and keeps in the simulated world: Nodes, a leader's lease, kubeadm-config.
#include <algorithm>

#include <fmt/format.h>

#include "plan/kubeadm_change.hpp"
#include "sim/world.hpp"
#include "util/hash.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;

constexpr Millis renewal = 2s;  // of a leader's lease

}  // namespace

plan::KubeadmChange kubeadm_change(std::string_view before, std::string_view after) {
  return {sha256_hex(before),
          sha256_hex(after),
          {{0, before.size(), std::string(after), ""}},
          {{0, after.size(), std::string(before), ""}}};
}

// Wherever one of the API servers answers.
facts::ClusterSight World::sight(const Desk& desk) const {
  facts::ClusterSight sight;
  bool answered = std::any_of(nodes_.begin(), nodes_.end(), [](const auto& node) { return node->serving(); });
  if (!answered) return {"connection refused", {}, "connection refused", {}};
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

// A request or its answer may be lost; what was written stays written.
void World::persist(rollout::Run& run, std::vector<rollout::Record>& journal,
                    const rollout::PersistConfig& config) {
  using rollout::PersistResult;
  bool request_lost = lossy_ && random_.chance(3);
  bool answer_lost = lossy_ && random_.chance(3);
  at(now_ + Millis(random_.between(1, 200)), [=, this, &run, &journal, life = life_] {
    auto after = plan::applied(config.change, kubeadm_config_);
    if (!request_lost && after) {
      check_kubeadm_config(*after);
      kubeadm_config_ = *after;
    }
    if (life != life_) return;
    rollout::KubeadmConfigPersisted persisted{config.id, PersistResult::lost, "no answer"};
    bool there = sha256_hex(kubeadm_config_) == config.change.sha256_after;
    if (!request_lost && !answer_lost)
      persisted = {config.id, there ? PersistResult::written : PersistResult::refused, "somebody changed it"};
    deliver(run, journal, rollout::Event{now_, persisted});
  });
}

// S20: kubeadm is told of the new manifests when every node has its own.
void World::check_kubeadm_config(std::string_view after) {
  if (after != new_kubeadm_config || stranger_was_here() || contested()) return;
  for (const auto& node : nodes_) {
    if (!node->manifest().starts_with("new")) broke("kubeadm-config is new, and a node is not");
  }
}

}  // namespace nightlatch::sim
