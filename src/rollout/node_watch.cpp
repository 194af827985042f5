// How NodeSwap watches a node: it renews the guard's lease, waits for the new pod and asks the gates in
// rounds.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "plan/estimate.hpp"
#include "plan/expectations.hpp"
#include "rollout/errors.hpp"
#include "rollout/gate_answers.hpp"
#include "rollout/gates.hpp"
#include "rollout/node_swap.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds await_slice = 10s;  // of one `await`: short, so that a broken connection shows
constexpr int metrics_tries = 3;                   // of GET /metrics, before its silence is only noted

}  // namespace

// --- the guard's lease

node::Request NodeSwap::renewal() const {
  node::Request renew = request(node::Verb::renew);
  renew.lease = plan_->playbook.rollback.lease;
  return renew;
}

bool NodeSwap::renewal_is_due(Millis now) const {
  bool guarded = phase_ == Phase::restarted || phase_ == Phase::gated || phase_ == Phase::soaked ||
                 phase_ == Phase::after_node || phase_ == Phase::balanced;
  return guarded && now >= leased_until_ - Millis(plan_->playbook.rollback.lease) * 2 / 3;
}

// Whether the guard, or a person with its launcher, has restored the node. Between arming and confirming,
// this run asks for no restore.
bool NodeSwap::guard_was_first(const node::Reply& reply) const {
  bool guarded = phase_ >= Phase::armed && phase_ <= Phase::confirmed;
  return guarded && reply.state.run == staged_run_ &&
         (reply.state.step == node::Step::restoring || reply.state.step == node::Step::restored);
}

// Whether a person has put the old manifest back with the guard's own command, since this run took the node.
bool NodeSwap::was_typed(const node::Reply& reply) const {
  const std::string& run = takes_over() ? change().previous_run : staged_run_;
  return reply.state.note == node::by_hand && reply.state.run == run &&
         reply.state.epoch > std::max<std::uint64_t>(epoch_, 1);
}

void NodeSwap::note_guard(const node::Reply& reply) {
  if (last_request_.verb == node::Verb::stage) staged_run_ = reply.state.run;
  if (last_request_.verb == node::Verb::arm) ceiling_ends_ = called_at_ + last_request_.ceiling;
  if (last_request_.verb != node::Verb::arm && last_request_.verb != node::Verb::renew) return;
  leased_until_ = called_at_ + std::chrono::seconds(reply.state.deadline_in);
}

// --- the new pod

void NodeSwap::await_pod(Millis now, Outbox& out) {
  if (renewal_is_due(now)) return call(renewal(), now, out);
  look_for_pod(now, out);
}

// After a renewal the run looks for the pod even if the next renewal is due at once: at its ceiling a lease
// gets no longer.
void NodeSwap::look_for_pod(Millis now, Outbox& out) {
  node::Request await = request(node::Verb::await);
  await.known_pod = phase_ == Phase::restarted ? preflight_.pod().identity() : pod_.identity();
  await.wait = await_slice;
  call(std::move(await), now, out);
}

void NodeSwap::on_new_pod(const node::Reply& reply, Millis now, Outbox& out) {
  const facts::PodView& pod = reply.pod;
  // The kubelet may never have stopped the old pod. After a restore, that pod counts as the one that is back.
  bool same_as_before = phase_ == Phase::back && plan_->swaps(self()) && !pod.config_hash.empty() &&
                        pod.config_hash == preflight_.pod().config_hash && pod.running;
  bool is_new = pod.identity() != last_request_.known_pod;
  if ((is_new || same_as_before) && pod.running) {
    pod_ = pod;
    if (phase_ == Phase::back) return complete(out);
    node::Request mark = request(node::Verb::mark);
    mark.to = node::Step::restarted;
    return call(std::move(mark), now, out);
  }
  if (phase_ == Phase::restarted && is_new && pod.exit_code.has_value()) {
    return fail_for_exit(pod, out);
  }
  if (now < deadline_) return await_pod(now, out);
  if (phase_ == Phase::back) return fail_for_no_return(pod, out);
  fail(rollout_errors::not_restarted,
       fmt::format("{}: no new kube-apiserver was seen for {}", self().name, human_duration(limit())), out);
}

