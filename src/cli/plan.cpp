// nightlatch plan -p PLAYBOOK [--out PLAN], plan show PLAN
#include "operate/plan.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/ports.hpp"
#include "cli/run_arguments.hpp"
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
};

Exit print(Console& console, const report::PlanScreen& screen) {
  if (console.json()) {
    console.out.write(plan::to_json(screen.plan));
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

Exit show(const std::string& file, Console& console) {
  auto plan = operate::read_plan(file);
  if (!plan) return console.fail(plan.error());
  return print(console, {.plan = *plan, .file = file});
}

}  // namespace

void add_plan(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  Verb plan = root.command("plan", "Show what would be done to which node, and change nothing");
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
  auto file = std::make_shared<std::string>();
  plan.command("show", "Print a plan file")
      .argument("PLAN", *file, "The plan file")
      .examples(
          {"nightlatch plan show lockdown.json", "nightlatch plan show lockdown.json -o html > plan.html"})
      .formats({"md", "html"})
      .run([file](Console& console) { return show(*file, console); });
}

}  // namespace nightlatch::cli
