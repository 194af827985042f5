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
};

Exit resume(const Arguments& arguments, Console& console) {
  auto selection = selection_with(console, arguments.balancer_probe);
  if (!selection) return console.fail(selection.error());
  RealPorts ports(console);
  return print_run(console, operate::resume(ports.get(), *selection,
                                            {.run = arguments.run.run, .choices = arguments.run.choices()}));
}

}  // namespace

void add_resume(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  Verb verb = root.command("resume", "Go on with a run that was killed, interrupted or stopped");
  add_run_arguments(verb, arguments->run, "The run. Without it: the newest run that a node knows")
      .option("--load-balancer-probe", "PATH|tcp", arguments->balancer_probe, balancer_probe_doc)
      .examples(
          {"nightlatch resume -i prod.yaml", "nightlatch resume -i prod.yaml 20261122T0114-7f3a --take-over"})
      .run([arguments](Console& console) { return resume(*arguments, console); });
}

}  // namespace nightlatch::cli
