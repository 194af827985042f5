// After the last node: is every API server still as this run left it? (S12: the hashes of all nodes are
// compared again at the end.)
#pragma once

#include <cstddef>
#include <optional>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/single_step.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

class FinalCheck {
 public:
  // `plan` outlives the step.
  explicit FinalCheck(const plan::Plan& plan) : plan_(&plan) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return step_.finished(); }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }

 private:
  void look(Outbox& out);
  void on_answer(const Answer& answer, Millis now, Outbox& out);
  void on_reply(const node::Reply& reply, Outbox& out);
  void on_gates(const ApiServerAnswers& answers, Millis now, Outbox& out);
  void differs(std::string why, Outbox& out);
  [[nodiscard]] const plan::NodePlan& self() const { return plan_->nodes[node_]; }

  const plan::Plan* plan_;
  std::size_t node_ = 0;  // that is looked at
  enum class Asked { state, gates };
  Asked asked_ = Asked::state;
  Millis deadline_{0};
  SingleStep step_{{}, "verified", WhenInterrupted::go_on};
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
