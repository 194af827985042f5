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
  Verb verb = root.command("rollback", "Undo a run, one API server at a time, with the same gates");
  add_run_arguments(verb, *arguments,
                    "The run. Without it: the newest run that changed a node and is not undone yet")
      .flag("--to-broken", arguments->to_broken,
            "Allow the way back to API servers that the kubelet would kill, or that would not start")
      .examples({"nightlatch rollback -i prod.yaml --dry-run", "nightlatch rollback -i prod.yaml",
                 "nightlatch rollback -i prod.yaml 20261122T0114-7f3a"})
      .run([arguments](Console& console) { return rollback(*arguments, console); });
}

}  // namespace nightlatch::cli
