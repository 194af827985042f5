// nightlatch rollback [RUN]
#include "operate/rollback.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/ports.hpp"
#include "cli/run_arguments.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments : RunArguments {
  bool to_broken = false;
};

Exit rollback(const Arguments& arguments, Console& console) {
  operate::RollbackInput input{
      .run = arguments.run,
      .to_broken = arguments.to_broken ? operate::ToBroken::yes : operate::ToBroken::no,
      .choices = arguments.choices()};
  RealPorts ports(console);
  return print_run(console, operate::roll_back(ports.get(), console.selection(), input));
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
