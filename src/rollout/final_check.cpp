#include "rollout/final_check.hpp"

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "rollout/gates.hpp"
#include "util/hash.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis limit = 60s;
constexpr Millis retry_pause = 2s;

}  // namespace

void FinalCheck::start(Millis now, Outbox& out) {
  deadline_ = now + limit;
  intending_ = true;
  record(rollout::Phase::intend, out);
}

void FinalCheck::record(rollout::Phase phase, Outbox& out) {
  Record record{0, {}, {}, {}, "verified", phase, {}};
  if (trouble_) record.data.merge(error_data(trouble_->code, trouble_->why));
  out.append(std::move(record));
  record_ = out.last_seq();
}

void FinalCheck::conclude(std::optional<Trouble> trouble, Outbox& out) {
  trouble_ = std::move(trouble);
  pending_ = 0;
  intending_ = false;
  record(trouble_ ? rollout::Phase::failed : rollout::Phase::done, out);
}

void FinalCheck::look(Outbox& out) {
  if (node_ == plan_->nodes.size()) return conclude({}, out);
  node::Request state;
  state.verb = node::Verb::state;
  state.manifest_path = plan_->nodes[node_].manifest_path;
  pending_ = out.call(node_, std::move(state));
}

void FinalCheck::on(const Event& event, Outbox& out) {
  if (const auto* recorded = std::get_if<Recorded>(&event.what);
      recorded != nullptr && recorded->seq == record_) {
    if (intending_) return look(out);
    finished_ = true;
    return;
  }
  auto again = [&](const plan::NodePlan& node, std::string why) {
    if (event.now < deadline_) {
      pending_ = out.timer(retry_pause);
      return;
    }
    conclude(Trouble{rollout_errors::final_difference.number, fmt::format("{}: {}", node.name, why), {}},
             out);
  };
  if (const auto* replied = std::get_if<NodeReplied>(&event.what);
      replied != nullptr && replied->id == pending_) {
    const plan::NodePlan& node = plan_->nodes[node_];
    if (replied->reply.kind == node::ReplyKind::lost) return again(node, "did not answer");
    if (replied->reply.state.manifest_sha256 != plan_->sha256_at_end(node)) {
      return conclude(
          Trouble{rollout_errors::final_difference.number,
                  fmt::format("{}: {} was changed since this run wrote it", node.name, node.manifest_path),
                  {}},
          out);
    }
    pending_ = out.ask(node_, node.gates);
    return;
  }
  if (const auto* seen = std::get_if<GatesSeen>(&event.what); seen != nullptr && seen->id == pending_) {
    Round round = judge_round(seen->seen);
    if (round.result != RoundResult::pass) return again(plan_->nodes[node_], round.why);
    ++node_;
    return look(out);
  }
  if (const auto* fired = std::get_if<TimerFired>(&event.what); fired != nullptr && fired->id == pending_)
    look(out);
}

}  // namespace nightlatch::rollout
