// nightlatch resume [RUN]
#include "operate/resume.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/ports.hpp"
#include "cli/run_arguments.hpp"

namespace nightlatch::cli {

namespace {

Exit resume(const RunArguments& arguments, Console& console) {
  RealPorts ports(console);
  return print_run(console, operate::resume(ports.get(), console.selection(),
                                            {.run = arguments.run, .choices = arguments.choices()}));
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