void NodeSwap::fail_for_exit(const facts::PodView& pod, Outbox& out) {
  pod_ = pod;
  fail(rollout_errors::api_server_exited,
       fmt::format("{}: the new kube-apiserver ended with exit code {}", self().name, *pod.exit_code), out);
}

// --- gates and soak, in rounds: whether it is the same pod, and whether it answers as it must

// The reply to a renewal reports the pod, too.
void NodeSwap::watch_round(Millis now, Outbox& out) {
  call(renewal_is_due(now) ? renewal() : request(node::Verb::state), now, out);
}

void NodeSwap::on_watched_pod(const node::Reply& reply, Millis now, Outbox& out) {
  const facts::PodView& pod = reply.pod;
  bool undoing = phase_ == Phase::regated;
  bool may_be_the_old_one = awaits_restart_ && pod.identity() == pod_.identity();
  if (!undoing && !may_be_the_old_one && pod.exit_code.value_or(0) != 0) return fail_for_exit(pod, out);
  if (restart_is_due(pod)) return on_due_restart(pod, now, out);
  if (pod.identity() != pod_.identity()) {
    if (!undoing) {
      pod_ = pod;
      return fail(rollout_errors::restarted_again,
                  fmt::format("{}: kube-apiserver was started again while it was watched", self().name), out);
    }
    pod_ = pod;  // the kubelet may restart the old pod, too: the newest one is watched
    ++restarts_undoing_;
    rounds_passed_ = 0;
    held_since_.reset();
  }
  std::string wanted = undoing ? change().backup_sha256() : change().staged_sha256();
  if (reply.state.manifest_sha256 != wanted) {
    return fail(rollout_errors::foreign,
                fmt::format("{}: {} was changed by somebody else", self().name, self().manifest_path), out);
  }
  if (undoing && preflight_.as_before().empty()) return complete(out);
  ask(gates_at_hand(), out);
}

// The run that was taken over had not seen its new pod yet, so one restart is expected.
bool NodeSwap::restart_is_due(const facts::PodView& pod) const {
  return awaits_restart_ && phase_ == Phase::gated && pod.identity() != pod_.identity();
}

// The answers of the old pod say nothing about the new one, so the gates begin anew.
void NodeSwap::on_due_restart(const facts::PodView& pod, Millis now, Outbox& out) {
  if (now >= deadline_) {
    return fail(
        rollout_errors::not_restarted,
        fmt::format("{}: no new kube-apiserver was seen for {}", self().name, human_duration(limit())), out);
  }
  if (pod.running) {
    pod_ = pod;
    awaits_restart_ = false;
    loaded_config_ = Asked::no;
    metrics_unanswered_ = 0;
  }
  rounds_passed_ = 0;
  rounds_leaking_ = 0;
  pause_round(now, out);
}

// The gates of this phase. A restored API server must answer as it did before the swap (S2).
const std::vector<facts::Expectation>& NodeSwap::gates_at_hand() const {
  return phase_ == Phase::regated ? preflight_.as_before() : self().gates;
}

void NodeSwap::on_round(const std::vector<facts::Seen>& seen, Millis now, Outbox& out) {
  looked_at_ = now;
  last_answers_ = text_of(seen);
  if (first_answers_.empty()) first_answers_ = last_answers_;
  answered_last_ =
      std::any_of(seen.begin(), seen.end(), [](const facts::Seen& one) { return one.status != 0; });
  for (const facts::Seen& one : seen)
    if (balancer_) balancer_->note_certificate(one.certificate);
  Round round = judge_round(seen);
  if (auto witness = next_witness(); witness && round.result == RoundResult::blind)
    return ask_witness(std::move(round), *witness, out);
  login_disputed_ = false;
  on_judged(round, now, out);
}

