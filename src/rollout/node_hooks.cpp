#include "rollout/node_hooks.hpp"

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "rollout/node_swap.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

using plan::HookEvent;

std::string hook_problem(HookEvent event, const HookEnded& ended) {
  return fmt::format("the hook {} failed: {}", plan::name(event), ended.problem);
}

std::map<std::string, std::string> hook_data(HookEvent event, const HookEnded& ended) {
  std::map<std::string, std::string> data;
  std::string note = ended.problem.empty() ? std::string() : hook_problem(event, ended);
  if (!ended.note.empty()) {
    if (note.empty()) note = fmt::format("the hook {}", plan::name(event));
    note += ": " + ended.note;
  }
  if (!note.empty()) data["note"] = std::move(note);
  if (!ended.output.empty()) data["output"] = ended.output;
  return data;
}

std::vector<std::string> said_lines(const HookEnded& ended) {
  std::string_view said = trim(ended.output);
  return said.empty() ? std::vector<std::string>() : split(said, '\n');
}

std::map<std::string, std::string> hook_detail(const plan::Plan& plan, HookEvent event) {
  const spec::Hook* hook = plan::called_hook(plan, event);
  if (hook == nullptr) return {};
  return {{"program", hook->command.front()}};
}

void NodeHooks::begin() {
  bool calls = plan::called_hook(*plan_, HookEvent::after_node) != nullptr;
  if (after_ == After::none && calls) after_ = After::owed;
}

bool NodeHooks::before_is_due() const {
  return !before_called_ && plan::called_hook(*plan_, HookEvent::before_node) != nullptr;
}

CallHook NodeHooks::call_before() {
  begin();
  before_called_ = true;
  return {.event = HookEvent::before_node,
          .limit = plan::hook_limit(*plan_, HookEvent::before_node),
          .node = node_,
          .done = done_};
}

void NodeHooks::ask_after(std::string_view outcome, Outbox& out) {
  after_ = After::running;
  open_ = out.ask(CallHook{.event = HookEvent::after_node,
                           .limit = plan::hook_limit(*plan_, HookEvent::after_node),
                           .node = node_,
                           .outcome = std::string(outcome),
                           .done = done_});
}

bool NodeHooks::take(const Event& event) {
  const auto* answered = std::get_if<Answered>(&event.what);
  if (answered == nullptr || after_ != After::running || answered->id != open_) return false;
  after_ = After::ended;
  ended_ = answer_of<CallHook>(answered->answer);
  if (!ended_.problem.empty()) problem_ = hook_problem(HookEvent::after_node, ended_);
  return true;
}

std::map<std::string, std::string> NodeHooks::record_after() {
  if (after_ != After::ended) return {};
  after_ = After::recorded;
  return hook_data(HookEvent::after_node, ended_);
}

// --- what NodeSwap does with them

// A hook that fails on the way back is only told: whoever goes back must not be held up.
void NodeSwap::on_before_node(const HookEnded& ended, Outbox& out) {
  std::map<std::string, std::string> data = hook_data(HookEvent::before_node, ended);
  if (ended.problem.empty() || !plan::hooks_stop(*plan_)) {
    told_.merge(data);
    return complete(out);
  }
  data.erase("note");
  trouble_ = Trouble{
      .code = rollout_errors::hook_failed.number,
      .why = fmt::format("{} was not begun: {}", self().name, hook_problem(HookEvent::before_node, ended)),
      .evidence = said_lines(ended)};
  step_.fail(*trouble_, std::move(data), out);
}

// afterNode runs beside the rounds of the gates, which renew the guard's lease; or, where the node has ended,
// alone.
void NodeSwap::call_hook(Millis now, Outbox& out) {
  if (phase_ == Phase::before_node) return step_.ask(hooks_.call_before(), out);
  if (!ended_as_) {
    hooks_.ask_after(healthy_node, out);
    looked_at_ = now;
    return watch_round(now, out);
  }
  if (hooks_.after_is_due()) return hooks_.ask_after(name(*ended_as_), out);
  if (!hooks_.after_runs()) complete(out);
}

void NodeSwap::on_after_node(Outbox& out) {
  if (ended_as_) complete(out);  // else the next round that is good ends the phase
}

// How the node ends, unless afterNode is to be called first.
void NodeSwap::end(NodeOutcome outcome, Millis now, Outbox& out) {
  if (!hooks_.is_open()) {
    outcome_ = outcome;
    return;
  }
  ended_as_ = outcome;
  begin(Phase::after_end, now, out);
}

}  // namespace nightlatch::rollout
