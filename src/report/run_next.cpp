// The commands that a run names at its end. Each of them works in the state in which it is printed, and does
// what the words beside it say; tests/operate/printed_commands_test.cpp plays them.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "report/aim.hpp"
#include "report/run_report.hpp"
#include "report/run_situation.hpp"
#include "rollout/errors.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

namespace codes = rollout_errors;
using plan::Relation;
using rollout::NodeOutcome;
using rollout::NodeResult;
using rollout::Outcome;

// The verbs, with what this run is about.
struct Verbs {
  std::string verify;
  std::string plan;      // from what is there now
  std::string apply;     // the same plan
  std::string again;     // what was typed, but for its options
  std::string resume;    // goes on with this run, or with the one that it was to go on with
  std::string rollback;  // turns back what this run changed, and the run that it went on with
};

// `playbook_file`: as -p named it; may be empty.
Verbs commands_of(const plan::Plan& plan, const std::string& id, const std::string& playbook_file) {
  std::string playbook = shell_word(playbook_file.empty() ? plan.playbook.name : playbook_file);
  std::string of_run = shell_word(plan.of_run);
  std::string run = shell_word(id);
  bool is_about_another = plan.relation == Relation::puts_back || plan.relation == Relation::confirms;
  bool went_on = plan.relation == Relation::goes_on_with;
  bool back = plan.direction == plan::Direction::rollback;
  Verbs all;
  all.verify = back ? "nightlatch verify" : "nightlatch verify -p " + playbook;
  all.plan = "nightlatch plan -p " + playbook;
  all.apply = "nightlatch apply -p " + playbook;
  all.again = plan.relation == Relation::undoes ? "nightlatch rollback " + of_run
              : is_about_another || went_on     ? "nightlatch resume " + of_run
              : plan.rehearsal                  ? all.apply + " --rehearse"
                                                : all.apply;
  if (plan.opens_all()) all.plan = all.apply = opening_command(plan);
  if (plan.opens_all() && plan.relation == Relation::none) all.again = all.apply;
  all.resume = "nightlatch resume " + (is_about_another ? of_run : run);
  all.rollback = "nightlatch rollback " + (is_about_another || went_on ? of_run : run);
  return all;
}

// A rollback needs every node, unless it is told which one to leave. Those that an earlier rollback has
// skipped are named again.
void add_way_past_silence(const RunReport& report, std::string rollback, std::vector<NextStep>& steps) {
  std::vector<std::string> silent = silent_nodes(report.result);
  if (silent.empty()) return;
  for (const std::vector<std::string>& names : {skipped_nodes(report.plan), silent}) {
    for (const std::string& name : names) rollback += " --skip " + shell_word(name);
  }
  steps.push_back(
      {std::move(rollback),
       fmt::format("leaves {} as it is, if it stays silent: the others go back", join(silent, " and "))});
}

std::vector<NextStep> after_skipping(const RunReport& report, const std::string& again) {
  std::vector<NextStep> steps{
      {again, fmt::format("when {} is back: puts it back, too", join(skipped_nodes(report.plan), " and "))}};
  if (!report.run.empty())
    steps.push_back({fmt::format("nightlatch status {}", report.run), "reads the nodes"});
  return steps;
}

// What a person looks at first on a node that this run cannot leave alone.
std::optional<NextStep> look_at(const RunReport& report, std::size_t index) {
  const NodeResult& node = report.result.nodes[index];
  if (!node.trouble) return std::nullopt;
  const plan::NodePlan& planned = report.plan.nodes[index];
  const plan::ManifestChange* change = report.plan.change_of(planned);
  bool is_of_another = change != nullptr && !change->previous_run.empty();
  std::string directory =
      "/etc/kubernetes/nightlatch/runs/" + (is_of_another ? change->previous_run : report.run);
  auto on_node = [&](std::string command, std::string words) {
    return NextStep{fmt::format("on {}: {}", node.node, command), std::move(words)};
  };
  switch (node.trouble->code) {
    case codes::not_healthy_again.number:
      return on_node("journalctl -u kubelet -n 50", "why no API server answers there");
    case codes::exits_again.number:
      return on_node("crictl ps -a --name kube-apiserver",
                     "its containers; crictl logs ID says why one ended");
    case codes::not_as_before.number:
      return NextStep{"nightlatch detect", "what each API server answers"};
    case codes::restore_refused.number:
      return on_node(fmt::format("sh {}/guard restore", directory),
                     "puts the old manifest back by hand, if its guard has not done so");
    case codes::foreign.number:
      return on_node(fmt::format("diff {}/manifest.before {}", directory, planned.manifest_path),
                     "what somebody else has changed");
    default:
      return std::nullopt;
  }
}

