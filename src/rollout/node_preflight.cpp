// The preflight check of NodeSwap: asks for the states and answers that Preflight judges.
#include <utility>

#include "rollout/gate_answers.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::rollout {

namespace {

// What an API server needs that has just lost, say, its leader in etcd; three answers in a row count.
constexpr Millis unready_pause = std::chrono::seconds(1);

}  // namespace

// Asks for the state of this node first, then for those of its peers.
void NodeSwap::look_for_preflight(Millis now, Outbox& out) {
  std::size_t whose = preflight_.whose_state().value_or(node_);
  node::Request look = request(node::Verb::state);
  if (whose == node_) return call(std::move(look), now, out);
  look = {};
  look.verb = node::Verb::state;
  look.manifest_path = plan_->nodes[whose].manifest_path;
  look.pod = false;  // of a peer only the files are judged; its API server is asked itself
  step_.wait_until(deadline_);
  step_.ask(CallNode{plan_->nodes[whose].name, std::move(look)}, out);
}

void NodeSwap::on_preflight_state(const node::Reply& reply, Millis now, Outbox& out) {
  if (confirms()) return on_state_left_behind(reply, out);
  if (auto refusal = preflight_.on_state(reply)) return fail(*refusal->code, std::move(refusal->why), out);
  if (preflight_.whose_state()) return look_for_preflight(now, out);
  ask_for_preflight(out);
}

void NodeSwap::ask_for_preflight(Outbox& out) {
  step_.ask(AskApiServer{plan_->nodes[preflight_.whom()].name, preflight_.questions()}, out);
}

void NodeSwap::on_preflight_answers(const ApiServerAnswers& answers, Outbox& out) {
  if (auto refusal = preflight_.on_answers(answers))
    return fail(*refusal->code, std::move(refusal->why), out);
  if (preflight_.is_to_be_asked_again()) return step_.pause(unready_pause, out);
  if (!preflight_.complete()) return ask_for_preflight(out);
  pod_ = preflight_.pod();
  restart_expected_ = preflight_.manifest_is_new();
  if (!preflight_.note().empty()) told_["note"] = preflight_.note();
  if (!preflight_.answers().empty()) told_["answers"] = text_of(preflight_.answers());
  if (to_begin_ == Asking::nobody || takes_over()) return complete(out);
  step_.ask(AskToBegin{.node = self().name, .is_first = is_first_}, out);
}

}  // namespace nightlatch::rollout
