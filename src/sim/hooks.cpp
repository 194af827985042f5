// The hooks of a simulated playbook, the window of a simulated roll, and what must hold of both. All of it
// follows from the number of a seed and not from a draw, which would make other rolls of the seeds that once
// found a mistake.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "sim/world.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;
using plan::HookEvent;
using rollout::Phase;

constexpr std::uint64_t one_in = 7;
constexpr std::uint64_t hooked = 3;
constexpr std::uint64_t windowed = 5;
// From a permission to the record that the node is begun: two records and no question.
constexpr Millis on_its_way = 15ms;

spec::Hook hook(std::chrono::seconds timeout) {
  return {.command = {"hook"}, .timeout = timeout};
}

}  // namespace

void World::plan_hooks(std::uint64_t seed, plan::Plan& plan) {
  if (seed % one_in != hooked) return;
  std::uint64_t rest = seed / one_in;
  std::chrono::seconds timeout = rest % 2 == 0 ? 20s : 300s;  // longer than the guard waits
  plan.playbook.hooks = {hook(timeout), hook(timeout), hook(timeout), hook(timeout), hook(timeout)};
  rest /= 2;
  constexpr std::array faults{Fault::hook_fails, Fault::hook_hangs};
  if (rest % 3 == 2) return;
  Fault fault = faults[rest % 3];
  rest /= 3;
  // Most of them around a node, where more can go wrong.
  constexpr std::array events{HookEvent::before_node, HookEvent::after_node, HookEvent::before,
                              HookEvent::before_node, HookEvent::after_node, HookEvent::after,
                              HookEvent::on_failure};
  struck_hook_ = events[rest % events.size()];
  faults_.push_back({fault, rest / events.size() % node_count, {}, {}});
}

