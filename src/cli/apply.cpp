// nightlatch apply PLAN | -p PLAYBOOK
#include "operate/apply.hpp"

#include <memory>
#include <utility>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/ports.hpp"
#include "cli/run_arguments.hpp"
#include "operate/plan.hpp"
#include "operate/playbooks.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string plan;
  std::string playbook;
  BeginArguments begin;
  bool accept_outage = false;
  bool rehearse = false;
  std::string balancer_probe;
  AcceptArguments accept;
  ApprovalArguments approvals;
  WindowArguments window;
  bool wait_for_window = false;
};

Status read_plan(const std::string& file, operate::ApplyInput& input) {
  NL_ASSIGN(input.reviewed, operate::read_plan(file));
  if (input.reviewed->relation != plan::Relation::undoes) return {};
  return fail(cli_errors::bad_arguments, "this plan undoes run " + input.reviewed->of_run +
                                             ": nightlatch rollback makes that plan again and applies it");
}

// Reads the plan that was reviewed, or the playbook that is planned now.
Result<operate::ApplyInput> read_input(const Arguments& arguments) {
  if (arguments.plan.empty() == arguments.playbook.empty())
    return fail(cli_errors::bad_arguments, "apply takes a plan file, or -p PLAYBOOK, and not both");
  operate::ApplyInput input;
  input.choices = arguments.begin.choices();
  input.choices.rehearse = arguments.rehearse ? operate::Rehearse::yes : operate::Rehearse::no;
  input.choices.playbook = arguments.playbook;
  input.choices.plan_file = arguments.plan;
  NL_TRY(arguments.approvals.add_to(input.choices));
  input.choices.when_shut = arguments.wait_for_window ? operate::ForWindow::wait : operate::ForWindow::leave;
  NL_ASSIGN(input.plan.outside_window, arguments.window.override_of());
  input.plan.accept_outage = arguments.accept_outage ? plan::AcceptOutage::yes : plan::AcceptOutage::no;
  input.plan.accepted = arguments.accept.accepted();
  if (!arguments.plan.empty()) {
    NL_TRY(read_plan(arguments.plan, input));
  } else {
    NL_ASSIGN(input.plan.playbook, operate::load_playbook(arguments.playbook));
  }
  return input;
}

Exit apply(const Arguments& arguments, Console& console) {
  auto input = read_input(arguments);
  if (!input) return console.fail(input.error());
  auto selection = selection_with(console, arguments.balancer_probe);
  if (!selection) return console.fail(selection.error());
  RealPorts ports(console);
  return print_run(console, operate::apply(ports.get(), *selection, *input));
}

}  // namespace

void add_apply(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  Verb verb = root.command("apply", "Carry a plan out, one API server at a time");
  verb.argument("PLAN", arguments->plan, "The plan file that was reviewed", Need::optional)
      .playbook(arguments->playbook, "Plan this playbook now, instead of a plan file");
  add_begin_arguments(verb, arguments->begin);
  add_approval_arguments(verb, arguments->approvals);
  add_window_arguments(verb, arguments->window)
      .flag("--wait-for-window", arguments->wait_for_window, wait_for_window_doc);
  add_accept_arguments(verb, arguments->accept)
      .flag("--rehearse", arguments->rehearse,
            "Do everything but the change itself on the first node; no API server is restarted")
      .flag("--accept-outage", arguments->accept_outage, accept_outage_doc)
      .option("--load-balancer-probe", "PATH|tcp", arguments->balancer_probe, balancer_probe_doc)
      .examples({"nightlatch apply -i prod.yaml lockdown.json",
                 "nightlatch apply -i prod.yaml lockdown.json --as ana",
                 "nightlatch apply -i prod.yaml -p health-only --dry-run"})
      .run([arguments](Console& console) { return apply(*arguments, console); });
}

}  // namespace nightlatch::cli
