#include "cli/run_arguments.hpp"

namespace nightlatch::cli {

How BeginArguments::how() const {
  How how;
  how.prompting = yes ? rollout::Prompting::assume_yes : rollout::Prompting::ask;
  how.dry_run = dry_run ? report::DryRun::yes : report::DryRun::no;
  how.when_held = wait ? WhenHeld::wait : WhenHeld::leave;
  how.login_token_file = oidc_token_file;
  return how;
}

How RunArguments::how() const {
  How how = begin.how();
  how.of_run = run;
  how.take_over = take_over ? TakeOver::yes : TakeOver::no;
  return how;
}

Verb& add_begin_arguments(Verb& verb, BeginArguments& arguments) {
  return verb.flag("-y,--yes", arguments.yes, "Change every node without asking before it")
      .flag("--dry-run", arguments.dry_run, "Read everything, and change nothing")
      .flag("--wait", arguments.wait, "Wait until no other run holds the cluster's lock")
      .option("--oidc-token-file", "FILE", arguments.oidc_token_file,
              "Check with this token of an OIDC user that the login stays the same on every node");
}

Verb& add_run_arguments(Verb& verb, RunArguments& arguments, const std::string& which) {
  verb.argument("RUN", arguments.run, which, Need::optional);
  return add_begin_arguments(verb, arguments.begin)
      .flag("--take-over", arguments.take_over,
            "Take the lock that RUN still holds from another machine, because RUN no longer works");
}

}  // namespace nightlatch::cli
