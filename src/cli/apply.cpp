// nightlatch apply PLAN | -p PLAYBOOK
#include <memory>

#include <fmt/format.h>

#include "cli/carry_out.hpp"
#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/planning.hpp"
#include "cli/playbooks.hpp"
#include "cli/run_arguments.hpp"
#include "util/file.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string plan;
  std::string playbook;
  BeginArguments begin;
  bool accept_outage = false;
  bool rehearse = false;
  std::string accept_owner;

  [[nodiscard]] How how() const {
    How how = begin.how();
    how.rehearse = rehearse;
    if (rehearse)
      how.prompting = rollout::Prompting::assume_yes;  // nothing is changed that one would ask about
    how.playbook = playbook;
    how.plan_file = plan;
    return how;
  }
};

// What was asked for: a plan that was reviewed, or one to be made now.
struct Wish {
  std::optional<plan::Plan> reviewed;
  spec::Playbook playbook;
};

Result<Wish> read_wish(const Arguments& arguments) {
  if (arguments.plan.empty() == arguments.playbook.empty()) {
    return fail(cli_errors::bad_arguments, "apply takes a plan file, or -p PLAYBOOK, and not both");
  }
  Wish wish;
  if (arguments.plan.empty()) {
    NL_ASSIGN(wish.playbook, load_playbook(arguments.playbook));
    return wish;
  }
  NL_ASSIGN(std::string bytes, read_file(arguments.plan));
  NL_ASSIGN(wish.reviewed, plan::from_json(bytes, arguments.plan));
  if (wish.reviewed->direction == plan::Direction::rollback) {
    return fail(cli_errors::bad_arguments, "this plan undoes run " + wish.reviewed->of_run +
                                               ": nightlatch rollback makes it anew and applies it");
  }
  wish.playbook = wish.reviewed->playbook;
  return wish;
}

// A plan file is of one cluster (S10).
Status check_cluster(const Wish& wish, const Options& options) {
  if (!wish.reviewed || options.cluster.empty() || options.cluster == wish.reviewed->cluster) return {};
  return fail(cli_errors::plan_of_other_cluster, fmt::format("the plan is of cluster {}, --cluster says {}",
                                                             wish.reviewed->cluster, options.cluster));
}

Exit apply(const Arguments& arguments, Console& console) {
  auto wish = read_wish(arguments);
  if (!wish) return console.fail(wish.error());
  if (Status same = check_cluster(*wish, console.options); !same) return console.fail(same.error());
  How how = arguments.how();
  std::string cluster = wish->reviewed ? wish->reviewed->cluster : "";
  if (Status may = may_begin(console, how, cluster); !may) return console.fail(may.error());
  auto accept = arguments.accept_outage ? plan::AcceptOutage::yes : plan::AcceptOutage::no;
  std::vector<std::string> owners = names_in(arguments.accept_owner);
  if (owners.empty() && wish->reviewed) owners = wish->reviewed->accepted_owners;
  auto planned = plan_now(console, wish->playbook, accept, std::move(owners), cluster);
  if (!planned) return console.fail(std::span(&planned.error(), 1), exit_of_planning({planned.error()}));
  plan::PlanOutcome& outcome = planned->outcome;
  if (wish->reviewed && outcome.plan && !outcome.plan->changes_nothing()) {
    plan::keep_order(*outcome.plan, *wish->reviewed);
    // Nothing is applied that differs from what was reviewed.
    Status same = plan::check_unchanged(*wish->reviewed, *outcome.plan, arguments.plan);
    if (!same) return console.fail(same.error());
  }
  return show_and_carry_out(console, planned->session, outcome, how);
}

}  // namespace

void add_apply(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  Verb verb = root.command("apply", "Carry a plan out, one API server at a time");
  verb.argument("PLAN", arguments->plan, "The plan file that was reviewed", Need::optional)
      .option("-p,--playbook", "PLAYBOOK", arguments->playbook,
              "Plan this playbook now, instead of a plan file: a shipped playbook's name, or a file");
  add_begin_arguments(verb, arguments->begin)
      .flag("--rehearse", arguments->rehearse,
            "Do everything but the change itself on the first node; no API server is restarted")
      .flag("--accept-outage", arguments->accept_outage, accept_outage_doc)
      .option("--accept-owner", "NAME", arguments->accept_owner, accept_owner_doc)
      .examples({"nightlatch apply -i prod.yaml lockdown.json",
                 "nightlatch apply -i prod.yaml lockdown.json --rehearse",
                 "nightlatch apply -i prod.yaml -p health-only --dry-run"})
      .run([arguments](Console& console) { return apply(*arguments, console); });
}

}  // namespace nightlatch::cli
