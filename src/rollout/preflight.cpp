#include "rollout/preflight.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "rollout/gates.hpp"
#include "util/hash.hpp"

namespace nightlatch::rollout {

namespace {

// A peer that has just come back may need a moment; one that is away does not come back between two answers.
constexpr int unready_answers_allowed = 3;

}  // namespace

std::optional<Preflight::Refusal> Preflight::on_state(const node::Reply& reply) {
  pod_ = reply.pod;
  if (peer_ == node_) next_peer();
  const node::NodeState& state = reply.state;
  if (self().action == plan::NodeAction::finish_restore) {
    as_before_ = self().gates;
    manifest_is_new_ = state.manifest_sha256 == self().sha256_after;
    return {};
  }
  if (state.manifest_sha256 != self().sha256_before) {
    return Refusal{
        &rollout_errors::preflight_changed,
        fmt::format("{}: {} is {} now, the plan was made from {}", self().name, self().manifest_path,
                    state.manifest_sha256.empty() ? "missing" : short_hash(state.manifest_sha256),
                    short_hash(self().sha256_before))};
  }
  using node::Step;
  constexpr std::array terminal{Step::idle, Step::cleaned, Step::confirmed, Step::restored, Step::foreign};
  if (std::find(terminal.begin(), terminal.end(), state.step) == terminal.end()) {
    return Refusal{&rollout_errors::preflight_busy,
                   fmt::format("{}: run {} is at {}", self().name, state.run, node::name(state.step))};
  }
  return {};
}

std::vector<facts::Expectation> Preflight::questions() const {
  if (peer_ >= plan_->nodes.size()) {
    std::vector<facts::Expectation> own = self().gates;
    if (asks_for_login()) own.push_back(login_question());
    return own;
  }
  return {{"GET", "/readyz", facts::Credentials::admin, facts::Purpose::ready, {200}}};
}

std::optional<Preflight::Refusal> Preflight::on_seen(const std::vector<facts::Seen>& seen) {
  if (peer_ >= plan_->nodes.size()) {
    if (self().action == plan::NodeAction::swap) as_before_ = as_it_was(seen);
    complete_ = true;
    if (!asks_for_login()) return {};
    identity_ = seen.back().identity;
    if (!identity_.empty()) return {};
    return Refusal{&rollout_errors::login_unknown,
                   fmt::format("{}: {}", self().name, judge_login({}, seen.back()).text)};
  }
  Round round = judge_round(seen);
  if (round.result == RoundResult::pass) {
    next_peer();
    return {};
  }
  if (++unready_answers_ < unready_answers_allowed) return {};
  return Refusal{&rollout_errors::preflight_peer,
                 fmt::format("{} is not ready, so {} stays as it is: {}", plan_->nodes[peer_].name,
                             self().name, round.why)};
}

// A node in mid-change may know nobody now.
bool Preflight::asks_for_login() const {
  return login_ && self().action == plan::NodeAction::swap;
}

void Preflight::next_peer() {
  unready_answers_ = 0;
  ++peer_;
  if (peer_ == node_) ++peer_;
}

}  // namespace nightlatch::rollout
