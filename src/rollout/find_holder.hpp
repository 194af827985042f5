// S17: the node that holds the endpoint's address (keepalived, kube-vip) goes last. The address moves, most
// of all when an API server of ours restarts, so the nodes that are still to be begun are asked for their
// addresses before each of them. What cannot be seen changes nothing: the plan's order holds, and the run
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
  // `plan` outlives the step. `candidates` are indices into plan.nodes, in the order in which they would be
  // begun: two at least. `endpoint`: what the endpoint's host resolves to.
  FindHolder(const plan::Plan& plan, std::vector<std::size_t> candidates, std::vector<std::string> endpoint)
      : plan_(&plan),
        candidates_(std::move(candidates)),
        endpoint_(std::move(endpoint)),
        step_(plan.nodes[candidates_.front()].name, "order", WhenInterrupted::leave),
        next_(candidates_.front()) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return step_.finished(); }
  // Never fails: a node that cannot be reached is found by its preflight check.
  [[nodiscard]] static std::optional<Trouble> trouble() { return {}; }
  // The candidate to begin with. Meaningful once finished.
  [[nodiscard]] std::size_t next() const { return next_; }

 private:
  void look(Outbox& out);
  void on_reply(const node::Reply& reply, Outbox& out);
  void choose(Outbox& out);
  void conclude(std::string note, Outbox& out);
  [[nodiscard]] const plan::NodePlan& candidate(std::size_t i) const { return plan_->nodes[candidates_[i]]; }

  const plan::Plan* plan_;
  std::vector<std::size_t> candidates_;
  std::vector<std::string> endpoint_;
  SingleStep step_;
  std::vector<std::vector<std::string>> addresses_;  // of the candidates that were asked, in their order
  std::vector<std::string> silent_;                  // names of those that did not report any
  bool first_struggles_ = false;
  std::size_t next_;
};

}  // namespace nightlatch::rollout
