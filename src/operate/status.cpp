#include "operate/status.hpp"

#include <algorithm>
#include <utility>

#include "cluster/lock.hpp"
#include "operate/header.hpp"
#include "operate/known_plan.hpp"
#include "operate/run_store.hpp"
#include "plan/detection.hpp"

namespace nightlatch::operate {

namespace {

// "old" or "new" by the bytes that are there, when the plan is at hand.
std::string side_by_plan(const plan::Plan& plan, const facts::NodeFacts& facts) {
  if (const plan::SkippedNode* skipped = plan.skipped_node(facts.name)) {
    bool is_old = facts.manifest.sha256 == skipped->sha256_after;
    return is_old ? "old" : facts.manifest.sha256 == skipped->sha256_before ? "new" : "foreign";
  }
  auto planned = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                              [&](const plan::NodePlan& node) { return node.name == facts.name; });
  if (planned == plan.nodes.end()) return {};
  bool is_before = facts.manifest.sha256 == plan.sha256_at_start(*planned);
  bool is_after = facts.manifest.sha256 == plan.sha256_at_end(*planned);
  if (!is_before && !is_after) return "foreign";
  return is_after == (plan.direction == plan::Direction::apply) ? "new" : "old";
}

std::string side_by_step(const std::string& step) {
  if (step.empty()) return "old";
  const facts::ProtocolStepRow* row = facts::find_protocol_step(step);
  if (row == nullptr) return {};
  switch (row->manifest) {
    case facts::ManifestSide::before:
      return "old";
    case facts::ManifestSide::after:
      return "new";
    case facts::ManifestSide::foreign:
      return "foreign";
    case facts::ManifestSide::either:
      break;
  }
  return {};
}

// The plan of a run: this workstation's, else the copy on a node that was last at work in it.
std::optional<plan::Plan> plan_of(const cluster::Session& session, const std::string& run,
                                  const std::optional<report::PastRun>& local) {
  if (local && local->plan) return local->plan;
  for (const cluster::Member& member : session.members) {
    if (!member.facts || run.empty() || member.facts->plan_run != run) continue;
    if (auto plan = plan::from_json(member.facts->plan, member.node.name)) return *std::move(plan);
  }
  return std::nullopt;
}

report::NodeStatus status_of(const cluster::Member& member, const std::string& run,
                             const std::optional<plan::Plan>& plan,
                             const std::optional<report::PastRun>& local) {
  report::NodeStatus status;
  status.name = member.node.name;
  status.unread = member.error;
  status.skipped = plan && plan->skipped_node(status.name) != nullptr;
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

}  // namespace

Outcome<report::StatusReport> read_status(Ports& ports, const cluster::Selection& selection,
                                          const std::string& run) {
  auto session = open_session(ports, selection);
  if (!session) return failed_reading(std::move(session).error());
  report::StatusReport report;
  report.cluster = header_of(*session);
  report.run = run.empty() ? newest_run(*session) : run;
  std::optional<report::PastRun> local;
  if (auto known = find_run(session->cluster.name, report.run); known && !known->broken)
    local = *std::move(known);
  if (local) report.journal = local->progress;
  if (auto api = session->cluster_api({})) {
    if (auto lease = api->read_lease()) report.lock = *std::move(lease);
  }
  std::optional<plan::Plan> plan = plan_of(*session, report.run, local);
  if (plan) report.of_run = plan->of_run;
  if (plan && plan->relation == plan::Relation::goes_on_with) report.whole_run = plan->of_run;
  for (const cluster::Member& member : session->members) {
    report.nodes.push_back(status_of(member, report.run, plan, local));
  }
  return report;
}

Exit exit_of(const report::StatusReport& report) {
  std::vector<Error> errors;
  for (const report::NodeStatus& node : report.nodes) {
    if (node.unread) errors.push_back(*node.unread);
  }
  return exit_of_reading(errors);
}

Outcome<std::optional<api::Lease>> read_lock(Ports& ports, const cluster::Selection& selection) {
  auto api = cluster::api_of(ports.connections, selection);
  if (!api) return failed(std::move(api).error());
  auto lease = (*api)->read_lease();
  if (!lease) return failed(std::move(lease).error());
  return *std::move(lease);
}

Outcome<api::Lease> break_lock(Ports& ports, const cluster::Selection& selection, const std::string& reason) {
  auto api = cluster::api_of(ports.connections, selection);
  if (!api) return failed(std::move(api).error());
  auto broken = cluster::break_lock(**api, cluster::who_am_i(), reason);
  if (!broken) return failed(std::move(broken).error());
  return *std::move(broken);
}

}  // namespace nightlatch::operate
