// After the last node: is every API server still as this run left it? (S12: the hashes of all nodes are
// compared again at the end.)
#pragma once

#include <cstddef>
#include <optional>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::rollout {

class FinalCheck {
 public:
  explicit FinalCheck(const plan::Plan& plan) : plan_(&plan) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }

 private:
  void look(Outbox& out);
  void record(rollout::Phase phase, Outbox& out);
  void conclude(std::optional<Trouble> trouble, Outbox& out);

  const plan::Plan* plan_;
  std::size_t node_ = 0;
  std::uint64_t record_ = 0;
  bool intending_ = false;
  Id pending_ = 0;
  Millis deadline_{0};
  bool finished_ = false;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
