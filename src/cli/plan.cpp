// nightlatch plan -p PLAYBOOK [--out PLAN], plan show PLAN, plan approve PLAN --as NAME
#include "operate/plan.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/ports.hpp"
#include "cli/run_arguments.hpp"
#include "operate/approvals.hpp"
#include "operate/audit_checks.hpp"
#include "operate/playbooks.hpp"
#include "report/plan.hpp"
#include "util/clock.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string playbook;
  std::string file;
  bool accept_outage = false;
  std::string balancer_probe;
  AcceptArguments accept;
  std::vector<std::string> audit_logs;
  WindowArguments window;
};

Exit print(Console& console, const report::PlanScreen& screen) {
  if (console.json()) {
    console.out.write(report::plan_json(screen));
  } else {
    report::write_page(report::page_of(screen), console.format(), console.out);
  }
  return Exit::done;
}

Result<operate::PlanInput> read_input(const Arguments& arguments) {
  if (arguments.playbook.empty())
    return fail(cli_errors::bad_arguments, "-p PLAYBOOK is needed: it says what the plan should achieve");
  operate::PlanInput input;
  NL_ASSIGN(input.playbook, operate::load_playbook(arguments.playbook));
  input.accept_outage = arguments.accept_outage ? plan::AcceptOutage::yes : plan::AcceptOutage::no;
  input.accepted = arguments.accept.accepted();
  NL_ASSIGN(input.outside_window, arguments.window.override_of());
  return input;
}

Exit make(const Arguments& arguments, Console& console) {
  auto input = read_input(arguments);
  if (!input) return console.fail(input.error());
  auto selection = selection_with(console, arguments.balancer_probe);
  if (!selection) return console.fail(selection.error());
  RealPorts ports(console);
  operate::AuditInput audit{.logs = arguments.audit_logs,
                            .what_if = input->playbook,
                            .playbook = arguments.playbook,
                            .now = wall_clock()};
  auto callers = operate::checks_of_callers(audit);
  if (!callers) return console.fail(callers.error());
  input->more_checks = *std::move(callers);
  auto made = operate::make_plan(ports.get(), *selection, *input, arguments.file);
  if (!made) return console.fail(made.error());
  return print(console, {.plan = *made->plan,
                         .bytes = made->bytes,
                         .object_diffs = made->object_diffs,
                         .file = arguments.file,
                         .playbook = arguments.playbook});
}

struct ShowArguments {
  std::string file;
  std::string allowed_signers;
};

Exit show(const ShowArguments& arguments, Console& console) {
  auto plan = operate::read_plan(arguments.file);
  if (!plan) return console.fail(plan.error());
  std::vector<std::string> allowed;
  if (!arguments.allowed_signers.empty()) allowed.push_back(arguments.allowed_signers);
  return print(console, {.plan = *plan,
                         .file = arguments.file,
                         .approvals = operate::list_approvals(*plan, arguments.file, allowed, wall_clock())});
}

Exit approve(const operate::ApproveInput& input, Console& console) {
  ConsoleOperator person(console);
  auto approved = operate::approve(person, input);
  if (!approved) return console.fail(approved.error());
  if (console.json()) {
    console.out.write(report::approval_json(*approved));
  } else {
    report::write_text(*approved, console.out);
  }
  return Exit::done;
}

void add_show(Verb& plan) {
  auto arguments = std::make_shared<ShowArguments>();
  plan.command("show", "Print a plan file with its approvals")
      .argument("PLAN", arguments->file, "The plan file")
      .option("--allowed-signers", "FILE", arguments->allowed_signers,
              "Check by this file of ssh-keygen(1) whose the keys of the approvals are")
      .examples(
          {"nightlatch plan show lockdown.json", "nightlatch plan show lockdown.json -o html > plan.html"})
      .formats({"md", "html"})
      .run([arguments](Console& console) { return show(*arguments, console); });
}

void add_approve(Verb& plan) {
  auto input = std::make_shared<operate::ApproveInput>();
  input->expires = "8h";
  plan.command("approve", "Sign that a plan may be applied, beside the plan file")
      .argument("PLAN", input->plan_file, "The plan file that was reviewed")
      .option("--as", "NAME", input->signer.name, "Who approves, as the allowed_signers file names them",
              Need::required)
      .option("--key", "FILE", input->signer.key,
              "Sign with this SSH key: a private one, or a public one whose private half is in the agent. "
              "Without it: the first key in ~/.ssh")
      .option("--expires", "TIME", input->expires,
              "How long the approval holds: a duration such as 8h, which is the default, a time such as "
              "2026-11-29T06:00:00Z, or never")
      .option("--comment", "TEXT", input->comment, "Say something in one line, which is signed, too")
      .examples({"nightlatch plan approve lockdown.json --as ana",
                 "nightlatch plan approve lockdown.json --as ana --expires 8h --comment CHG-4711"})
      .run([input](Console& console) { return approve(*input, console); });
}

}  // namespace

void add_plan(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  Verb plan = root.command("plan", "Show what would be done to which node, and change nothing");
  add_window_arguments(plan, arguments->window);
  add_accept_arguments(plan, arguments->accept)
      .playbook(arguments->playbook, "Plan this playbook")
      .option("--out", "PLAN", arguments->file, "Write the plan to this file, to review and apply it")
      .flag("--accept-outage", arguments->accept_outage, accept_outage_doc)
      .option("--load-balancer-probe", "PATH|tcp", arguments->balancer_probe, balancer_probe_doc)
      .list("--audit", "FILE", arguments->audit_logs,
            "Show who would lose access, by this audit log of kube-apiserver. The option may be repeated")
      .examples({"nightlatch plan -i prod.yaml -p health-only",
                 "nightlatch plan -i prod.yaml -p health-only --audit audit.log",
                 "nightlatch plan show lockdown.json"})
      .formats({"md", "html"})
      .run([arguments](Console& console) { return make(*arguments, console); });
  add_show(plan);
  add_approve(plan);
}

}  // namespace nightlatch::cli
