// S20: the ConfigMap kubeadm-config follows the nodes, after the last of them; in a rollback it goes first.
// So a roll that stopped has not told kubeadm what only some nodes are.
//
// It stops nothing: nodes that are to go back do so whether the ConfigMap can be written or not. A run that
// could not write it says so at its end.
#pragma once

#include <optional>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::rollout {

class PersistKubeadmConfig {
 public:
  explicit PersistKubeadmConfig(const plan::KubeadmChange& change) : change_(&change) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  // The ConfigMap is known to say it, whatever came of the record.
  [[nodiscard]] bool written() const { return written_; }

 private:
  void record(rollout::Phase phase, Outbox& out);
  void conclude(std::optional<Trouble> trouble, Outbox& out);

  const plan::KubeadmChange* change_;
  std::uint64_t record_ = 0;
  bool intending_ = false;
  Id pending_ = 0;
  Millis deadline_{0};
  bool interrupted_ = false;
  bool written_ = false;
  bool finished_ = false;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
