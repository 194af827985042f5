#include "rollout/preflight.hpp"

#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "rollout/gates.hpp"
#include "util/hash.hpp"

namespace nightlatch::rollout {

namespace {

// How often a peer may answer that it is not ready before the node is left alone.
constexpr int unready_answers_allowed = 3;

// kube-apiserver answers this by reading a key of etcd, which needs the quorum.
facts::Expectation etcd_question() {
  return {"GET", "/readyz/etcd", facts::Credentials::admin, facts::Purpose::ready, {200}};
}

std::string etcd_unknown(const EtcdSeen& etcd) {
  return "whether etcd has its quorum is not known: " + etcd.text;
}

std::string as_it_is(const plan::NodePlan& node, const std::string& sha256) {
  return fmt::format("{}: {} is {} now", node.name, node.manifest_path,
                     sha256.empty() ? "missing" : short_hash(sha256));
}

// Whether no run is in mid-change on the node.
bool is_at_rest(const node::NodeState& state) {
  return !facts::row_of(state.step).is_mid_change;
}

std::string at_work(const plan::NodePlan& node, const node::NodeState& state) {
  return fmt::format("{}: run {} is at {}", node.name, state.run, node::name(state.step));
}

}  // namespace

std::size_t Preflight::after(std::size_t peer) const {
  return peer + 1 == node_ ? peer + 2 : peer + 1;
}

std::optional<std::size_t> Preflight::whose_state() const {
  if (!own_state_seen_) return node_;
  if (plan_->finishes_restore(self()) || state_peer_ >= plan_->nodes.size()) return std::nullopt;
  return state_peer_;
}

std::optional<Preflight::Refusal> Preflight::on_state(const node::Reply& reply) {
  if (own_state_seen_) {
    auto refusal = on_peer_state(reply);
    state_peer_ = after(state_peer_);
    return refusal;
  }
  own_state_seen_ = true;
  state_peer_ = peer_ = node_ == 0 ? 1 : 0;
  return on_own_state(reply);
}

std::optional<Preflight::Refusal> Preflight::on_own_state(const node::Reply& reply) {
  pod_ = reply.pod;
  const node::NodeState& state = reply.state;
  if (plan_->finishes_restore(self())) {
    as_before_ = self().gates;
    manifest_is_new_ = state.manifest_sha256 == plan_->sha256_at_start(self());
    return {};
  }
  if (state.manifest_sha256 != plan_->sha256_at_start(self())) {
    return Refusal{&rollout_errors::preflight_changed,
                   fmt::format("{}, the plan was made from {}", as_it_is(self(), state.manifest_sha256),
                               short_hash(plan_->sha256_at_start(self())))};
  }
  if (!is_at_rest(state)) return Refusal{&rollout_errors::preflight_busy, at_work(self(), state)};
  return {};
}

// A peer that this run has changed must have the manifest that the run wrote, any other peer the one that the
// plan was made from.
std::optional<Preflight::Refusal> Preflight::on_peer_state(const node::Reply& reply) const {
  const plan::NodePlan& peer = plan_->nodes[state_peer_];
  if (reply.kind == node::ReplyKind::refused)
    return Refusal{&rollout_errors::node_refused, fmt::format("{}: {}", peer.name, reply.why)};
  bool changed = begun_.contains(state_peer_) && plan_->is_changed(peer);
  if (plan_->finishes_restore(peer) && !changed) return {};  // old or new: it is to be put back
  // Another run is at work on the peer, and its API server may be away at any moment.
  if (!is_at_rest(reply.state)) {
    return Refusal{&rollout_errors::preflight_busy,
                   fmt::format("{}; so {} stays as it is", at_work(peer, reply.state), self().name)};
  }
  const std::string& wanted = changed ? plan_->sha256_at_end(peer) : plan_->sha256_at_start(peer);
  if (reply.state.manifest_sha256 == wanted) return {};
  return Refusal{
      &rollout_errors::preflight_changed,
      fmt::format("{}, {} {}; so {} stays as it is", as_it_is(peer, reply.state.manifest_sha256),
                  changed ? "this run left" : "the plan was made from", short_hash(wanted), self().name)};
}

bool Preflight::asks_etcd() const {
  return plan_->swaps(self());
}

std::vector<facts::Expectation> Preflight::questions() const {
  bool peers_are_done = peer_ >= plan_->nodes.size();
  std::vector<facts::Expectation> questions;
  if (peers_are_done) {
    questions = self().gates;
  } else {
    questions.push_back(ready_question());
  }
  // With a single node there is no peer to ask, so the node itself is asked about etcd.
  if (asks_etcd() && (!peers_are_done || plan_->nodes.size() == 1)) questions.push_back(etcd_question());
  if (peers_are_done && asks_for_login()) questions.push_back(login_question());
  return questions;
}

std::optional<Preflight::Refusal> Preflight::on_own_answers(const ApiServerAnswers& answers) {
  if (asks_for_login()) {
    facts::Seen seen = answers.to(login_question());
    identity_ = seen.identity;
    if (identity_.empty())
      return Refusal{&rollout_errors::login_unknown,
                     fmt::format("{}: {}", self().name, judge_login({}, seen).text)};
  }
  if (asks_etcd() && plan_->nodes.size() == 1) {
    EtcdSeen etcd = judge_etcd(answers.to(etcd_question()));
    if (etcd.verdict == EtcdSeen::Verdict::away) {
      if (++unready_answers_ < unready_answers_allowed) return {};
      return Refusal{&rollout_errors::etcd_away,
                     fmt::format("{} stays as it is: {}", self().name, etcd.text)};
    }
    // No answer does not stop the roll: the plan may be there to repair this API server (S13).
    if (etcd.verdict != EtcdSeen::Verdict::quorum) note_ = etcd_unknown(etcd);
  }
  answers_ = answers.to(self().gates);
  if (plan_->swaps(self())) as_before_ = as_it_was(answers_);
  complete_ = true;
  return {};
}

std::optional<Preflight::Refusal> Preflight::on_answers(const ApiServerAnswers& answers) {
  return peer_ >= plan_->nodes.size() ? on_own_answers(answers) : on_peer_answers(answers);
}

std::optional<Preflight::Refusal> Preflight::on_peer_answers(const ApiServerAnswers& answers) {
  Round round = judge_round(answers.to(std::vector{ready_question()}));
  // What another run has left in mid-change is put back without a login: the peer answers.
  if (round.result == RoundResult::blind && plan_->finishes_restore(self())) {
    note_ = "whether the others are ready is not known: " + round.why;
    round.result = RoundResult::pass;
  }
  if (round.result == RoundResult::pass && asks_etcd()) {
    EtcdSeen etcd = judge_etcd(answers.to(etcd_question()));
    bool waits = etcd.verdict == EtcdSeen::Verdict::away || etcd.verdict == EtcdSeen::Verdict::no_answer;
    if (waits && ++unready_answers_ < unready_answers_allowed) return {};
    if (waits) {
      return Refusal{&rollout_errors::etcd_away,
                     fmt::format("{} stays as it is: {}", self().name, etcd.text)};
    }
    if (etcd.verdict == EtcdSeen::Verdict::not_told) note_ = etcd_unknown(etcd);
  }
  if (round.result == RoundResult::pass) {
    unready_answers_ = 0;
    peer_ = after(peer_);
    return {};
  }
  if (++unready_answers_ < unready_answers_allowed) return {};
  if (round.result == RoundResult::blind) {
    return Refusal{&rollout_errors::login_ended,
                   fmt::format("{} stays as it is: {} refuses the login of the kubeconfig: {}", self().name,
                               plan_->nodes[peer_].name, round.why)};
  }
  return Refusal{&rollout_errors::preflight_peer,
                 fmt::format("{} is not ready, so {} stays as it is: {}", plan_->nodes[peer_].name,
                             self().name, round.why)};
}

// While it is being restored, the node may reject every login, so the token is not checked.
bool Preflight::asks_for_login() const {
  return login_ && plan_->swaps(self());
}

}  // namespace nightlatch::rollout
