// S17: between two nodes, the run waits until new connections through the load balancer reach the changed
// node again. The serving certificate tells which node answered, because kubeadm gives each API server its
// own.
//
// Some load balancers do not show which node answered: they end TLS themselves, send a client to the same
// node each time, or the nodes share a certificate. Then the run waits for a fixed time, in which the health
// checks of the load balancer notice the node. A load balancer counts as one of these when ten good answers
// came from fewer than two other nodes, or when an answer shows a certificate that is no node's.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/single_step.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

// Error: not_balanced, when the changed node was not seen for 5 min, or for `settle` where that is longer. An
// interruption ends the step at once, with a note and without an error.
class AwaitBalancer {
 public:
  // `plan` outlives the step. `node` is the index of the changed node in plan.nodes. `settle` is the time to
  // wait for a load balancer that does not show which node answered. It is counted from `ready_since`, when
  // the node's gates began to hold, because the health checks see a ready node from then on; nullopt: from
  // start().
  AwaitBalancer(const plan::Plan& plan, std::size_t node, std::chrono::seconds settle,
                std::optional<Millis> ready_since = {})
      : plan_(&plan),
        node_(node),
        settle_(settle),
        ready_since_(ready_since),
        step_(plan.nodes[node].name, facts::name(facts::JournalStep::balanced), WhenInterrupted::leave) {}

  // The four functions of a step: rollout/single_step.hpp.
  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return step_.finished(); }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }

 private:
  void ask(Outbox& out);
  void on_answer(const Answer& answer, Millis now, Outbox& out);
  void on_seen(const facts::Seen& seen, Millis now, Outbox& out);
  void conclude(std::string note, Outbox& out);
  [[nodiscard]] bool can_be_told() const;
  [[nodiscard]] bool hides_nodes(bool known) const;
  [[nodiscard]] const std::string& name() const { return plan_->nodes[node_].name; }

  const plan::Plan* plan_;
  std::size_t node_;
  std::chrono::seconds settle_;
  std::optional<Millis> ready_since_;
  SingleStep step_;
  Millis began_{0};
  std::map<std::string, std::string> certificates_;  // by name of the nodes that were asked directly
  int answered_ = 0;                                 // good answers through the load balancer
  std::set<std::string> others_seen_;                // certificates of other nodes in such answers
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
