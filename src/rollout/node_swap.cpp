// The phases of one node's change.
//
//   preflight → (person → preflight) → (before_node → preflight) → staged → armed → swapped → restarted →
//   gated → soaked → (after_node) → balanced → confirmed
//       └ untouched ┘        └ cleaned      └──────────┴─────────┴──────────┴───────┴→ evidence → restoring
//                                                        → back → regated → restored | needs a person
//
// A rehearsal goes from armed to rehearsed → restoring → restored, and the node is untouched.
//
// A node that waits for the confirmation of a run whose workstation was lost goes through the same gates:
// preflight → taken-over → (restarted) → gated → soaked → confirmed. Whatever fails, the node is left to its
// guard, which has the old manifest and does not need this run.
//
// before_node and after_node are hooks of the playbook. Where the node ends before after_node, that hook is
// called last (after_end).
//
// Every phase is a SingleStep: a durable `intend` record, the act, a durable `done` or `failed` record.
//
// Four rules keep the node safe:
//  1. A lost reply says nothing. The same request is sent again (run, epoch and step make it idempotent on
//     the node) until the node answers or the limit of the phase has passed.
//  2. After the swap there are two good ends: `confirmed`, read back from the node, or `restored`, with gates
//     that expect what was seen before the swap. Anything else needs a person, and no other node is begun.
//  3. From `armed` to `confirmed` the node's guard has a lease, which the run renews while it watches the
//     gates. If the run is cut off for longer, the guard restores; the run then finds that out and asks the
//     gates.
//  4. No answer, 403 and 500 are normal while an API server starts and only cost time. A 401 on a probe's
//     path ends the phase at once, because the kubelet would restart this API server again and again.
#include "rollout/node_swap.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "plan/estimate.hpp"
#include "rollout/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

std::vector<std::string> names_of(const plan::Plan& plan, const std::set<std::size_t>& nodes) {
  std::vector<std::string> names;
  for (std::size_t node : nodes) names.push_back(plan.nodes[node].name);
  return names;
}

using namespace std::chrono_literals;

constexpr Millis before_swap_limit = 60s;  // a node that cannot be reached before its swap is left untouched
// After its lease has ended, a guard may wait 30 s for the lock and 30 s for a missing manifest.
constexpr Millis guard_is_done = 90s;
constexpr Millis before_the_guard = 30s;

}  // namespace

NodeSwap::NodeSwap(const plan::Plan& plan, const plan::NodeBytes& bytes, std::size_t node,
                   std::set<std::size_t> begun, SwapOptions options)
    : plan_(&plan),
      bytes_(&bytes),
      node_(node),
      begun_(std::move(begun)),
      prompting_(options.prompting),
      to_begin_(options.to_begin),
      is_first_(options.is_first),
      login_(options.compares_login),
      plan_file_(std::move(options.plan_file)),
      kubeadm_names_(std::move(options.kubeadm_names)),
      step_(plan.nodes[node].name, facts::name(Phase::preflight), WhenInterrupted::go_on),
      watch_(std::move(options.watch)),
      balancer_(std::move(options.balancer)),
      hooks_(plan, plan.nodes[node].name, names_of(plan, begun_)),
      preflight_(plan, node, begun_, login_) {}

// --- how a phase begins and ends

void NodeSwap::start(Millis now, Outbox& out) {
  begin(Phase::preflight, now, out);
}

void NodeSwap::begin(Phase phase, Millis now, Outbox& out) {
  phase_ = phase;
  if (phase == Phase::staged || phase == Phase::taken_over || (phase == Phase::restoring && takes_over()))
    hooks_.begin();
  set_deadline(now);
  step_ = SingleStep(self().name, facts::name(phase), WhenInterrupted::go_on);
  first_answers_.clear();
  last_answers_.clear();
  std::map<std::string, std::string> data;
  if (phase == Phase::balanced && !balancer_->detail().empty()) data["detail"] = balancer_->detail();
  if (phase == Phase::before_node) data = hook_detail(*plan_, plan::HookEvent::before_node);
  if (phase == Phase::after_node || phase == Phase::after_end)
    data = hook_detail(*plan_, plan::HookEvent::after_node);
  step_.intend(std::move(data), out);
}

