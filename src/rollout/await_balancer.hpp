// S17: between two nodes, wait until new connections through the load balancer reach the changed node again,
// told by its serving certificate. kubeadm gives each API server one of its own.
//
// Some balancers hide their nodes: they end TLS themselves, lead a client to the same node each time, or the
// nodes share a certificate. Then the wait is a time, long enough for their health checks. One that spreads
// its connections is told from one that leads to a single node by several connections soon after one another:
// the time may have passed while the node soaked. Where answers of several nodes are seen and this one's
// never, it is not back: the roll stops there.
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

class AwaitBalancer {
 public:
  // `plan` outlives the step. `node` is an index into plan.nodes, `settle` the time for a balancer that hides
  // it; it runs from `ready_since`, when the node's gates began to hold, because the balancer's health check
  // has seen them since then, too. nullopt: from the start of this step.
  AwaitBalancer(const plan::Plan& plan, std::size_t node, std::chrono::seconds settle,
                std::optional<Millis> ready_since = {})
      : plan_(&plan),
        node_(node),
        settle_(settle),
        ready_since_(ready_since),
        step_(plan.nodes[node].name, "balanced", WhenInterrupted::leave) {}

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
  std::map<std::string, std::string> certificates_;  // by node, of those that were asked
  int answered_ = 0;                                 // good answers through the balancer
  std::set<std::string> others_seen_;                // certificates, through the balancer
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
