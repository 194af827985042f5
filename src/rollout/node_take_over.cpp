// NodeSwap on a node that waits for the confirmation of a run whose workstation was lost: who it waits for,
// the epoch that shuts that run out, and what becomes of it when a gate does not hold.
#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::rollout {

// The node's own state only: its peers were compared by the run that changed it, and may be away now. What
// else stands against it is said by the node when it is taken over.
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

void NodeSwap::take_over(Millis now, Outbox& out) {
  call(renewal(), now, out);
}

NodeSwap::Phase NodeSwap::after_take_over() const {
  return step_on_node_ == node::Step::swapped ? Phase::restarted : Phase::gated;
}

// Nothing was undone: before its confirmation a node is its guard's, and only the answer to `confirm` says
// that it is not any more.
NodeOutcome NodeSwap::left_to_its_guard() const {
  if (step_on_node_ == node::Step::foreign) return NodeOutcome::foreign;
  bool is_silent = trouble_ && trouble_->code == rollout_errors::unknown_state.number;
  return phase_ == Phase::confirmed && is_silent ? NodeOutcome::unknown : NodeOutcome::untouched;
}

}  // namespace nightlatch::rollout