// What the gates answered first and last in this phase, for the evidence.
std::map<std::string, std::string> NodeSwap::gate_data() const {
  std::map<std::string, std::string> data;
  if (!last_answers_.empty()) data["answers"] = last_answers_;
  if (first_answers_ != last_answers_) data["firstAnswers"] = first_answers_;
  return data;
}

void NodeSwap::complete(Outbox& out) {
  std::map<std::string, std::string> data = gate_data();
  if (phase_ == Phase::swapped) data["manifest"] = change().staged_sha256();
  if (phase_ == Phase::restarted || phase_ == Phase::back) data["pod"] = pod_.identity();
  if (phase_ == Phase::balanced && !balancer_->note().empty()) data["note"] = balancer_->note();
  if (phase_ == Phase::after_node || phase_ == Phase::after_end) data = hooks_.record_after();
  data.merge(std::exchange(told_, {}));
  step_.succeed(std::move(data), out);
}

// A failure while a manifest is put back replaces the first trouble, because recover() decides by it; it
// names the first one and keeps the lines of the log. While only staged files are taken away, the first one
// stays: what is left of those files does no harm.
void NodeSwap::fail(const ErrorCode& code, std::string why, Outbox& out) {
  Trouble failure{code.number, std::move(why), {}};
  step_.fail(failure, gate_data(), out);
  if (trouble_ && phase_ <= Phase::cleaned) return;
  if (trouble_) {
    failure.evidence = std::move(trouble_->evidence);
    failure.undone_because = trouble_->undone_because.empty()
                                 ? fmt::format("{}: {}", code_name(trouble_->code), trouble_->why)
                                 : std::move(trouble_->undone_because);
  }
  trouble_ = std::move(failure);
}

std::optional<Millis> NodeSwap::guard_acts_in(Millis now) const {
  bool is_armed = step_on_node_ >= node::Step::armed && step_on_node_ <= node::Step::soaked;
  if (!is_armed || leased_until_ == Millis(0)) return std::nullopt;
  return std::max(leased_until_ - now, Millis(0));
}

// How long the phase may take before it fails.
Millis NodeSwap::limit() const {
  bool touches_nothing = before_swap() || phase_ == Phase::cleaned;
  return touches_nothing ? before_swap_limit : Millis(plan_->playbook.gates.timeout);
}

// gates.timeout is counted from the swap until `gated`, because the guard's ceiling is computed so (S5).
void NodeSwap::set_deadline(Millis now) {
  if (phase_ == Phase::swapped || phase_ == Phase::taken_over) swapped_at_ = now;
  bool on_the_clock = phase_ == Phase::restarted || phase_ == Phase::gated;
  deadline_ = (on_the_clock ? swapped_at_ : now) + limit();
  if (phase_ == Phase::soaked) deadline_ = swapped_at_ + limit() + soak_time();
  // A ceiling that a playbook states may be lower; the run restores the node before its guard does.
  if (phase_ == Phase::balanced)
    deadline_ = std::min<Millis>(now + balancer_->patience(), ceiling_ends_ - before_the_guard);
  if (phase_ == Phase::after_node)
    deadline_ = now + plan::hook_limit(*plan_, plan::HookEvent::after_node) + plan::hook_is_gone;
}

// --- what each phase does

node::Request NodeSwap::request(node::Verb verb) const {
  node::Request request;
  request.verb = verb;
  request.manifest_path = self().manifest_path;
  request.before_sha256 = change().backup_sha256();
  request.after_sha256 = change().staged_sha256();
  if (takes_over()) request.run = change().previous_run;
  request.epoch = std::max(epoch_, request.epoch);
  return request;
}

node::Request NodeSwap::stage_request() const {
  node::Request stage = request(node::Verb::stage);
  stage.manifest_before = bytes_->manifest_before;
  stage.manifest_after = bytes_->manifest_after;
  stage.plan = *plan_file_;
  return stage;
}

// With the old manifest, for a node whose backup was damaged since it was staged.
node::Request NodeSwap::restore_request() const {
  node::Request restore = request(node::Verb::restore);
  restore.manifest_before = takes_over() ? bytes_->manifest_after : bytes_->manifest_before;
  return restore;
}

