#include "rollout/final_check.hpp"

#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "rollout/gate_answers.hpp"
#include "rollout/gates.hpp"
#include "util/overloaded.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis check_limit = 60s;   // for all nodes
constexpr Millis recheck_pause = 2s;  // before a node whose gates do not hold is checked again

}  // namespace

void FinalCheck::start(Millis now, Outbox& out) {
  deadline_ = now + check_limit;
  step_.wait_until(deadline_);
  step_.intend({}, out);
}

void FinalCheck::look(Outbox& out) {
  if (node_ == plan_->nodes.size()) return conclude(out);
  node::Request state;
  state.verb = node::Verb::state;
  state.manifest_path = self().manifest_path;
  asked_ = Asked::state;
  step_.ask(CallNode{self().name, std::move(state)}, out);
}

void FinalCheck::differs(std::string why, Outbox& out) {
  trouble_ = Trouble{rollout_errors::final_difference.number, fmt::format("{}: {}", self().name, why), {}};
  step_.fail(*trouble_, answers_, out);
}

void FinalCheck::on_reply(const node::Reply& reply, Outbox& out) {
  if (reply.kind == node::ReplyKind::lost) {
    differs("did not answer", out);
    trouble_->silent_node = self().name;
    return;
  }
  if (reply.state.manifest_sha256 != plan_->sha256_at_end(self()))
    return differs(fmt::format("{} was changed since this run wrote it", self().manifest_path), out);
  asked_ = Asked::gates;
  step_.ask(AskApiServer{self().name, self().gates}, out);
}

// A login that every node refuses has ended; one that some node refuses is refused by that node.
void FinalCheck::conclude(Outbox& out) {
  if (blind_.empty()) return step_.succeed(answers_, out);
  if (blind_.size() < plan_->nodes.size()) {
    node_ = blind_.begin()->first;
    return differs(blind_.begin()->second, out);
  }
  trouble_ =
      Trouble{rollout_errors::login_ended.number, "not all could be checked: " + blind_.begin()->second, {}};
  step_.fail(*trouble_, answers_, out);
}

void FinalCheck::on_gates(const ApiServerAnswers& answers, Millis now, Outbox& out) {
  std::vector<facts::Seen> seen = answers.to(self().gates);
  answers_["answers." + self().name] = text_of(seen);
  Round round = judge_round(seen);
  bool blind = round.result == RoundResult::blind;
  if (blind) blind_[node_] = round.why;
  if (round.result != RoundResult::pass && !blind)
    return now < deadline_ ? step_.pause(recheck_pause, out) : differs(round.why, out);
  ++node_;
  look(out);
}

void FinalCheck::on_answer(const Answer& answer, Millis now, Outbox& out) {
  if (asked_ == Asked::state) return on_reply(answer_of<CallNode>(answer), out);
  on_gates(answer_of<AskApiServer>(answer), now, out);
}

void FinalCheck::on(const Event& event, Outbox& out) {
  std::visit(overloaded{[](SingleStep::Nothing) {}, [&](SingleStep::Begin) { look(out); },
                        [&](SingleStep::Resume) { look(out); },
                        [&](const Answer& answer) { on_answer(answer, event.now, out); },
                        [](SingleStep::Leave) {}, [](SingleStep::Ended) {}},
             step_.on(event, out));
}

}  // namespace nightlatch::rollout
