// nightlatch status [RUN]: the nodes decide; local files only add words.
#include "report/status.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/run_store.hpp"
#include "cli/session.hpp"
#include "plan/detection.hpp"

namespace nightlatch::cli {

namespace {

// The newest run that any node knows; ids begin with their time.
std::string newest_run(const Session& session) {
  std::string newest;
  for (const Member& member : session.members) {
    if (member.facts && !member.facts->runs.empty())
      newest = std::max(newest, member.facts->runs.front().run);
  }
  return newest;
}

// "old" or "new" by the bytes that are there, when the plan is at hand.
std::string side_by_plan(const plan::Plan& plan, const facts::NodeFacts& facts) {
  auto planned = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                              [&](const plan::NodePlan& node) { return node.name == facts.name; });
  if (planned == plan.nodes.end()) return {};
  bool is_before = facts.manifest.sha256 == planned->sha256_before;
  bool is_after = facts.manifest.sha256 == planned->sha256_after;
  if (!is_before && !is_after) return "foreign";
  bool forward =
      plan.direction == plan::Direction::apply || planned->action == plan::NodeAction::finish_restore;
  return is_after == forward ? "new" : "old";
}

std::string side_by_step(const std::string& step) {
  if (step == "confirmed") return "new";
  if (step == "restored" || step == "cleaned" || step == "staged" || step == "armed" || step.empty())
    return "old";
  return step == "foreign" ? "foreign" : "";
}

// The plan of a run: this workstation's, else the copy on a node that was last at work in it.
std::optional<plan::Plan> plan_of(const Session& session, const std::string& run,
                                  const std::optional<report::PastRun>& local) {
  if (local && local->plan) return local->plan;
  for (const Member& member : session.members) {
    if (!member.facts || run.empty() || member.facts->plan_run != run) continue;
    if (auto plan = plan::from_json(member.facts->plan, member.node.name)) return *std::move(plan);
  }
  return std::nullopt;
}

report::NodeStatus status_of(const Member& member, const std::string& run,
                             const std::optional<plan::Plan>& plan,
                             const std::optional<report::PastRun>& local) {
  report::NodeStatus status;
  status.name = member.node.name;
  status.unread = member.error;
  const rollout::NodeProgress* told = local ? local->progress.find(member.node.name) : nullptr;
  if (told != nullptr) status.from_journal = told->step;
  if (!member.facts) return status;
  const facts::NodeFacts& facts = *member.facts;
  for (const facts::NodeRun& one : facts.runs) {
    if (one.run != run || one.step == "idle") continue;
    status.step = one.step;
    status.time = one.time;
    status.note = one.note;
  }
  if (facts.guard && facts.guard->run == run) status.guard_seconds = facts.guard->seconds_left;
  status.running = facts.pod.running;
  status.exposure = plan::detect(facts).exposure;
  if (plan) status.side = side_by_plan(*plan, facts);
  if (status.side.empty()) status.side = side_by_step(status.step);
  return status;
}

Exit exit_of(const report::StatusReport& report) {
  std::vector<Error> errors;
  for (const report::NodeStatus& node : report.nodes) {
    if (node.unread) errors.push_back(*node.unread);
  }
  return exit_of_reading(errors);
}

Exit status(const std::string& wanted, Console& console) {
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_reading({session.error()}));
  report::StatusReport report;
  report.cluster = session->header();
  report.run = wanted.empty() ? newest_run(*session) : wanted;
  std::optional<report::PastRun> local;
  if (auto known = find_run(session->cluster.name, report.run); known && !known->broken)
    local = *std::move(known);
  if (local) report.journal = local->progress;
  std::optional<plan::Plan> plan = plan_of(*session, report.run, local);
  for (const Member& member : session->members) {
    report.nodes.push_back(status_of(member, report.run, plan, local));
  }
  if (console.json()) {
    console.out.write(report::status_json(report, console.out.shared_options()));
  } else {
    report::write_text(report, console.out);
  }
  return exit_of(report);
}

}  // namespace

void add_status(Verb& root) {
  auto run = std::make_shared<std::string>();
  root.command("status", "what the nodes say of a run")
      .argument("RUN", *run, "which; else the newest", Need::optional)
      .run([run](Console& console) { return status(*run, console); });
}

}  // namespace nightlatch::cli
