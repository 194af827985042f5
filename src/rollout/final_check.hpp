// After the last node: whether the manifest of every node has the hash that the plan leads to, and whether
// its API server passes its gates (S12).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/single_step.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

// It has 60 s for all nodes together and stops at the first node that differs. Errors: final_difference, with
// the name of that node; login_ended, where every node refuses the login of the kubeconfig, and all else is
// as it must be. An interruption does not end it.
class FinalCheck {
 public:
  // `plan` outlives the step.
  explicit FinalCheck(const plan::Plan& plan) : plan_(&plan) {}

  // The four functions of a step: rollout/single_step.hpp.
  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return step_.finished(); }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }

 private:
  void look(Outbox& out);
  void on_answer(const Answer& answer, Millis now, Outbox& out);
  void on_reply(const node::Reply& reply, Outbox& out);
  void on_gates(const ApiServerAnswers& answers, Millis now, Outbox& out);
  void conclude(Outbox& out);
  void differs(std::string why, Outbox& out);
  [[nodiscard]] const plan::NodePlan& self() const { return plan_->nodes[node_]; }

  const plan::Plan* plan_;
  std::size_t node_ = 0;  // index of the node that is being checked
  enum class Asked { state, gates };
  Asked asked_ = Asked::state;
  Millis deadline_{0};
  std::map<std::string, std::string> answers_;  // of the nodes' gates, for the data of the last record
  std::map<std::size_t, std::string> blind_;    // the nodes that refuse the login, and what they answered
  SingleStep step_{{}, "verified", WhenInterrupted::go_on};
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
