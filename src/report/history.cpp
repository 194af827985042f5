#include "report/history.hpp"

#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/json.hpp"
#include "report/plan.hpp"
#include "report/run_report.hpp"
#include "report/table.hpp"
#include "rollout/node_swap.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;
using rollout::RunProgress;

std::string minute(std::int64_t ms) {
  return fmt::format("{:%Y-%m-%d %H:%M}", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

std::string value(const RunProgress& progress, const std::string& key) {
  auto found = progress.end.find(key);
  return found == progress.end.end() ? std::string{} : found->second;
}

std::string node_outcome(const RunProgress& progress, const std::string& node) {
  std::string ended = value(progress, "node." + node);
  if (!ended.empty()) return ended;
  const rollout::NodeProgress* at = progress.find(node);
  return at == nullptr ? "untouched" : fmt::format("at {}", at->step);
}

std::string what(const PastRun& run) {
  std::string kind = run.progress.direction;
  if (kind == "rollback") return fmt::format("rollback of {}", run.progress.of);
  std::string name = run.plan ? run.plan->playbook.name : kind;
  if (kind == "rehearsal") return fmt::format("rehearsal of {}", name);
  std::string went_on = run.progress.of.empty() ? "" : fmt::format(", going on with {}", run.progress.of);
  return name + went_on;
}

Color color_of_outcome(const std::string& outcome) {
  if (outcome == "done") return Color::green;
  return outcome == "needs_person" || outcome == "unreadable" ? Color::red : Color::yellow;
}

std::vector<std::string> node_names(const PastRun& run) {
  std::vector<std::string> names;
  if (run.plan) {
    for (const plan::NodePlan& node : run.plan->nodes) names.push_back(node.name);
  } else {
    for (const rollout::NodeProgress& node : run.progress.nodes) names.push_back(node.node);
  }
  return names;
}

}  // namespace

std::string outcome_of(const PastRun& run) {
  if (run.broken) return "unreadable";
  std::string outcome = value(run.progress, "outcome");
  return outcome.empty() ? "unfinished" : outcome;
}

void write_text(const std::vector<PastRun>& runs, Out& out) {
  if (runs.empty()) {
    out.line("No runs yet on this workstation.");
    out.line();
    write_next(out, {{"nightlatch status", "reads the nodes themselves"}});
    return;
  }
  Table table({"RUN", "CLUSTER", "TOOK", "OUTCOME", "WHAT"});
  for (const PastRun& run : runs) {
    std::string outcome = outcome_of(run);
    const RunProgress& progress = run.progress;
    bool begun = progress.began_ms > 0;
    table.row(
        {{run.run, Color::bold},
         {run.cluster},
         {begun ? human_duration(std::chrono::milliseconds(progress.last_ms - progress.began_ms)) : "-"},
         {outcome, color_of_outcome(outcome)},
         {what(run)}});
  }
  table.write(out);
  out.line();
  write_next(out, {{fmt::format("nightlatch history {}", runs.front().run), "one run, node by node"}});
}

void write_one(const PastRun& run, Out& out) {
  const RunProgress& progress = run.progress;
  out.line(fmt::format("run {}   {}   cluster {}   plan {}", out.paint(Color::bold, run.run), what(run),
                       run.cluster, progress.plan.substr(0, 8)));
  out.line(fmt::format("by {}   began {} UTC   took {}", progress.by, minute(progress.began_ms),
                       human_duration(std::chrono::milliseconds(progress.last_ms - progress.began_ms))));
  if (run.plan) {
    std::string_view head = "exposure   ";
    for (const std::string& line : exposure_changes(*run.plan)) {
      write_hanging(out, head, line);
      head = "           ";
    }
  }
  out.line();
  Table table;
  for (const std::string& name : node_names(run)) {
    const rollout::NodeProgress* node = progress.find(name);
    table.row(
        {{name, Color::bold}, {node_outcome(progress, name)}, {node == nullptr ? "" : durations(*node)}});
  }
  table.write(out);
  for (const rollout::NodeProgress& node : progress.nodes) {
    if (node.code != 0)
      write_hanging(out, "!  ", fmt::format("{} ({})", node.why, code_name(node.code)), Color::yellow);
  }
  std::string outcome = outcome_of(run);
  std::string cluster = value(progress, "cluster");
  out.line();
  out.line(fmt::format("outcome {}{}   {}", out.paint(color_of_outcome(outcome), outcome),
                       cluster.empty() ? "" : fmt::format(", cluster {}", cluster),
                       value(progress, "exit").empty() ? "" : "exit " + value(progress, "exit")));
  write_hanging(out, "files   ", run.directory);
  out.line();
  write_next(out, {{fmt::format("nightlatch status {}", run.run), "what the nodes say of it"}});
}

std::string history_json(const std::vector<PastRun>& runs) {
  ordered_json json;
  json["schema"] = "nightlatch.dev/history/v1";
  json["runs"] = ordered_json::array();
  for (const PastRun& run : runs) {
    const RunProgress& progress = run.progress;
    ordered_json entry;
    entry["run"] = run.run;
    entry["cluster"] = run.cluster;
    entry["plan"] = progress.plan;
    entry["direction"] = progress.direction;
    entry["of"] = progress.of;
    entry["by"] = progress.by;
    auto time = [](std::int64_t ms) {
      return utc_timestamp(std::chrono::system_clock::time_point(std::chrono::milliseconds(ms)));
    };
    if (progress.began_ms > 0) entry["began"] = time(progress.began_ms);
    if (progress.began_ms > 0) entry["last"] = time(progress.last_ms);
    entry["outcome"] = outcome_of(run);
    entry["state"] = value(progress, "cluster");
    entry["nodes"] = ordered_json::array();
    for (const std::string& name : node_names(run)) {
      const rollout::NodeProgress* node = progress.find(name);
      ordered_json line{{"name", name}, {"outcome", node_outcome(progress, name)}};
      line["milliseconds"] = node == nullptr ? std::map<std::string, std::int64_t>{} : node->took_ms;
      if (node != nullptr && node->code != 0)
        line["trouble"] = {{"code", code_name(node->code)}, {"why", node->why}};
      entry["nodes"].push_back(std::move(line));
    }
    if (run.broken) entry["error"] = to_json(*run.broken);
    entry["directory"] = run.directory;
    json["runs"].push_back(std::move(entry));
  }
  return dump(json);
}

}  // namespace nightlatch::report
