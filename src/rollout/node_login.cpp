// NodeSwap where the login of the kubeconfig is refused: "cannot see" is told from "not healthy".
//
// A 401 to an administrator's question has two causes. Either this API server no longer takes the login,
// which the change has done, and the node goes back. Or the login has ended everywhere: its token has expired
// or was revoked. Another node tells them apart: it takes the login, or refuses it as well. Where it refuses
// it, the gates that need no login decide. They repeat the kubelet's probes, so what the kubelet sees
// confirms the node; and the run ends there, because it could not see the next one.
#include <utility>

#include <fmt/format.h>

#include "rollout/node_swap.hpp"

namespace nightlatch::rollout {

// The node that was not asked for the longest time; nullopt: there is no other node.
std::optional<std::size_t> NodeSwap::next_witness() const {
  std::size_t next = witness_ ? *witness_ + 1 : 0;
  for (std::size_t i = 0; i < plan_->nodes.size(); ++i) {
    std::size_t node = (next + i) % plan_->nodes.size();
    if (node != node_) return node;
  }
  return std::nullopt;
}

void NodeSwap::ask_witness(Round round, std::size_t witness, Outbox& out) {
  blind_round_ = std::move(round);
  witness_ = witness;
  step_.ask(AskApiServer{plan_->nodes[witness].name, {ready_question()}}, out);
}

void NodeSwap::on_witness(const ApiServerAnswers& answers, Millis now, Outbox& out) {
  Round round = *std::exchange(blind_round_, std::nullopt);
  const std::string& name = plan_->nodes[*witness_].name;
  Round seen = judge_round(answers.to(std::vector{ready_question()}));
  // The login may have come back between the two answers, so this node is asked once more before it is
  // blamed.
  bool asks_again = seen.result == RoundResult::pass && !login_disputed_;
  login_disputed_ = asks_again;
  if (asks_again) return ask(gates_at_hand(), out);
  if (seen.result == RoundResult::blind) {
    login_ended_ =
        fmt::format("{} and {} refuse the login of the kubeconfig: {}", self().name, name, round.why);
    round.result = RoundResult::pass;
  } else {
    round.result = RoundResult::wait;
    if (seen.result == RoundResult::pass) round.why += fmt::format("; {} takes the same login", name);
  }
  on_judged(round, now, out);
}

}  // namespace nightlatch::rollout
