// nightlatch plan -p PLAYBOOK [--out PLAN], plan show PLAN
#include "report/plan.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/planning.hpp"
#include "cli/playbooks.hpp"
#include "cli/run_arguments.hpp"
#include "util/file.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string playbook;
  std::string file;
  bool accept_outage = false;
  std::string accept_owner;
};

Exit print(Console& console, const report::PlanScreen& screen) {
  if (console.json()) {
    console.out.write(plan::to_json(screen.plan));
  } else {
    report::write_page(report::page_of(screen), console.format(), console.out);
  }
  return Exit::done;
}

Exit make(const Arguments& arguments, Console& console) {
  if (arguments.playbook.empty()) {
    return console.fail(Error{
        cli_errors::bad_arguments, "-p PLAYBOOK is needed: what should the plan achieve?", {}, {}, {}, {}});
  }
  auto playbook = load_playbook(arguments.playbook);
  if (!playbook) return console.fail(playbook.error());
  auto accept = arguments.accept_outage ? plan::AcceptOutage::yes : plan::AcceptOutage::no;
  auto planned = plan_now(console, *playbook, accept, names_in(arguments.accept_owner));
  if (!planned) return console.fail(std::span(&planned.error(), 1), exit_of_planning({planned.error()}));
  if (!planned->outcome.plan) {
    return console.fail(planned->outcome.refusals, exit_of_planning(planned->outcome.refusals));
  }
  if (!arguments.file.empty()) {
    Status written = write_file_durably(arguments.file, plan::to_json(*planned->outcome.plan));
    if (!written) return console.fail(written.error());
  }
  return print(console, {.plan = *planned->outcome.plan,
                         .bytes = planned->outcome.bytes,
                         .object_diffs = planned->outcome.object_diffs,
                         .file = arguments.file,
                         .playbook = arguments.playbook});
}

Exit show(const std::string& file, Console& console) {
  auto bytes = read_file(file);
  if (!bytes) return console.fail(bytes.error());
  auto plan = plan::from_json(*bytes, file);
  if (!plan) return console.fail(plan.error());
  return print(console, {.plan = *plan, .file = file});
}

}  // namespace

void add_plan(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  Verb plan = root.command("plan", "Show what would be done to which node, and change nothing");
  plan.option("-p,--playbook", "PLAYBOOK", arguments->playbook,
              "Plan this playbook: a shipped playbook's name, or a file")
      .option("--out", "PLAN", arguments->file, "Write the plan to this file, to review and apply it")
      .flag("--accept-outage", arguments->accept_outage, accept_outage_doc)
      .option("--accept-owner", "NAME", arguments->accept_owner, accept_owner_doc)
      .examples({"nightlatch plan -i prod.yaml -p health-only",
                 "nightlatch plan -i prod.yaml -p health-only --out lockdown.json",
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
