// nightlatch resume [RUN]: a node left in mid-change is put back, then the rest of the run's plan goes on.
#include "plan/resume.hpp"

#include <memory>

#include <fmt/format.h>

#include "cli/carry_out.hpp"
#include "cli/commands.hpp"
#include "cli/errors.hpp"
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

  [[nodiscard]] How how(const std::string& of_run) const {
    How how;
    how.prompting = yes ? rollout::Prompting::assume_yes : rollout::Prompting::ask;
    how.of_run = of_run;
    how.take_over = take_over ? TakeOver::yes : TakeOver::no;
    how.when_held = wait ? WhenHeld::wait : WhenHeld::leave;
    return how;
  }
};

Result<KnownPlan> choose_run(const std::string& wanted, const Session& session) {
  std::string run = wanted.empty() ? newest_run(session) : wanted;
  if (run.empty()) return fail(cli_errors::nothing_to_undo, "no run has left a trace on these nodes");
  return plan_of_run(run, session);
}

plan::PlanRequest request(const Session& session, const KnownPlan& run) {
  return request_of(session, run.plan.playbook, plan::AcceptOutage::yes);  // it was accepted for that run
}

Exit put_back(const Arguments& arguments, Console& console, const Session& session, const KnownPlan& run,
              const plan::PlanOutcome& finish) {
  const std::string& node = finish.plan->nodes.front().name;
  console.err.line(fmt::format("{} was left in mid-change by run {}: it is put back first", node, run.run));
  if (arguments.dry_run) return tell_dry(console, *finish.plan);
  How how = arguments.how(run.run);
  how.summary = Summary::of_failure;
  return carry_out(console, session, *finish.plan, finish.bytes, how);
}

// The rest, planned from what is there now.
plan::PlanOutcome plan_rest(const Session& session, const KnownPlan& run) {
  if (run.plan.direction == plan::Direction::rollback)
    return plan::make_rollback(plan::undone_by(run.plan), run.plan.of_run, request(session, run));
  plan::PlanOutcome outcome = plan::make_plan(request(session, run));
  if (!outcome.plan) return outcome;
  if (Status same = plan::check_resumable(run.plan, *outcome.plan, run.run); !same) {
    outcome.refusals.push_back(std::move(same).error());
    outcome.plan.reset();
  } else {
    plan::go_on(*outcome.plan, run.plan, run.run);
  }
  return outcome;
}

Exit go_on(const Arguments& arguments, Console& console, const Session& session, const KnownPlan& run) {
  plan::PlanOutcome outcome = plan_rest(session, run);
  explain_refusals(session, outcome.refusals);
  if (!outcome.plan) return console.fail(outcome.refusals, exit_of_planning(outcome.refusals));
  outcome.plan->created = utc_timestamp(wall_clock());
  if (outcome.plan->changing_nodes() == 0) return tell_nothing_to_do(console, *outcome.plan);
  if (!console.json()) {
    report::write_text({*outcome.plan, outcome.bytes, {}, report::Purpose::to_apply}, console.err);
    console.err.line();
  }
  if (arguments.dry_run) return tell_dry(console, *outcome.plan);
  return carry_out(console, session, *outcome.plan, outcome.bytes, arguments.how(run.run));
}

Exit resume(const Arguments& arguments, Console& console) {
  auto prompting = arguments.yes ? rollout::Prompting::assume_yes : rollout::Prompting::ask;
  Status can_ask = arguments.dry_run ? Status{} : check_prompting(prompting);
  if (!can_ask) return console.fail(can_ask.error());
  Status free = arguments.dry_run ? Status{} : look_at_lock(console, arguments.how(arguments.run));
  if (!free) return console.fail(free.error());
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_planning({session.error()}));
  auto run = choose_run(arguments.run, *session);
  if (!run) return console.fail(run.error());
  plan::PlanOutcome finish = plan::make_finish(run->plan, run->run, request(*session, *run));
  explain_refusals(*session, finish.refusals);
  if (!finish.plan) return console.fail(finish.refusals, exit_of_planning(finish.refusals));
  if (finish.plan->changing_nodes() == 0) return go_on(arguments, console, *session, *run);
  Exit back = put_back(arguments, console, *session, *run, finish);
  if (back != Exit::done || arguments.dry_run) return back;
  auto again = Session::open(console);
  if (!again) return console.fail(std::span(&again.error(), 1), exit_of_planning({again.error()}));
  return go_on(arguments, console, *again, *run);
}

}  // namespace

void add_resume(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  root.command("resume", "go on with a run that did not come to its end")
      .argument("RUN", arguments->run, "which; else the newest that a node knows", Need::optional)
      .flag("-y,--yes", arguments->yes, "do not ask before each node")
      .flag("--dry-run", arguments->dry_run, "read everything, change nothing")
      .flag("--wait", arguments->wait, "until no other run holds the cluster's lock")
      .flag("--take-over", arguments->take_over, "RUN is at work no more: take its lock")
      .run([arguments](Console& console) { return resume(*arguments, console); });
}

}  // namespace nightlatch::cli