node::Request NodeSwap::arm_request() const {
  node::Request arm = request(node::Verb::arm);
  arm.ceiling = plan::ceiling(*plan_, turn(), balancer_ ? balancer_->patience() : std::chrono::seconds(0));
  arm.lease = std::min(plan_->playbook.rollback.lease, arm.ceiling);  // no lease goes beyond it
  return arm;
}

// After the swap, a silent node is asked again at least until its guard must have acted.
void NodeSwap::call(node::Request request, Millis now, Outbox& out) {
  last_request_ = request;
  called_at_ = now;
  bool guarded = phase_ >= Phase::swapped && phase_ <= Phase::confirmed;
  step_.wait_until(guarded ? std::max(deadline_, leased_until_ + guard_is_done) : deadline_);
  step_.ask(CallNode{self().name, std::move(request)}, out);
}

void NodeSwap::ask(std::vector<facts::Expectation> questions, Outbox& out) {
  step_.ask(AskApiServer{self().name, std::move(questions)}, out);
}

// After a pause or a lost answer: the next round where the gates are watched, else the same request again.
void NodeSwap::resume(Millis now, Outbox& out) {
  bool watching = phase_ == Phase::gated || phase_ == Phase::soaked || phase_ == Phase::after_node ||
                  phase_ == Phase::regated;
  if (phase_ == Phase::balanced) return go_on_with_balancer(now, out);
  bool was_look = last_request_.verb == node::Verb::state || last_request_.verb == node::Verb::renew;
  if (watching && was_look) return watch_round(now, out);
  if (phase_ == Phase::preflight)
    return preflight_.whose_state() ? look_for_preflight(now, out) : ask_for_preflight(out);
  call(last_request_, now, out);
}

void NodeSwap::act(Millis now, Outbox& out) {
  switch (phase_) {
    case Phase::preflight:
      return look_for_preflight(now, out);
    case Phase::person:
      asks_person_ = true;
      return step_.ask(AskOperator{self().name}, out);
    case Phase::before_node:
    case Phase::after_node:
    case Phase::after_end:
      return call_hook(now, out);
    case Phase::staged:
      return call(stage_request(), now, out);
    case Phase::armed:
      return call(arm_request(), now, out);
    case Phase::rehearsed:
      return call(request(node::Verb::rehearse), now, out);
    case Phase::swapped:
      restart_expected_ = true;
      return call(request(node::Verb::swap), now, out);
    case Phase::taken_over:
      return take_over(now, out);
    case Phase::restarted:
      if (confirms()) return pass_round(now, out);  // this run did not see the old pod: the gates decide
      return await_pod(now, out);
    case Phase::back:
      return await_pod(now, out);
    case Phase::gated:
    case Phase::regated:
      rounds_passed_ = 0;
      rounds_leaking_ = 0;
      return watch_round(now, out);
    case Phase::soaked:
      begin_soak(now);
      return watch_round(now, out);
    case Phase::balanced:
      balancer_since_ = looked_at_ = now;
      return ask_balancer(out);
    case Phase::confirmed: {
      node::Request confirm = request(node::Verb::confirm);
      confirm.kubeadm_names = kubeadm_names_;
      return call(std::move(confirm), now, out);
    }
    case Phase::cleaned:
      return call(request(node::Verb::clean), now, out);
    case Phase::evidence:
      return call(request(node::Verb::evidence), now, out);
    case Phase::restoring:
      return call(restore_request(), now, out);
    case Phase::restored:
      return call(request(node::Verb::settle), now, out);
    case Phase::backends:
    case Phase::surveyed:
    case Phase::order:
    case Phase::config:
    case Phase::recovered:
      return;  // these steps belong to other classes
  }
}

