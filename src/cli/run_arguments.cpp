#include "cli/run_arguments.hpp"

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "spec/approval_fields.hpp"
#include "spec/words.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

// The words of an argument, which are separated by commas.
std::vector<std::string> names_in(const std::string& argument) {
  std::vector<std::string> names;
  for (const std::string& word : split(argument, ',')) {
    if (std::string_view name = trim(word); !name.empty()) names.emplace_back(name);
  }
  return names;
}

}  // namespace

operate::RunChoices BeginArguments::choices() const {
  operate::RunChoices choices;
  choices.prompting = yes ? rollout::Prompting::assume_yes : rollout::Prompting::ask;
  choices.dry_run = dry_run ? report::DryRun::yes : report::DryRun::no;
  choices.when_held = wait ? cluster::WhenHeld::wait : cluster::WhenHeld::leave;
  choices.login_token_file = oidc_token_file;
  return choices;
}

Status ApprovalArguments::add_to(operate::RunChoices& choices) const {
  auto number = spec::read_integer(required.empty() ? "0" : required);
  if (!number || *number > spec::most_approvals)
    return fail(cli_errors::bad_arguments,
                fmt::format("--require-approvals takes a number from 0 to {}: \"{}\" is none",
                            spec::most_approvals, required));
  choices.approvals = {.required = static_cast<int>(*number),
                       .allowed_signers = allowed_signers,
                       .self = allow_self ? spec::SelfApproval::allow : spec::SelfApproval::deny};
  choices.signer = signer;
  return {};
}

Result<std::optional<plan::OutsideWindow>> WindowArguments::override_of() const {
  std::string why(trim(reason));
  std::string where(trim(ticket));
  std::optional<plan::OutsideWindow> none;
  if (!outside && why.empty() && where.empty()) return none;
  if (outside && !why.empty() && !where.empty()) return plan::OutsideWindow{std::move(why), std::move(where)};
  return fail(cli_errors::bad_arguments,
              "--outside-window needs --reason TEXT and --ticket ID, which plan and journal keep");
}

plan::Accepted AcceptArguments::accepted() const {
  return {.owners = names_in(owner), .inputs = names_in(input), .versions = names_in(version)};
}

operate::RunChoices RunArguments::choices() const {
  operate::RunChoices choices = begin.choices();
  choices.take_over = take_over ? cluster::TakeOver::yes : cluster::TakeOver::no;
  return choices;
}

Verb& add_accept_arguments(Verb& verb, AcceptArguments& arguments) {
  return verb
      .option("--accept-owner", "NAME", arguments.owner,
              "Allow a roll on nodes whose manifests this one looks after, too; several names with commas")
      .option("--accept-input", "FILE", arguments.input,
              "Allow a restart that is the first to read this file of a node as it is now; several files "
              "with commas")
      .option("--accept-version", "MINOR", arguments.version,
              "Allow a Kubernetes version that nightlatch was not tested with, such as 1.38");
}

Verb& add_window_arguments(Verb& verb, WindowArguments& arguments) {
  return verb
      .flag("--outside-window", arguments.outside,
            "Go past the window of the playbook. The plan says so, and those who approve it see it")
      .option("--reason", "TEXT", arguments.reason, "With --outside-window: why, for plan and journal")
      .option("--ticket", "ID", arguments.ticket, "With --outside-window: where it was agreed");
}

Verb& add_approval_arguments(Verb& verb, ApprovalArguments& arguments) {
  return verb
      .option("--require-approvals", "N", arguments.required,
              "Require approvals of N people; inventory and playbook may require more")
      .option("--allowed-signers", "FILE", arguments.allowed_signers,
              "Who may approve, as ssh-keygen(1) describes this file. A file that inventory or playbook name "
              "counts, too")
      .flag("--allow-self-approval", arguments.allow_self,
            "Count the approval of the person who applies the plan, unless inventory or playbook deny it")
      .option("--as", "NAME", arguments.signer.name,
              "Who applies the plan. Where approvals are required, the start of the run is signed")
      .option("--key", "FILE", arguments.signer.key,
              "Sign the start with this SSH key. Without it: the first key in ~/.ssh");
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

Result<cluster::Selection> selection_with(const Console& console, const std::string& balancer_probe) {
  cluster::Selection selection = console.selection();
  selection.balancer_probe = balancer_probe;
  if (balancer_probe.empty() || balancer_probe == "tcp" || spec::is_url_path(balancer_probe))
    return selection;
  return fail(
      cli_errors::bad_arguments,
      fmt::format("--load-balancer-probe takes a path without a query, such as /healthz, or tcp: \"{}\" "
                  "is neither",
                  balancer_probe));
}

Exit print_run(Console& console, const operate::Outcome<report::RunReport>& run) {
  if (!run) return console.fail(run.error());
  if (console.json()) {
    console.out.write(report::run_json(*run, console.out.shared_options()));
  } else {
    report::write_text(*run, console.out);
  }
  return run->result.exit;
}

}  // namespace nightlatch::cli
