// nightlatch rollback [RUN] [--skip NODE]... | --to-open --reason TEXT
#include "operate/rollback.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/ports.hpp"
#include "cli/run_arguments.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments : RunArguments {
  bool to_broken = false;
  bool accept_outage = false;
  std::vector<std::string> skip;
  bool to_open = false;
  std::string reason;
  AcceptArguments accept;
};

Status check(const Arguments& arguments) {
  bool of_a_run = !arguments.run.empty() || !arguments.skip.empty() || arguments.to_broken;
  bool of_an_opening =
      !arguments.reason.empty() || !arguments.accept.owner.empty() || !arguments.accept.input.empty();
  if (!arguments.to_open && of_an_opening)
    return fail(cli_errors::bad_arguments, "--reason, --accept-owner and --accept-input belong to --to-open");
  if (arguments.to_open && of_a_run)
    return fail(cli_errors::bad_arguments, "--to-open undoes no run: it takes no RUN, --skip or --to-broken");
  if (arguments.to_open && trim(arguments.reason).empty())
    return fail(cli_errors::bad_arguments, "--to-open needs --reason TEXT, which plan and journal keep");
  return {};
}

Exit open_again(const Arguments& arguments, Console& console) {
  operate::OpeningInput input{
      .because = std::string(trim(arguments.reason)),
      .accept_outage = arguments.accept_outage ? plan::AcceptOutage::yes : plan::AcceptOutage::no,
      .accepted = arguments.accept.accepted(),
      .choices = arguments.choices()};
  RealPorts ports(console);
  return print_run(console, operate::open_again(ports.get(), console.selection(), input));
}

Exit rollback(const Arguments& arguments, Console& console) {
  if (Status good = check(arguments); !good) return console.fail(good.error());
  if (arguments.to_open) return open_again(arguments, console);
  operate::RollbackInput input{
      .run = arguments.run,
      .to_broken = arguments.to_broken ? operate::ToBroken::yes : operate::ToBroken::no,
      .skip = arguments.skip,
      .accepted_versions = arguments.accept.accepted().versions,
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
                    "The run. Without it: the newest run that changed a node and is not undone yet");
  add_accept_arguments(verb, arguments->accept)
      .flag("--to-broken", arguments->to_broken,
            "Allow the way back to API servers that the kubelet would kill, or that would not start")
      .list("--skip", "NODE", arguments->skip,
            "Leave this node as it is, because it does not answer. May be repeated. A node that answers is "
            "never skipped")
      .flag("--accept-outage", arguments->accept_outage,
            "With --skip or --to-open: also restart the only API server that is left, although that is an "
            "outage")
      .flag("--to-open", arguments->to_open,
            "Undo no run, but open every path to anonymous requests again, whoever closed it")
      .option("--reason", "TEXT", arguments->reason, "With --to-open: why, for plan and journal")
      .examples({"nightlatch rollback -i prod.yaml --dry-run",
                 "nightlatch rollback -i prod.yaml 20261122T0114-7f3a --skip cp3",
                 "nightlatch rollback -i prod.yaml --to-open --reason 'team A scrapes it'"})
      .run([arguments](Console& console) { return rollback(*arguments, console); });
}

}  // namespace nightlatch::cli
