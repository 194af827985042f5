// nightlatch resume [RUN]
#include "operate/resume.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/ports.hpp"
#include "cli/run_arguments.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  RunArguments run;
  std::string balancer_probe;
  ApprovalArguments approvals;
  std::string approvals_directory;
  bool wait_for_window = false;
};

Exit resume(const Arguments& arguments, Console& console) {
  auto selection = selection_with(console, arguments.balancer_probe);
  if (!selection) return console.fail(selection.error());
  operate::ResumeInput input{.run = arguments.run.run, .choices = arguments.run.choices()};
  if (Status good = arguments.approvals.add_to(input.choices); !good) return console.fail(good.error());
  input.choices.approvals_directory = arguments.approvals_directory;
  input.choices.when_shut = arguments.wait_for_window ? operate::ForWindow::wait : operate::ForWindow::leave;
  RealPorts ports(console);
  return print_run(console, operate::resume(ports.get(), *selection, input));
}

}  // namespace

void add_resume(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  Verb verb = root.command("resume", "Go on with a run that was killed, interrupted or stopped");
  add_run_arguments(verb, arguments->run, "The run. Without it: the newest run that a node knows");
  add_approval_arguments(verb, arguments->approvals)
      .flag("--wait-for-window", arguments->wait_for_window, wait_for_window_doc)
      .option("--approvals", "DIR", arguments->approvals_directory,
              "The directory PLAN.sigs with approvals, where this workstation did not begin the run")
      .option("--load-balancer-probe", "PATH|tcp", arguments->balancer_probe, balancer_probe_doc)
      .examples(
          {"nightlatch resume -i prod.yaml", "nightlatch resume -i prod.yaml 20261122T0114-7f3a --take-over"})
      .run([arguments](Console& console) { return resume(*arguments, console); });
}

}  // namespace nightlatch::cli
