// One write to the cluster's API, where the plan's list has it: S20, kubeadm's ConfigMap after the last node,
// and in a rollback before the first, so that a roll that stopped has not told kubeadm what only some nodes
// are.
//
// Whether a run stops that could not write the object is said by the change; a run that goes on says so at
// its end.
#pragma once

#include <optional>
#include <string_view>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::rollout {

// What its records are called; which object it is says their data, under the same key.
inline constexpr std::string_view object_step = "object";

class PersistObject {
 public:
  explicit PersistObject(const plan::ObjectChange& change) : change_(&change) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  [[nodiscard]] const plan::ObjectChange& change() const { return *change_; }
  // The object is known to say it, whatever came of the record.
  [[nodiscard]] bool written() const { return written_; }

 private:
  void record(rollout::Phase phase, Outbox& out);
  [[nodiscard]] Trouble left(const std::string& why) const;
  void conclude(std::optional<Trouble> trouble, Outbox& out);

  const plan::ObjectChange* change_;
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
