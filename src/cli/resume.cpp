// nightlatch resume [RUN]: a node left in mid-change is put back, then the rest of the run's plan goes on.
#include "plan/resume.hpp"

#include <memory>

#include <fmt/format.h>

#include "cli/carry_out.hpp"
#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/known_plan.hpp"
#include "cli/planning.hpp"
#include "cli/run_arguments.hpp"

namespace nightlatch::cli {

namespace {

Result<KnownPlan> choose_run(const std::string& wanted, const Session& session) {
  std::string run = wanted.empty() ? newest_run(session) : wanted;
  if (run.empty()) return fail(cli_errors::nothing_to_undo, "no run has left a trace on these nodes");
  return plan_of_run(run, session);
}

plan::PlanRequest request(const Session& session, const KnownPlan& run) {
  // What was accepted for that run.
  return request_of(session, run.plan.playbook, plan::AcceptOutage::yes, run.plan.accepted_owners);
}

Exit put_back(Console& console, const Session& session, const KnownPlan& run, const plan::PlanOutcome& finish,
              How how) {
  const std::string& node = finish.plan->nodes.front().name;
  console.err.line(fmt::format("{} was left in mid-change by run {}: it is put back first", node, run.run));
  how.summary = Summary::of_failure;
  return carry_out(console, session, *finish.plan, finish.bytes, how);
}

// The rest, planned from what is there now.
plan::PlanOutcome plan_rest(const Session& session, const KnownPlan& run) {
  if (run.plan.direction == plan::Direction::rollback) {
    plan::PlanRequest as_begun = request(session, run);
    as_begun.to_broken = true;  // was told when that run was begun, or it had not been
    return plan::make_rollback(plan::undone_by(run.plan), run.plan.of_run, as_begun);
  }
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

Exit go_on(Console& console, const Session& session, const KnownPlan& run, const How& how) {
  if (Status may = plan::may_go_on(run.plan, run.run); !may) return console.fail(may.error());
  plan::PlanOutcome outcome = plan_rest(session, run);
  complete(session, outcome);
  return show_and_carry_out(console, session, outcome, how);
}

Exit resume(const RunArguments& arguments, Console& console) {
  How how = arguments.how();
  if (Status may = may_begin(console, how); !may) return console.fail(may.error());
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_planning({session.error()}));
  auto run = choose_run(arguments.run, *session);
  if (!run) return console.fail(run.error());
  how.of_run = run->run;
  plan::PlanOutcome finish = plan::make_finish(run->plan, run->run, request(*session, *run));
  explain_refusals(*session, finish.refusals);
  if (!finish.plan) return console.fail(finish.refusals, exit_of_planning(finish.refusals));
  if (finish.plan->changing_nodes() == 0) return go_on(console, *session, *run, how);
  Exit back = put_back(console, *session, *run, finish, how);
  if (back != Exit::done || arguments.begin.dry_run || run->plan.rehearsal) return back;
  auto again = Session::open(console);
  if (!again) return console.fail(std::span(&again.error(), 1), exit_of_planning({again.error()}));
  return go_on(console, *again, *run, how);
}

}  // namespace

void add_resume(Verb& root) {
  auto arguments = std::make_shared<RunArguments>();
  Verb verb = root.command("resume", "Go on with a run that was killed, interrupted or stopped");
  add_run_arguments(verb, *arguments, "The run. Without it: the newest run that a node knows")
      .examples(
          {"nightlatch resume -i prod.yaml", "nightlatch resume -i prod.yaml 20261122T0114-7f3a --take-over"})
      .run([arguments](Console& console) { return resume(*arguments, console); });
}

}  // namespace nightlatch::cli
