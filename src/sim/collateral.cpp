// What a restart disturbs beside its own API server, and that no node is begun meanwhile (S19).
#include <algorithm>

#include <fmt/format.h>

#include "sim/world.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;

constexpr Millis renewal = 2s;  // of a leader's lease

}  // namespace

// As the API tells it, wherever one of its servers answers.
facts::ClusterSight World::sight() const {
  facts::ClusterSight sight;
  bool answered = std::any_of(nodes_.begin(), nodes_.end(), [](const auto& node) { return node->serving(); });
  if (!answered) return {"connection refused", {}, "connection refused", {}};
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const plan::NodePlan& node = plan_.nodes[i];
    sight.control_plane.push_back({node.name, {}, node.machine_id, nodes_[i]->kubelet_reports()});
  }
  bool leaderless = now_ >= leaderless_from_ && now_ < leaderless_until_;
  Millis renewed = (leaderless ? leaderless_from_ : now_) / renewal * renewal;
  sight.leases.push_back({"kube-scheduler", fmt::format("{}", renewed.count()), "cp1"});
  return sight;
}

// At a node's swap, the one that this run changed before it reports to the API again (S19).
void World::check_beginning(std::size_t node) {
  if (begun_[node]) return;
  begun_[node] = true;
  bool ours = node > 0 && plan_.nodes[node - 1].action != plan::NodeAction::none;
  if (ours && !nodes_[node - 1]->kubelet_reports())
    broke("a node was swapped while the Node changed before it was not Ready");
}

}  // namespace nightlatch::sim
