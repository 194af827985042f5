// nightlatch rollback [RUN] [--skip NODE]...
#include "operate/rollback.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/ports.hpp"
#include "cli/run_arguments.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments : RunArguments {
  bool to_broken = false;
  bool accept_outage = false;
  std::vector<std::string> skip;
};

Exit rollback(const Arguments& arguments, Console& console) {
  operate::RollbackInput input{
      .run = arguments.run,
      .to_broken = arguments.to_broken ? operate::ToBroken::yes : operate::ToBroken::no,
      .skip = arguments.skip,
      .accept_outage = arguments.accept_outage ? plan::AcceptOutage::yes : plan::AcceptOutage::no,
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
      .list("--skip", "NODE", arguments->skip,
            "Leave this node as it is, because it does not answer. May be repeated. A node that answers is "
            "never skipped")
      .flag("--accept-outage", arguments->accept_outage,
            "With --skip: also restart the only API server that is left, although that is an outage")
      .examples({"nightlatch rollback -i prod.yaml --dry-run", "nightlatch rollback -i prod.yaml",
                 "nightlatch rollback -i prod.yaml 20261122T0114-7f3a --skip cp3"})
      .run([arguments](Console& console) { return rollback(*arguments, console); });
}

}  // namespace nightlatch::cli
