// nightlatch rollback [RUN]: the inverse plan, through the same engine.
#include <memory>

#include <fmt/format.h>

#include "cli/carry_out.hpp"
#include "cli/commands.hpp"
#include "cli/known_plan.hpp"
#include "cli/planning.hpp"
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
  auto run = arguments.run.empty() ? plan_to_undo(*session) : plan_of_run(arguments.run, *session);
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