void NodeSwap::on_judged(const Round& round, Millis now, Outbox& out) {
  const spec::Gates& gates = plan_->playbook.gates;
  bool undoing = phase_ == Phase::regated;
  if (round.result == RoundResult::unauthorized && !undoing) {
    return fail(rollout_errors::probe_unauthorized, fmt::format("{}: {}", self().name, round.why), out);
  }
  rounds_leaking_ = round.result == RoundResult::leak ? rounds_leaking_ + 1 : 0;
  if (rounds_leaking_ >= gates.consecutive && !undoing) {
    return fail(rollout_errors::still_open, fmt::format("{}: {}", self().name, round.why), out);
  }
  if (round.result == RoundResult::pass) {
    ++rounds_passed_;
    if (!held_since_) held_since_ = now;
  } else {
    rounds_passed_ = 0;
    begin_soak(now);  // the gates must hold without a break, so the soak begins again
    held_since_.reset();
    if (now >= deadline_) {
      if (undoing) return fail_for_old_gates(round, out);
      return fail(rollout_errors::gates_late,
                  fmt::format("{}: the gates did not hold within {}: {}", self().name,
                              human_duration(limit()), round.why),
                  out);
    }
  }
  if (!is_enough(round.result, now)) return pause_round(now, out);
  if (undoing) return complete(out);
  if (phase_ == Phase::balanced) return ask_balancer(out);
  if (phase_ == Phase::after_node) return complete(out);
  ask_what_is_left(now, out);
}

// Whether this round is the last of its phase. While the load balancer is asked, any good round will do.
bool NodeSwap::is_enough(RoundResult result, Millis now) const {
  if (phase_ == Phase::balanced) return result == RoundResult::pass;
  if (phase_ == Phase::after_node)
    return result == RoundResult::pass && !hooks_.after_runs() && now >= soak_until_;
  if (phase_ == Phase::soaked) return result == RoundResult::pass && now >= soak_until_;
  return rounds_passed_ >= plan_->playbook.gates.consecutive;
}

// Asked once per gate: /metrics is large, and the login belongs to a person.
void NodeSwap::ask_what_is_left(Millis now, Outbox& out) {
  auto loaded = plan::loaded_config_question(self(), change());
  if (phase_ == Phase::gated && loaded && loaded_config_ == Asked::no) {
    loaded_config_ = Asked::now;
    ask({*loaded}, out);
  } else if (phase_ == Phase::gated && !preflight_.identity().empty() && who_it_is_ == Asked::no) {
    who_it_is_ = Asked::now;
    ask({login_question()}, out);
  } else {
    pass_round(now, out);
  }
}

void NodeSwap::on_login(const facts::Seen& seen, Millis now, Outbox& out) {
  Login login = judge_login(preflight_.identity(), seen);
  bool asks_again = login.verdict == Login::Verdict::not_told && now < deadline_;
  who_it_is_ = asks_again ? Asked::no : Asked::before;
  if (asks_again) return pause_round(now, out);
  if (login.verdict != Login::Verdict::same)
    return fail(rollout_errors::login_differs, fmt::format("{}: {}", self().name, login.text), out);
  told_["login"] = "the same";
  ask_what_is_left(now, out);
}

void NodeSwap::on_loaded_config(const facts::Seen& seen, Millis now, Outbox& out) {
  using enum LoadedConfig::Verdict;
  LoadedConfig loaded = judge_loaded_config(change().config_sha256, seen);
  if (loaded.verdict == no_answer) return on_silent_metrics(loaded.text, now, out);
  loaded_config_ = Asked::before;
  if (loaded.verdict == other)
    return fail(rollout_errors::config_differs, fmt::format("{}: {}", self().name, loaded.text), out);
  told_[loaded.verdict == as_placed ? "loaded" : "note"] = loaded.text;
  ask_what_is_left(now, out);
}

