// NodeSwap on a node that waits for the confirmation of a run whose workstation was lost: the check before
// the node is taken over, the request that shuts the lost run out, and the outcome when something fails.
#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::rollout {

// Only this node's state is read: the run that changed the node has compared its peers, which may be away
// now. Any other reason against the confirmation makes the node refuse when it is taken over.
void NodeSwap::on_state_left_behind(const node::Reply& reply, Outbox& out) {
  const node::NodeState& state = reply.state;
  if (state.run != change().previous_run) {
    return fail(rollout_errors::preflight_busy,
                fmt::format("{} is at work in run {}", self().name, state.run), out);
  }
  if (state.step == node::Step::staged || state.step == node::Step::armed) {
    return fail(rollout_errors::preflight_changed,
                fmt::format("{} has its old manifest still: nothing to confirm", self().name), out);
  }
  staged_run_ = state.run;
  awaits_restart_ = state.step == node::Step::swapped;
  pod_ = reply.pod;
  complete(out);
}

// A renewal with a newer epoch: from then on the node refuses the lost run (docs/protocol.md).
void NodeSwap::take_over(Millis now, Outbox& out) {
  call(renewal(), now, out);
}

NodeSwap::Phase NodeSwap::after_take_over() const {
  return step_on_node_ == node::Step::swapped ? Phase::restarted : Phase::gated;
}

// This run restores nothing: the guard decides until the node has answered `confirm`. So only a lost answer
// to `confirm` leaves it unknown whether the node keeps the new manifest.
NodeOutcome NodeSwap::left_to_its_guard() const {
  if (step_on_node_ == node::Step::foreign) return NodeOutcome::foreign;
  bool is_silent = trouble_ && trouble_->code == rollout_errors::unknown_state.number;
  return phase_ == Phase::confirmed && is_silent ? NodeOutcome::unknown : NodeOutcome::untouched;
}

}  // namespace nightlatch::rollout