void NodeSwap::advance(Millis now, Outbox& out) {
  if (interrupted_ && before_swap()) {
    stopped_by_person_ = true;
    return recover(now, out);
  }
  switch (phase_) {
    case Phase::preflight:
      if (plan_->finishes_restore(self())) return begin(Phase::restoring, now, out);
      if (confirms()) return begin(Phase::taken_over, now, out);
      if (prompting_ == Prompting::ask && !person_agreed_) return begin(Phase::person, now, out);
      return begin(hooks_.before_is_due() ? Phase::before_node : Phase::staged, now, out);
    case Phase::person:
    case Phase::before_node:
      preflight_ = Preflight(*plan_, node_, begun_, login_);
      return begin(Phase::preflight, now, out);  // S26: the answer may have taken an hour
    case Phase::staged:
      return begin(Phase::armed, now, out);
    case Phase::armed:
      return begin(plan_->rehearsal ? Phase::rehearsed : Phase::swapped, now, out);
    case Phase::rehearsed:
      return begin(Phase::restoring, now, out);  // disarms: the manifest is still the old one
    case Phase::swapped:
      return begin(Phase::restarted, now, out);
    case Phase::taken_over:
      return begin(after_take_over(), now, out);
    case Phase::restarted:
      return begin(Phase::gated, now, out);
    case Phase::gated:
      return begin(Phase::soaked, now, out);
    case Phase::soaked:
    case Phase::after_node:
      return after_soak(now, out);
    case Phase::after_end:
      return end(*ended_as_, now, out);
    case Phase::balanced:
      return begin(Phase::confirmed, now, out);
    case Phase::confirmed:
      return end(NodeOutcome::confirmed, now, out);
    case Phase::cleaned:
      return end(NodeOutcome::untouched, now, out);
    case Phase::evidence:
      return begin(Phase::restoring, now, out);
    case Phase::restoring:
      if (restart_expected_) return begin(Phase::back, now, out);
      // The guard may have restored the node a moment ago, and then nobody has asked the gates.
      return begin(was_armed_ ? Phase::regated : Phase::restored, now, out);
    case Phase::back:
      return begin(Phase::regated, now, out);
    case Phase::regated:
      return begin(Phase::restored, now, out);
    case Phase::restored:
      return end(plan_->rehearsal ? NodeOutcome::untouched : NodeOutcome::restored, now, out);
    case Phase::backends:
    case Phase::surveyed:
    case Phase::order:
    case Phase::config:
    case Phase::recovered:
      return;  // these steps belong to other classes
  }
}

void NodeSwap::after_soak(Millis now, Outbox& out) {
  if (hooks_.after_is_due()) return begin(Phase::after_node, now, out);
  // The load balancer may lead to the node only since the hook has put it back.
  if (phase_ == Phase::after_node) held_since_ = now;
  begin(balancer_ && !confirms() ? Phase::balanced : Phase::confirmed, now, out);
}

// After a failed record or an interruption: back out, undo, or end in an outcome that needs a person.
void NodeSwap::recover(Millis now, Outbox& out) {
  if (confirms()) return end(left_to_its_guard(), now, out);
  switch (phase_) {
    case Phase::preflight:
    case Phase::person:
    case Phase::before_node:
      return end(NodeOutcome::untouched, now, out);
    case Phase::staged:
      return begin(Phase::cleaned, now, out);
    case Phase::armed:
    case Phase::rehearsed:
      if (trouble_ && trouble_->code == rollout_errors::preflight_lost.number)
        return end(NodeOutcome::untouched, now,
                   out);  // if it is armed, its guard finds the old manifest and ends
      if (step_on_node_ == node::Step::staged) return begin(Phase::cleaned, now, out);
      return begin(Phase::restoring, now, out);  // disarms: the manifest is still the old one
    case Phase::swapped:
      return begin(Phase::restoring, now, out);
    case Phase::restarted:
    case Phase::gated:
    case Phase::soaked:
    case Phase::after_node:
    case Phase::balanced:
    case Phase::confirmed:
      if (trouble_ && rollout_errors::is_restored_already(trouble_->code))
        return begin(Phase::restoring, now, out);  // the log of the restored API server explains nothing
      return begin(Phase::evidence, now, out);
    case Phase::evidence:
      return begin(Phase::restoring, now, out);
    case Phase::cleaned:
      return end(NodeOutcome::untouched, now, out);  // a staged directory does no harm
    default:
      if (trouble_ && trouble_->code == rollout_errors::foreign.number)
        return end(NodeOutcome::foreign, now, out);
      if (trouble_ && trouble_->code == rollout_errors::unknown_state.number)
        return end(NodeOutcome::unknown, now, out);
      return end(NodeOutcome::needs_person, now, out);
  }
}

}  // namespace nightlatch::rollout
