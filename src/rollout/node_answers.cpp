// What NodeSwap makes of the answers to its questions: a node's reply, an API server's answers, a person's
// choice; and of the node's silence and its refusals.
#include <utility>

#include <fmt/format.h>

#include "plan/expectations.hpp"
#include "rollout/errors.hpp"
#include "rollout/node_swap.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

void NodeSwap::on(const Event& event, Outbox& out) {
  if (std::holds_alternative<Interrupted>(event.what)) return on_interrupted(event, out);
  if (watch_ && watch_->take(event)) return watch_beside(event.now, out);
  if (hooks_.take(event)) return on_after_node(out);
  std::visit(
      overloaded{[](SingleStep::Nothing) {}, [&](SingleStep::Begin) { act(event.now, out); },
                 [&](SingleStep::Resume) { resume(event.now, out); },
                 [&](const Answer& answer) { on_answer(answer, event.now, out); }, [](SingleStep::Leave) {},
                 [&](SingleStep::Ended ended) { on_ended(ended.phase, event.now, out); }},
      step_.on(event, out));
}

// An open question to the operator counts as answered with no; every other phase goes on to its end.
void NodeSwap::on_interrupted(const Event& event, Outbox& out) {
  interrupted_ = true;
  (void)step_.on(event, out);
  if (asks_person_) on_person(Choice::no, out);
}

void NodeSwap::on_ended(rollout::Phase phase, Millis now, Outbox& out) {
  phase == rollout::Phase::done ? advance(now, out) : recover(now, out);
}

void NodeSwap::on_answer(const Answer& answer, Millis now, Outbox& out) {
  std::visit(overloaded{[&](const node::Reply& reply) { on_reply(reply, now, out); },
                        [&](const ApiServerAnswers& answers) { on_answers(answers, now, out); },
                        [&](const BalancerAnswer& through) { on_balancer(through.seen, now, out); },
                        [&](const Choice& choice) { on_person(choice, out); },
                        [&](const Permission& permission) { on_permission(permission, out); },
                        [&](const HookEnded& ended) { on_before_node(ended, out); },
                        // Not asked for by this step.
                        [](const PauseEnded&) {}, [](const facts::ClusterSight&) {},
                        [](const ObjectWritten&) {}, [](const facts::ClientSight&) {}},
             answer);
}

void NodeSwap::on_answers(const ApiServerAnswers& answers, Millis now, Outbox& out) {
  if (phase_ == Phase::preflight) return on_preflight_answers(answers, out);
  if (blind_round_) return on_witness(answers, now, out);
  if (who_it_is_ == Asked::now) return on_login(answers.to(login_question()), now, out);
  if (loaded_config_ == Asked::now)
    return on_loaded_config(answers.to(*plan::loaded_config_question(self(), change())), now, out);
  on_round(answers.to(gates_at_hand()), now, out);
}

void NodeSwap::on_person(Choice choice, Outbox& out) {
  asks_person_ = false;
  if (choice == Choice::no) {
    stopped_by_person_ = true;
    return fail(interrupted_ ? rollout_errors::interrupted : rollout_errors::declined,
                fmt::format("{} was not changed", self().name), out);
  }
  person_agreed_ = true;
  said_all_ = choice == Choice::all;
  complete(out);
}

void NodeSwap::on_permission(const Permission& permission, Outbox& out) {
  held_back_ = permission.why_not;
  if (!held_back_) return complete(out);
  fail(*held_back_, fmt::format("{} was not begun: {}", self().name, permission.why), out);
}

