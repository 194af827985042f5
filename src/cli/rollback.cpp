// nightlatch rollback [RUN]: the inverse plan, through the same engine.
#include <memory>

#include <fmt/format.h>

#include "cli/carry_out.hpp"
#include "cli/cluster_choice.hpp"
#include "cli/commands.hpp"
#include "cli/planning.hpp"
#include "cli/run_store.hpp"
#include "report/plan.hpp"
#include "util/clock.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string run;
  bool yes = false;
  bool dry_run = false;
  bool wait = false;
  bool take_over = false;
};

// A run and its plan, from this workstation's state or, when another workstation began it, from the nodes.
struct Undoable {
  std::string run;
  plan::Plan plan;
};

// The node's copy is of the run that was last at work there.
Result<Undoable> from_nodes(const std::string& run, const Session& session, Error not_here) {
  for (const Member& member : session.members) {
    if (!member.facts || member.facts->plan.empty()) continue;
    if (!run.empty() && member.facts->plan_run != run) continue;
    std::string file = fmt::format("{}: plan.json of run {}", member.node.name, member.facts->plan_run);
    NL_ASSIGN(plan::Plan plan, plan::from_json(member.facts->plan, file));
    if (run.empty() && plan.direction == plan::Direction::rollback) continue;
    return Undoable{member.facts->plan_run, std::move(plan)};
  }
  return fail(std::move(not_here));
}

Result<Undoable> choose_run(const Arguments& arguments, const Session& session) {
  const std::string& cluster = session.cluster.name;
  auto found = arguments.run.empty() ? last_run_to_undo(cluster) : find_run(cluster, arguments.run);
  if (!found) return from_nodes(arguments.run, session, std::move(found).error());
  if (!found->plan) return fail(*found->broken);
  return Undoable{found->run, *std::move(found->plan)};
}

Exit rollback(const Arguments& arguments, Console& console) {
  auto prompting = arguments.yes ? rollout::Prompting::assume_yes : rollout::Prompting::ask;
  Status can_ask = arguments.dry_run ? Status{} : check_prompting(prompting);
  if (!can_ask) return console.fail(can_ask.error());
  How how{prompting};
  how.of_run = arguments.run;
  how.take_over = arguments.take_over ? TakeOver::yes : TakeOver::no;
  how.when_held = arguments.wait ? WhenHeld::wait : WhenHeld::leave;
  Status free = arguments.dry_run ? Status{} : look_at_lock(console, how);
  if (!free) return console.fail(free.error());
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_planning({session.error()}));
  auto run = choose_run(arguments, *session);
  if (!run) return console.fail(run.error());
  plan::PlanOutcome outcome = plan::make_rollback(
      run->plan, run->run, request_of(*session, run->plan.playbook, plan::AcceptOutage::yes));
  explain_refusals(*session, outcome.refusals);
  if (!outcome.plan) return console.fail(outcome.refusals, exit_of_planning(outcome.refusals));
  outcome.plan->created = utc_timestamp(wall_clock());
  if (outcome.plan->changing_nodes() == 0) return tell_nothing_to_do(console, *outcome.plan);
  if (!console.json()) {
    report::write_text({*outcome.plan, outcome.bytes, {}, report::Purpose::to_apply}, console.err);
    console.err.line();
  }
  if (arguments.dry_run) return tell_dry(console, *outcome.plan);
  how.of_run = run->run;
  return carry_out(console, *session, *outcome.plan, outcome.bytes, how);
}

}  // namespace

void add_rollback(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  root.command("rollback", "undo a run, with gates of its own")
      .argument("RUN", arguments->run, "which; else the newest that changed a node", Need::optional)
      .flag("-y,--yes", arguments->yes, "do not ask before each node")
      .flag("--dry-run", arguments->dry_run, "read everything, change nothing")
      .flag("--wait", arguments->wait, "until no other run holds the cluster's lock")
      .flag("--take-over", arguments->take_over, "RUN is at work no more: take its lock")
      .run([arguments](Console& console) { return rollback(*arguments, console); });
}

}  // namespace nightlatch::cli
