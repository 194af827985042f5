#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/evidence.hpp"
#include "report/evidence_parts.hpp"
#include "report/json.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;

ordered_json step_json(const rollout::StepSpan& step) {
  ordered_json entry{{"step", step.step}, {"began", moment_text(step.began_ms)}};
  if (step.phase != rollout::Phase::intend) entry["milliseconds"] = step.ended_ms - step.began_ms;
  entry["phase"] = rollout::name(step.phase);
  return entry;
}

ordered_json steps_json(const std::vector<rollout::StepSpan>& steps) {
  ordered_json list = ordered_json::array();
  for (const rollout::StepSpan& step : steps) list.push_back(step_json(step));
  return list;
}

ordered_json answer_json(const facts::Seen& seen) {
  ordered_json answer{{"status", seen.status}};
  if (!seen.why.empty()) answer["why"] = seen.why;
  return answer;
}

std::string_view who_asked(facts::Credentials credentials) {
  switch (credentials) {
    case facts::Credentials::none:
      return "none";
    case facts::Credentials::admin:
      return "admin";
    case facts::Credentials::login:
      break;
  }
  return "login";
}

ordered_json gates_json(const std::vector<rollout::GateHistory>& gates) {
  ordered_json list = ordered_json::array();
  for (const rollout::GateHistory& gate : gates) {
    ordered_json entry{{"method", gate.question.method},
                       {"path", gate.question.path},
                       {"credentials", who_asked(gate.question.credentials)},
                       {"expected", gate.question.expected}};
    auto add = [&](const char* when, const facts::Seen& seen) {
      if (!seen.question.path.empty()) entry[when] = answer_json(seen);
    };
    add("before", gate.before);
    add("first", gate.first);
    add("last", gate.last);
    add("after", gate.after);
    list.push_back(std::move(entry));
  }
  return list;
}

ordered_json trouble_json(int code, const std::string& why) {
  return {{"code", code_name(code)}, {"why", why}};
}

ordered_json node_json(const PastRun& run, const std::string& name) {
  ordered_json entry{{"name", name}, {"outcome", outcome_of(run, name)}};
  if (run.plan) {
    for (const plan::NodePlan& node : run.plan->nodes) {
      if (node.name != name) continue;
      entry["version"] = node.version;
      entry["exposure"]["before"] = to_json(node.before);
    }
  }
  if (auto after = exposure_after(run, name)) entry["exposure"]["after"] = to_json(*after);
  const rollout::NodeTimeline* timeline = run.timeline.find(name);
  entry["steps"] = steps_json(timeline == nullptr ? std::vector<rollout::StepSpan>{} : timeline->steps);
  entry["gates"] = gates_json(timeline == nullptr ? std::vector<rollout::GateHistory>{} : timeline->gates);
  const rollout::NodeProgress* progress = run.progress.find(name);
  if (progress == nullptr) return entry;
  entry["milliseconds"] = progress->last_ms - progress->began_ms;
  if (!progress->notes.empty()) entry["notes"] = progress->notes;
  if (progress->code != 0) entry["trouble"] = trouble_json(progress->code, progress->why);
  return entry;
}

ordered_json client_json(const PastRun& run) {
  if (run.timeline.client.empty()) return {{"notMeasured", began_with(run, "clientNot")}};
  ClientSummary sum = client_summary(run);
  ordered_json json{{"endpoint", began_with(run, "client")},
                    {"requests", sum.requests},
                    {"failed", sum.failed},
                    {"usualMilliseconds", sum.usual_ms},
                    {"slowestMilliseconds", sum.slowest_ms}};
  json["outages"] = ordered_json::array();
  for (const facts::Outage& outage : sum.outages)
    json["outages"].push_back({{"began", moment_text(outage.began_ms)},
                               {"milliseconds", outage.ended_ms - outage.began_ms},
                               {"requests", outage.requests},
                               {"why", outage.why}});
  json["spans"] = ordered_json::array();
  for (const facts::ClientSight& sight : run.timeline.client)
    json["spans"].push_back({{"from", moment_text(sight.from_ms)},
                             {"until", moment_text(sight.until_ms)},
                             {"requests", sight.requests},
                             {"failed", sight.failed},
                             {"usualMilliseconds", sight.usual_ms},
                             {"slowestMilliseconds", sight.slowest_ms}});
  return json;
}

void add_decisions(const PastRun& run, ordered_json& json) {
  json["by"] = run.progress.by;
  for (const KeptApproval& approval : approvals_of(run)) {
    ordered_json entry{{"name", approval.name}};
    if (!approval.key.empty()) entry["key"] = approval.key;
    if (!approval.expires.empty()) entry["expires"] = approval.expires;
    json["approvals"].push_back(std::move(entry));
  }
  if (!run.progress.applied_by.empty()) json["appliedBy"] = run.progress.applied_by;
  if (!run.progress.outside_window.empty())
    json["outsideWindow"] = {{"reason", run.progress.outside_window}, {"ticket", run.progress.ticket}};
  if (std::string until = began_with(run, "windowUntil"); !until.empty()) json["windowUntil"] = until;
  if (std::string accepted = began_with(run, "accepted"); !accepted.empty()) json["accepted"] = accepted;
}

}  // namespace

std::string evidence_json(const PastRun& run) {
  const rollout::RunProgress& progress = run.progress;
  ordered_json json;
  json["schema"] = "nightlatch.dev/evidence/v1";
  json["run"] = run.run;
  json["cluster"] = run.cluster;
  json["subject"] = subject_of(run);
  json["plan"] = {{"hash", run.plan ? run.plan->hash : progress.plan}, {"direction", progress.direction}};
  if (run.plan) {
    json["plan"]["playbook"] = run.plan->playbook.name;
    json["plan"]["endpoint"] = run.plan->endpoint;
    json["plan"]["clusterUid"] = run.plan->kube_system_uid;
  }
  if (!progress.of.empty()) json["plan"]["of"] = progress.of;
  if (!progress.reason.empty()) json["plan"]["reason"] = progress.reason;
  add_decisions(run, json);
  json["madeBy"] = began_with(run, "version");
  if (progress.began_ms > 0) {
    json["began"] = moment_text(progress.began_ms);
    json["last"] = moment_text(progress.last_ms);
    json["milliseconds"] = progress.last_ms - progress.began_ms;
  }
  json["outcome"] = outcome_of(run);
  json["state"] = ended_with(run, "cluster");
  if (std::string exit = ended_with(run, "exit"); !exit.empty()) json["exit"] = number_in(exit);
  json["nodes"] = ordered_json::array();
  for (const std::string& name : nodes_of(run)) json["nodes"].push_back(node_json(run, name));
  json["steps"] = steps_json(run.timeline.of_the_run);
  json["client"] = client_json(run);
  json["journal"] = {
      {"records", run.journal.records}, {"sha256", run.journal.sha256}, {"ended", !progress.end.empty()}};
  return dump(json);
}

}  // namespace nightlatch::report