void NodeSwap::on_reply(const node::Reply& reply, Millis now, Outbox& out) {
  if (reply.kind == node::ReplyKind::lost) return on_lost(out);
  if (phase_ == Phase::preflight && preflight_.whose_state() != node_)
    return on_preflight_state(reply, now, out);  // a peer's reply says nothing about this node
  step_on_node_ = reply.state.step;
  bool typed = was_typed(reply);
  if (typed) epoch_ = reply.state.epoch + 1;  // nobody else ends that restore: this run goes on with it
  if (guard_was_first(reply)) return fail_for_restore(reply, out);
  if (typed && reply.kind == node::ReplyKind::refused && phase_ >= Phase::restoring && now < deadline_) {
    last_request_.epoch = epoch_;
    return call(last_request_, now, out);
  }
  if (reply.kind == node::ReplyKind::refused) return on_refused(reply, out);
  note_guard(reply);
  switch (phase_) {
    case Phase::preflight:
      if (takes_over()) epoch_ = reply.state.epoch + 1;  // shuts out the run that left the node
      was_armed_ = plan_->finishes_restore(self()) && reply.state.step >= node::Step::armed;
      return on_preflight_state(reply, now, out);
    case Phase::restarted:
      if (last_request_.verb == node::Verb::mark) return complete(out);
      if (last_request_.verb == node::Verb::renew) return look_for_pod(now, out);
      return on_new_pod(reply, now, out);
    case Phase::gated:
    case Phase::soaked:
      if (last_request_.verb == node::Verb::mark) return complete(out);
      return on_watched_pod(reply, now, out);
    case Phase::after_node:
    case Phase::balanced:
    case Phase::regated:
      return on_watched_pod(reply, now, out);
    case Phase::back:
      return on_new_pod(reply, now, out);
    case Phase::evidence:
      if (trouble_) trouble_->evidence = reply.lines;
      return complete(out);
    default:
      return complete(out);
  }
}

void NodeSwap::fail_for_restore(const node::Reply& reply, Outbox& out) {
  if (reply.state.note == node::by_hand) {
    return fail(
        rollout_errors::restored_by_hand,
        fmt::format("{}: somebody has put the old manifest back by hand (sh guard restore)", self().name),
        out);
  }
  bool says_when = confirms() && reply.kind == node::ReplyKind::refused;
  std::string why =
      says_when
          ? reply.why
          : fmt::format("the lease was not renewed within {}, so the guard has put the old manifest back",
                        human_duration(plan_->playbook.rollback.lease));
  fail(rollout_errors::guard_restored, fmt::format("{}: {}", self().name, why), out);
}

// The request was sent again until the time that call() set.
void NodeSwap::on_lost(Outbox& out) {
  if (phase_ == Phase::evidence) return complete(out);  // the restore does not wait for an explanation
  if (before_swap() || phase_ == Phase::cleaned) {
    bool of_peer = phase_ == Phase::preflight && preflight_.whose_state();
    const std::string& silent = plan_->nodes[of_peer ? *preflight_.whose_state() : node_].name;
    fail(rollout_errors::preflight_lost,
         fmt::format("{} did not answer for {}", silent, human_duration(limit())), out);
    trouble_->silent_node = silent;
    return;
  }
  fail(rollout_errors::unknown_state,
       fmt::format(
           "{} did not answer for {} after the change of its manifest had begun{}", self().name,
           human_duration(limit()),
           leased_until_ > Millis(0) ? "; its guard puts the old one back unless the run is confirmed" : ""),
       out);
  trouble_->silent_node = self().name;
}

void NodeSwap::on_refused(const node::Reply& reply, Outbox& out) {
  std::string why = fmt::format("{}: {}", self().name, reply.why);
  if (phase_ == Phase::evidence) return complete(out);
  if (reply.state.step == node::Step::foreign) return fail(rollout_errors::foreign, std::move(why), out);
  if (before_swap() || phase_ == Phase::cleaned)
    return fail(rollout_errors::node_refused, std::move(why), out);
  if (phase_ == Phase::swapped) return fail(rollout_errors::swap_refused, std::move(why), out);
  if (phase_ >= Phase::restoring) return fail_for_refused_restore(reply.why, out);
  fail(rollout_errors::mark_refused, std::move(why), out);
}

}  // namespace nightlatch::rollout
