// nightlatch rollback [RUN]: the inverse plan, through the same engine.
#include <memory>

#include "cli/carry_out.hpp"
#include "cli/commands.hpp"
#include "cli/known_plan.hpp"
#include "cli/planning.hpp"
#include "cli/run_arguments.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments : RunArguments {
  bool to_broken = false;
};

Exit rollback(const Arguments& arguments, Console& console) {
  How how = arguments.how();
  if (Status may = may_begin(console, how); !may) return console.fail(may.error());
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_planning({session.error()}));
  auto run = arguments.run.empty() ? plan_to_undo(*session) : plan_of_run(arguments.run, *session);
  if (!run) return console.fail(run.error());
  plan::PlanRequest request = request_of(*session, run->plan.playbook, plan::AcceptOutage::yes);
  request.to_broken = arguments.to_broken;
  plan::PlanOutcome outcome = plan::make_rollback(run->plan, run->run, request);
  complete(*session, outcome);
  how.of_run = run->run;
  return show_and_carry_out(console, *session, outcome, how);
}

}  // namespace

void add_rollback(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  Verb verb = root.command("rollback", "undo a run, with gates of its own");
  add_run_arguments(verb, *arguments, "which; else the newest that changed a node")
      .flag("--to-broken", arguments->to_broken, "even to API servers that cannot stay")
      .run([arguments](Console& console) { return rollback(*arguments, console); });
}

}  // namespace nightlatch::cli
