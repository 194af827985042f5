#include "cli/run_arguments.hpp"

namespace nightlatch::cli {

How RunArguments::how() const {
  How how;
  how.prompting = yes ? rollout::Prompting::assume_yes : rollout::Prompting::ask;
  how.dry_run = dry_run ? report::DryRun::yes : report::DryRun::no;
  how.of_run = run;
  how.take_over = take_over ? TakeOver::yes : TakeOver::no;
  how.when_held = wait ? WhenHeld::wait : WhenHeld::leave;
  return how;
}

Verb& add_run_arguments(Verb& verb, RunArguments& arguments, const std::string& which) {
  return verb.argument("RUN", arguments.run, which, Need::optional)
      .flag("-y,--yes", arguments.yes, "do not ask before each node")
      .flag("--dry-run", arguments.dry_run, "read everything, change nothing")
      .flag("--wait", arguments.wait, "until no other run holds the cluster's lock")
      .flag("--take-over", arguments.take_over, "RUN is at work no more: take its lock");
}

}  // namespace nightlatch::cli
