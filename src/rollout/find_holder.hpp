// S17: the node that holds the endpoint's address (keepalived, kube-vip) goes last. The address moves, most
// often when an API server is restarted, so before each node the one whose turn it is is asked for its
// addresses, and if it has one of the endpoint's, the others that are still to be changed are asked too. A
// node that reports none counts as one that does not hold it; when the order then stays as planned, a note
// says so.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/single_step.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

class FindHolder {
 public:
  // `plan` outlives the step. `candidates`: indices in plan.nodes of the nodes that are still to be changed,
  // at least two, in the plan's order. `endpoint`: the addresses to which the endpoint's host name resolves.
  FindHolder(const plan::Plan& plan, std::vector<std::size_t> candidates, std::vector<std::string> endpoint)
      : plan_(&plan),
        candidates_(std::move(candidates)),
        endpoint_(std::move(endpoint)),
        step_(plan.nodes[candidates_.front()].name, facts::name(facts::JournalStep::order),
              WhenInterrupted::leave),
        next_(candidates_.front()) {}

  // The four functions of a step: rollout/single_step.hpp. Silent nodes are asked again for 60 s in all; an
  // interruption ends the step at once.
  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return step_.finished(); }
  // Never fails: a node that cannot be reached is found by its preflight check.
  [[nodiscard]] static std::optional<Trouble> trouble() { return {}; }
  // The node to be changed next, as an index in plan.nodes: the first candidate that does not hold the
  // address. It is the first of all when every candidate holds it, and when its API server is in trouble
  // (plan::is_struggling). Meaningful once finished.
  [[nodiscard]] std::size_t next() const { return next_; }

 private:
  void look(Outbox& out);
  [[nodiscard]] bool first_goes_on() const;
  void on_reply(const node::Reply& reply, Outbox& out);
  void choose(Outbox& out);
  void conclude(std::string note, Outbox& out);
  [[nodiscard]] const plan::NodePlan& candidate(std::size_t i) const { return plan_->nodes[candidates_[i]]; }

  const plan::Plan* plan_;
  std::vector<std::size_t> candidates_;
  std::vector<std::string> endpoint_;
  SingleStep step_;
  std::vector<std::vector<std::string>> addresses_;  // of the candidates that were asked, in their order
  std::vector<std::string> silent_;                  // names of the candidates that reported no address
  bool first_struggles_ = false;
  std::size_t next_;
};

}  // namespace nightlatch::rollout