void World::plan_window(std::uint64_t seed) {
  if (seed % one_in != windowed) return;
  has_window_ = true;
  std::uint64_t rest = seed / one_in;
  Planned end{Fault::window_ends, rest % node_count, step_at(rest / node_count % step_count), {}};
  rest /= node_count * step_count;
  end.delay = rest % 2 == 0 ? Millis(0) : Millis(rest / 2 % 2'000);
  faults_.push_back(end);
}

bool World::strikes_hook(Fault fault, const rollout::CallHook& question, const SimNode& node) {
  bool is_of_node = question.event == HookEvent::before_node || question.event == HookEvent::after_node;
  bool here = struck_hook_ == question.event && !faults_are_over_ &&
              std::any_of(faults_.begin(), faults_.end(), [&](const Planned& one) {
                return one.fault == fault && (!is_of_node || nodes_[one.victim].get() == &node);
              });
  if (here) struck(fault, node);
  return here;
}

void World::ask(Desk& desk, rollout::Id id, const rollout::CallHook& question) {
  const SimNode& node = question.node.empty() ? *desk.at_hand : node_named(question.node);
  note_hook(desk, question);
  bool hangs = strikes_hook(Fault::hook_hangs, question, node);
  bool fails = strikes_hook(Fault::hook_fails, question, node);
  rollout::HookEnded ended = rollout::HookEnded::well();
  if (fails) ended.problem = "it ended with exit code 1";
  if (hangs) ended.problem = "it did not end in time and was killed";
  Millis takes = hangs ? Millis(question.limit) + 2s : Millis(50 + 37 * (id % 400));
  answer(desk, id, std::min(takes, Millis(question.limit) + 2s), [ended] { return ended; });
}

void World::ask(Desk& desk, rollout::Id id, const rollout::AskToBegin&) {
  answer(desk, id, Millis(0), [this] {
    if (window_ended_ < 0ms || faults_are_over_) return rollout::Permission::given();
    return rollout::Permission{.why_not = rollout_errors::window_ended, .why = "the window is shut"};
  });
}

bool World::paused() const {
  const Desk& one = *desks_.front();
  return window_ended_ >= 0ms && one.finished && one.run->result().outcome == rollout::Outcome::paused;
}

// --- what must hold

void World::note_hook(Desk& desk, const rollout::CallHook& question) {
  if (question.event == HookEvent::before_node && !desk.hooks_owed.insert(question.node).second)
    broke("beforeNode was called twice for one node");
  for (const auto& one : desks_) {
    if (question.event == HookEvent::after_node) one->hooks_owed.erase(question.node);
  }
  bool may_be_begun = desk.plan.direction == plan::Direction::rollback || window_ended_ < 0ms;
  if (question.event == HookEvent::before_node && !may_be_begun && !faults_are_over_ && has_window_ &&
      now_ > window_ended_ + on_its_way)
    broke("beforeNode was called behind the end of the window");
  // A hook is called between nodes, or while the guard of a node that has held its soak waits.
  const SimNode* node = question.node.empty() ? nullptr : &node_named(question.node);
  bool of_this_run = node != nullptr && node->state().run == desk.run->id();
  bool in_mid_change =
      of_this_run && node->state().step >= node::Step::armed && node->state().step <= node::Step::gated;
  if (in_mid_change && question.outcome != name(rollout::NodeOutcome::unknown) &&
      question.outcome != name(rollout::NodeOutcome::needs_person) &&
      question.outcome != name(rollout::NodeOutcome::untouched))
    broke("a hook was called while its node was in mid-change");
}

void World::check_window(const Desk& desk, const rollout::Record& record) {
  bool begins = record.phase == Phase::intend && record.is(facts::JournalStep::staged);
  bool needs_one = has_window_ && desk.plan.direction == plan::Direction::apply && !faults_are_over_;
  if (begins && needs_one && window_ended_ >= 0ms && now_ > window_ended_ + on_its_way)
    broke("a node was begun behind the end of the window");
}

// Whoever has had beforeNode gets afterNode, however the node ends; and a hook that fails begins no other
// node.
void World::check_hooks(const Desk& desk) {
  const rollout::RunResult& result = desk.run->result();
  bool lacks_journal = result.trouble && result.trouble->code == rollout_errors::journal_unwritable.number;
  if (!desk.hooks_owed.empty() && !lacks_journal) broke("afterNode was not called for a node that was begun");
  bool stopped = false;
  for (const rollout::Record& record : desk.journal) {
    bool begins = record.phase == Phase::intend && record.is(facts::JournalStep::staged);
    if (begins && stopped) broke("a node was begun behind a hook that failed");
    bool is_hook = record.is(facts::JournalStep::before_node) || record.is(facts::JournalStep::after_node) ||
                   record.step == plan::name(HookEvent::before);
    bool failed = record.value("note").find(" failed: ") != std::string::npos ||
                  rollout::error_code(record) == rollout_errors::hook_failed.number;
    stopped = stopped || (is_hook && failed && plan::hooks_stop(desk.plan));
  }
}

// How often the network has lost something.
std::size_t World::losses() const {
  return static_cast<std::size_t>(std::count_if(strikes_.begin(), strikes_.end(), [](const Strike& one) {
    return one.fault == Fault::request_lost || one.fault == Fault::reply_lost ||
           one.fault == Fault::reply_late;
  }));
}

// The gates go on and the guard's lease is renewed while a hook runs, however long it takes.
void World::check_lease(Desk& desk, const rollout::Record& record) {
  if (!record.is(facts::JournalStep::after_node)) return;
  if (record.phase == Phase::intend) desk.losses_before_hook = losses();
  bool only_hooks =
      std::all_of(faults_.begin(), faults_.end(), [](const Planned& one) { return is_of_hook(one.fault); });
  int code = rollout::error_code(record);
  bool undone = code == rollout_errors::guard_restored.number || code == rollout_errors::gates_late.number;
  if (undone && only_hooks && losses() == desk.losses_before_hook)
    broke("a healthy change was undone because of a hook");
}

}  // namespace nightlatch::sim