// Between two of these questions the gates have held, so a slow /metrics is no reason against the change;
// unless it is what the plan promises to those who scrape it.
void NodeSwap::on_silent_metrics(const std::string& why, Millis now, Outbox& out) {
  ++metrics_unanswered_;
  bool must_answer = plan::promises_metrics(self());
  bool asks_again = now < deadline_ && (must_answer || metrics_unanswered_ < metrics_tries);
  loaded_config_ = asks_again ? Asked::no : Asked::before;
  if (asks_again) return pause_round(now, out);
  if (must_answer) return fail(rollout_errors::gates_late, fmt::format("{}: {}", self().name, why), out);
  told_["note"] = fmt::format("kube-apiserver does not report which configuration it has loaded: {}", why);
  ask_what_is_left(now, out);
}

void NodeSwap::begin_soak(Millis now) {
  held_since_ = now;
  soak_until_ = now + soak_time();
}

// A confirmation asks one more round and does not soak: how long the lost run has soaked is not known, and
// its lease is short.
Millis NodeSwap::soak_time() const {
  return confirms() ? Millis(0) : Millis(plan::soak(*plan_, turn()));
}

// Looks at the cluster beside the rounds of the soak, which do not wait for it: they renew the guard's lease.
void NodeSwap::watch_beside(Millis now, Outbox& out) {
  bool soaks = phase_ == Phase::soaked || phase_ == Phase::after_node || phase_ == Phase::balanced;
  if (watch_ && soaks && step_.is_open()) watch_->ask_beside(now, out);
}

std::optional<ClusterWatch> NodeSwap::take_watch() {
  if (watch_) watch_->hand_over();
  return std::exchange(watch_, std::nullopt);
}

// --- the load balancer, while the other gates go on

void NodeSwap::ask_balancer(Outbox& out) {
  step_.ask(AskBalancer{plan::balancer_question()}, out);
}

void NodeSwap::on_balancer(const facts::Seen& seen, Millis now, Outbox& out) {
  facts::Seen through = seen;
  if (login_ended_ && seen.status == 401) through.status = 200;  // it leads to an API server that answers
  bool passes = balancer_->passes(through, now - held_since_.value_or(now));
  if (passes && now >= soak_until_) return complete(out);  // after a bad round it soaks again
  if (now >= deadline_) {
    Millis waited = now - balancer_since_;
    return fail(rollout_errors::not_balanced, fmt::format("{}: {}", self().name, balancer_->why_not(waited)),
                out);
  }
  step_.pause(balancer_->pause(), out);
  watch_beside(now, out);
}

// Between the connections, the lease is renewed and the other gates are asked at their interval.
void NodeSwap::go_on_with_balancer(Millis now, Outbox& out) {
  bool round_is_due = now - looked_at_ >= Millis(plan_->playbook.gates.interval);
  if (round_is_due || renewal_is_due(now)) return watch_round(now, out);
  ask_balancer(out);
}

void NodeSwap::pause_round(Millis now, Outbox& out) {
  last_request_ = request(node::Verb::state);
  Millis pause = plan_->playbook.gates.interval;
  // The last round of a soak comes when the soak is over, and not up to a pause later.
  if (phase_ == Phase::soaked && now < soak_until_) pause = std::min(pause, soak_until_ - now);
  step_.pause(pause, out);
  watch_beside(now, out);
}

// A step that the run that was taken over has marked already is not marked again.
void NodeSwap::pass_round(Millis now, Outbox& out) {
  node::Request mark = request(node::Verb::mark);
  mark.to = phase_ == Phase::restarted ? node::Step::restarted
            : phase_ == Phase::gated   ? node::Step::gated
                                       : node::Step::soaked;
  if (confirms() && step_on_node_ >= mark.to) return complete(out);
  call(std::move(mark), now, out);
}

}  // namespace nightlatch::rollout
