#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "plan/kubeadm_change.hpp"
#include "report/error.hpp"
#include "report/json.hpp"
#include "report/run_report.hpp"
#include "report/run_situation.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;

// Seconds to a tenth: {"staged": 0.4, …, "total": 77.2}, by step.
ordered_json seconds_of(const rollout::NodeProgress* progress) {
  ordered_json seconds = ordered_json::object();
  if (progress == nullptr) return seconds;
  auto rounded = [](std::int64_t ms) { return std::round(static_cast<double>(ms) / 100.0) / 10.0; };
  for (const auto& [step, ms] : progress->took_ms) seconds[step] = rounded(ms);
  seconds["total"] = rounded(progress->last_ms - progress->began_ms);
  return seconds;
}

ordered_json to_json(const rollout::Trouble& trouble) {
  ordered_json json{{"code", code_name(trouble.code)}, {"why", trouble.why}, {"evidence", trouble.evidence}};
  if (!trouble.undone_because.empty()) json["undoneBecause"] = trouble.undone_because;
  return json;
}

}  // namespace

std::string run_json(const RunReport& report, const std::string& shared_options) {
  const rollout::RunResult& result = report.result;
  ordered_json json;
  json["schema"] = "nightlatch.dev/run/v1";
  json["run"] = report.run;
  json["plan"] = report.plan.hash;
  json["direction"] = report.plan.direction == plan::Direction::apply ? "apply" : "rollback";
  if (report.plan.rehearsal) json["rehearsal"] = true;
  json["dryRun"] = report.dry == DryRun::yes;
  json["outcome"] = rollout::name(result.outcome);
  json["cluster"] = rollout::name(result.cluster);
  json["exit"] = static_cast<int>(result.exit);
  if (report.plan.change_of(plan::kubeadm_config()) != nullptr)
    json["kubeadmConfig"] = name(rollout::outcome_of(result, plan::kubeadm_config()));
  for (const auto& turn : report.plan.object_changes()) {
    const facts::ObjectReference& object = turn.change->object;
    json["objects"].push_back(
        {{"object", object.text()}, {"outcome", name(rollout::outcome_of(result, object))}});
  }
  json["nodes"] = ordered_json::array();
  for (std::size_t i = 0; i < result.nodes.size(); ++i) {
    const rollout::NodeResult& node = result.nodes[i];
    const plan::NodePlan& planned = report.plan.nodes[i];
    ordered_json entry;
    entry["name"] = node.node;
    entry["outcome"] = rollout::name(node.outcome);
    entry["exposure"] = {{"before", report::to_json(planned.before)},
                         {"after", report::to_json(exposure_now(report.plan, planned, node.outcome))}};
    entry["seconds"] = seconds_of(report.progress.find(node.node));
    const rollout::NodeProgress* progress = report.progress.find(node.node);
    if (progress != nullptr && !progress->notes.empty()) entry["notes"] = progress->notes;
    if (node.trouble) entry["trouble"] = to_json(*node.trouble);
    json["nodes"].push_back(std::move(entry));
  }
  for (const plan::SkippedNode& node : report.plan.skipped) {
    access::Exposure unknown;
    unknown.why = "the node did not answer and was skipped";
    json["nodes"].push_back(
        {{"name", node.name},
         {"outcome", rollout::name(rollout::NodeOutcome::untouched)},
         {"skipped", true},
         {"exposure", {{"before", report::to_json(unknown)}, {"after", report::to_json(unknown)}}},
         {"seconds", ordered_json::object()}});
  }
  if (!report.progress.notes.empty()) json["notes"] = report.progress.notes;
  if (const rollout::ClientTally& client = report.progress.client; client.requests > 0)
    json["client"] = {{"requests", client.requests}, {"failed", client.failed}};
  if (result.trouble) json["trouble"] = to_json(*result.trouble);
  json["next"] = ordered_json::array();
  for (const NextStep& step : next_steps(report))
    json["next"].push_back(complete(step.command, shared_options));
  if (!report.directory.empty()) json["directory"] = report.directory;
  return dump(json);
}

}  // namespace nightlatch::report
