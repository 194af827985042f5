#include "rollout/hook_step.hpp"

#include <fmt/format.h>

#include "facts/steps.hpp"
#include "rollout/errors.hpp"
#include "rollout/node_hooks.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

std::string_view step_of(const CallHook& call) {
  return call.node.empty() ? plan::name(call.event) : facts::name(facts::JournalStep::after_end);
}

}  // namespace

HookStep::HookStep(const plan::Plan& plan, CallHook call)
    : plan_(&plan), call_(std::move(call)), step_(call_.node, step_of(call_), WhenInterrupted::go_on) {}

void HookStep::start(Millis, Outbox& out) {
  call_.limit = plan::hook_limit(*plan_, call_.event);
  step_.intend(hook_detail(*plan_, call_.event), out);
}

// Where a failure does not stop the run, a note tells it.
void HookStep::on_ended(const HookEnded& ended, Outbox& out) {
  std::map<std::string, std::string> data = hook_data(call_.event, ended);
  bool at_the_end = call_.event == plan::HookEvent::after || call_.event == plan::HookEvent::on_failure;
  if (ended.problem.empty() || at_the_end || !plan::hooks_stop(*plan_))
    return step_.succeed(std::move(data), out);
  std::string whose = call_.node.empty() ? std::string() : call_.node + ": ";
  trouble_ = Trouble{.code = rollout_errors::hook_failed.number,
                     .why = whose + hook_problem(call_.event, ended),
                     .evidence = said_lines(ended)};
  data.erase("note");
  step_.fail(*trouble_, std::move(data), out);
}

void HookStep::on(const Event& event, Outbox& out) {
  std::visit(overloaded{[](SingleStep::Nothing) {}, [&](SingleStep::Begin) { step_.ask(call_, out); },
                        [&](SingleStep::Resume) { step_.ask(call_, out); },
                        [&](const Answer& answer) { on_ended(answer_of<CallHook>(answer), out); },
                        [](SingleStep::Leave) {}, [](SingleStep::Ended) {}},
             step_.on(event, out));
}

}  // namespace nightlatch::rollout