std::vector<NextStep> for_a_person(const RunReport& report, const Verbs& all) {
  std::vector<NextStep> steps;
  for (std::size_t i = 0; i < report.result.nodes.size(); ++i) {
    NodeOutcome outcome = report.result.nodes[i].outcome;
    bool needs_person = outcome == NodeOutcome::needs_person || outcome == NodeOutcome::unknown ||
                        outcome == NodeOutcome::foreign;
    auto look = needs_person ? look_at(report, i) : std::nullopt;
    auto is_said = [&](const NextStep& step) { return look && step.command == look->command; };
    if (look && std::none_of(steps.begin(), steps.end(), is_said)) steps.push_back(*std::move(look));
  }
  steps.push_back({fmt::format("nightlatch status {}", report.run), "reads the nodes again"});
  if (!names_of(report, {NodeOutcome::foreign}).empty()) {
    steps.push_back({all.plan, "plans from what is there now, when that may stay"});
    return steps;
  }
  bool back = report.plan.direction == plan::Direction::rollback;
  if (back || report.plan.relation == Relation::puts_back) {
    steps.push_back({all.resume, "when that is mended: asks the gates again, and goes on"});
    add_way_past_silence(report, all.again, steps);
  } else {
    steps.push_back({all.rollback, "asks the gates again, and puts back what this run changed"});
    add_way_past_silence(report, all.rollback, steps);
  }
  return steps;
}

std::vector<NextStep> after_stopping(const RunReport& report, const Verbs& all) {
  bool back = report.plan.direction == plan::Direction::rollback;
  // What is left is an object of the API alone: the same plan goes on with it, and finds the nodes as they
  // should be.
  bool by_choice = report.result.outcome == Outcome::paused ||
                   report.result.outcome == Outcome::interrupted || every_node_moved(report);
  const std::optional<rollout::Trouble>& trouble = report.result.trouble;
  bool login_ended = trouble && trouble->code == codes::login_ended.number;
  std::vector<NextStep> steps;
  if (report.plan.rehearsal) {
    steps.push_back({all.again, "rehearses again"});
  } else if (login_ended) {
    steps.push_back({all.resume, "when you have logged in again"});
  } else if (by_choice) {
    steps.push_back({all.resume, "goes on with the same plan"});
  } else if (report.plan.relation == Relation::none || report.plan.relation == Relation::goes_on_with) {
    steps.push_back({all.plan, "again, from what is there now"});
  } else {
    steps.push_back({all.again, "again, from what is there now"});
  }
  if (names_of(report, {NodeOutcome::confirmed}).empty()) return steps;
  steps.push_back({all.rollback, report.plan.opens_all() ? "closes the opened nodes again"
                                 : back ? "makes the change again on the nodes that went back"
                                        : "puts the changed nodes back too"});
  add_way_past_silence(report, back ? all.again : all.rollback, steps);
  return steps;
}

}  // namespace

std::vector<NextStep> next_steps(const RunReport& report) {
  if (!report.nothing.empty())
    return {{"nightlatch status", "reads the nodes"},
            {"nightlatch history", "lists the runs of this workstation"}};
  Verbs all = commands_of(report.plan, report.run, report.playbook);
  if (report.dry == DryRun::yes) return {{all.again, "without --dry-run"}};
  if (is_all_but_skipped(report)) return after_skipping(report, all.again);
  if (report.result.outcome == Outcome::needs_person) return for_a_person(report, all);
  if (report.result.outcome != Outcome::done) return after_stopping(report, all);
  if (report.plan.rehearsal) return {{all.apply, "the change itself"}};
  std::vector<NextStep> steps{{all.verify, "asks every API server"}};
  bool back = report.plan.direction == plan::Direction::rollback;
  if (report.plan.opens_all() && back && !report.run.empty())
    steps.push_back({all.rollback, "closes again what was closed before"});
  if (!back && !report.run.empty()) steps.push_back({all.rollback, "the way back"});
  return steps;
}

std::string next_in_mid_change(const plan::Plan& plan, const std::string& run) {
  Verbs all = commands_of(plan, run, {});
  bool back = plan.direction == plan::Direction::rollback && plan.relation == Relation::undoes;
  return back ? all.resume : fmt::format("{}, or {}", all.resume, all.rollback);
}

}  // namespace nightlatch::report
