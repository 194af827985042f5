// S17: before the first node, the run looks which nodes new connections through the load balancer reach. Who
// was seen then must be seen again after its change (BalancerGate).
//
// An apply that closes paths stops here, before anything is touched, where nobody stated what the load
// balancer's health check asks and its answers would not show that it has dropped a changed node. A rollback
// goes on with a note, because it may be what brings the nodes back.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "plan/balancer_view.hpp"
#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/single_step.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

// What is known of the load balancer before it is asked.
struct BalancerFacts {
  // For how long it must go on using a node before it counts as one that has noticed the change: the time of
  // its health checks (plan::balancer_settle).
  std::chrono::seconds settle{60};
  plan::HealthCheck check = plan::HealthCheck::unstated;
};

// What was found before the first node.
struct BalancerBaseline {
  BalancerFacts facts{};
  plan::BalancerView view{};
  std::map<std::string, std::string> certificates{};  // by node; empty: not seen
};

class SurveyBalancer {
 public:
  // `plan` outlives the step. `node` is the index in plan.nodes of the first node to be changed, which names
  // the records. It tries for at most 15 s. Errors, of an apply: balancer_silent, balancer_unstated.
  SurveyBalancer(const plan::Plan& plan, std::size_t node, BalancerFacts facts)
      : plan_(&plan),
        step_(plan.nodes[node].name, facts::name(facts::JournalStep::backends), WhenInterrupted::leave),
        found_{.facts = facts, .view = {}, .certificates = {}} {}

  // The four functions of a step: rollout/single_step.hpp. An interruption ends the step at once.
  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return step_.finished(); }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  // Meaningful once the step is finished without having been interrupted.
  [[nodiscard]] const BalancerBaseline& found() const { return found_; }

 private:
  void ask(Outbox& out);
  void on_answer(const Answer& answer, Millis now, Outbox& out);
  void judge(Outbox& out);
  void stop(const ErrorCode& code, std::string why, Outbox& out);
  void conclude(const std::string& note, Outbox& out);
  [[nodiscard]] std::string note() const;

  const plan::Plan* plan_;
  SingleStep step_;
  Millis began_{0};
  plan::BalancerSight sight_;
  BalancerBaseline found_;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
