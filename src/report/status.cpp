#include "report/status.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "report/lock.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

std::string step_text(const NodeStatus& node) {
  if (node.unread) return node.skipped ? "skipped, not read" : "not read";
  if (node.skipped) return "skipped";
  if (node.step.empty()) return "untouched";
  if (node.note == "by-hand") return fmt::format("{}, by hand", node.step);
  if (node.note == "not-gated") return fmt::format("{}, not gated", node.step);
  if (node.note == "not-running") return fmt::format("at {}, not running", node.step);
  return is_mid_change(node) ? fmt::format("at {}", node.step) : node.step;
}

Tone step_tone(const NodeStatus& node) {
  if (node.unread || node.step == "foreign") return Tone::bad;
  if (node.skipped) return Tone::warning;
  if (is_mid_change(node) || node.step == "restored") return Tone::warning;
  return node.step == "confirmed" ? Tone::ok : Tone::plain;
}

std::vector<NextStep> next_steps(const StatusReport& report) {
  bool unread = std::any_of(report.nodes.begin(), report.nodes.end(),
                            [](const auto& node) { return node.unread.has_value(); });
  bool skipped = !report.of_run.empty() && std::any_of(report.nodes.begin(), report.nodes.end(),
                                                       [](const auto& node) { return node.skipped; });
  NextStep back{fmt::format("nightlatch rollback {}", report.of_run),
                "puts the skipped node back, when it answers"};
  if (skipped && report.state() != RunState::unfinished && report.cluster_state() != "old") return {back};
  if (unread) {
    std::string run = report.run.empty() ? "" : " " + report.run;
    return {{"nightlatch status" + run, "when every node can be reached"}};
  }
  if (report.run.empty()) return {{"nightlatch detect", "how exposed the API servers are"}};
  bool guarded = std::any_of(report.nodes.begin(), report.nodes.end(),
                             [](const auto& node) { return node.guard_seconds.has_value(); });
  if (report.state() == RunState::unfinished && guarded) {
    return {{fmt::format("nightlatch confirm {}", report.run), "keeps the change, when its gates hold"},
            {fmt::format("nightlatch resume {}", report.run), "puts that node back, then goes on"},
            {fmt::format("nightlatch rollback {}", report.run), "puts everything back"}};
  }
  bool ungated = std::any_of(report.nodes.begin(), report.nodes.end(),
                             [](const auto& node) { return node.note == "not-gated"; });
  if (report.state() == RunState::unfinished || ungated) {
    return {{fmt::format("nightlatch resume {}", report.run), "puts that node back, then goes on"},
            {fmt::format("nightlatch rollback {}", report.run), "puts everything back"}};
  }
  if (report.cluster_state() == "old") return {{"nightlatch detect", "how exposed the API servers are"}};
  std::vector<NextStep> steps{{"nightlatch verify", "asks every API server"}};
  if (report.cluster_state() == "mixed")
    steps.insert(steps.begin(),
                 {fmt::format("nightlatch resume {}", report.run), "goes on where it stopped"});
  bool went_on = !report.whole_run.empty();
  steps.push_back({fmt::format("nightlatch rollback {}", went_on ? report.whole_run : report.run),
                   went_on ? "puts back what this run and the one before it changed"
                           : "puts back what this run changed"});
  return steps;
}

}  // namespace

bool is_mid_change(const NodeStatus& node) {
  const facts::ProtocolStepRow* step = facts::find_protocol_step(node.step);
  return step != nullptr && step->is_mid_change;
}

RunState StatusReport::state() const {
  if (run.empty()) return RunState::none;
  return std::any_of(nodes.begin(), nodes.end(), is_mid_change) ? RunState::unfinished : RunState::finished;
}

std::string StatusReport::cluster_state() const {
  std::size_t old_nodes = 0;
  std::size_t new_nodes = 0;
  for (const NodeStatus& node : nodes) {
    if (node.unread || node.side.empty() || node.side == "foreign") return "unknown";
    (node.side == "new" ? new_nodes : old_nodes) += 1;
  }
  if (old_nodes > 0 && new_nodes > 0) return "mixed";
  return new_nodes > 0 ? "new" : "old";
}

namespace {

// No node knows a run; of a node that was not read that is not known.
std::string without_a_run(const StatusReport& report) {
  std::vector<std::string> read;
  for (const NodeStatus& node : report.nodes)
    if (!node.unread) read.push_back(node.name);
  if (read.empty()) return "No node could be read: whether a run is in progress is not known.";
  if (read.size() == report.nodes.size()) return "No node knows a run of nightlatch.";
  return fmt::format("The nodes that were read ({}) know no run of nightlatch; the others may.",
                     join(read, ", "));
}

Section head(const StatusReport& report) {
  Section section{{headline_of(report.cluster, "read from the nodes")}};
  if (report.run.empty()) {
    section.blocks.emplace_back(Paragraph{without_a_run(report)});
    return section;
  }
  Headline run{{Text("run ").add(report.run, Tone::bold)}};
  if (report.journal) {
    run.parts.emplace_back(fmt::format("by {}", report.journal->by));
    run.parts.emplace_back(fmt::format("plan {}", report.journal->plan.substr(0, 8)));
  } else {
    run.parts.emplace_back("no local journal");
  }
  section.blocks.emplace_back(std::move(run));
  return section;
}

Table nodes_table(const StatusReport& report) {
  Table table{{"NODE", "RUN", "SIDE", "SINCE", "API SERVER", "EXPOSURE"}, {}};
  for (const NodeStatus& node : report.nodes) {
    std::string_view server = node.unread ? "?" : node.running ? "runs" : "does not run";
    table.rows.push_back({Text(node.name, Tone::bold), Text(step_text(node), step_tone(node)),
                          node.side.empty() ? "-" : node.side, node.time.empty() ? "-" : node.time,
                          Text(std::string(server), node.running ? Tone::plain : Tone::bad),
                          node.unread ? Text("?") : Text(state_word(node.exposure), tone_of(node.exposure))});
  }
  return table;
}

Finding unread_finding(const NodeStatus& node) {
  Finding finding = finding_of(*node.unread, Grade::unknown);
  finding.details.clear();  // the table has the place for one line a node
  if (!node.from_journal.empty())
    finding.details.emplace_back(fmt::format("the local journal knows it last at {}", node.from_journal));
  return finding;
}

Finding skipped_finding(const NodeStatus& node, const std::string& run) {
  Finding finding;
  finding.text =
      fmt::format("{}: run {} left it as it was (--skip), because it did not answer then", node.name, run);
  return finding;
}

Finding guard_finding(const NodeStatus& node) {
  std::string when = *node.guard_seconds > 0
                         ? fmt::format("in {}", human_duration(std::chrono::seconds(*node.guard_seconds)))
                         : std::string("now");
  Finding finding;
  finding.text = fmt::format(
      "{}: its guard puts the old manifest back {} unless the lease is renewed or the run confirmed",
      node.name, when);
  return finding;
}

}  // namespace

Page page_of(const StatusReport& report) {
  Page page{report.run.empty() ? fmt::format("Status of {}", report.cluster.name)
                               : fmt::format("Status of run {}", report.run),
            {}};
  page.add(head(report));
  page.add({{nodes_table(report)}});
  Section state;
  for (const NodeStatus& node : report.nodes) {
    if (node.unread) state.blocks.emplace_back(unread_finding(node));
  }
  for (const NodeStatus& node : report.nodes) {
    if (node.guard_seconds) state.blocks.emplace_back(guard_finding(node));
    if (node.skipped) state.blocks.emplace_back(skipped_finding(node, report.run));
  }
  if (!report.run.empty()) {
    std::string unfinished = report.state() == RunState::unfinished ? ", a node is in mid-change" : "";
    state.blocks.emplace_back(Paragraph{fmt::format("cluster {}{}", report.cluster_state(), unfinished)});
  }
  if (report.lock) add_lock(report.lock, state);
  page.add(std::move(state));
  page.add({{Commands{next_steps(report)}}});
  return page;
}

std::string status_json(const StatusReport& report, const std::string& shared_options) {
  using nlohmann::ordered_json;
  ordered_json json;
  json["schema"] = "nightlatch.dev/status/v1";
  json["run"] = report.run;
  json["plan"] = report.journal ? report.journal->plan : "";
  json["by"] = report.journal ? report.journal->by : "";
  json["cluster"] = report.cluster_state();
  json["unfinished"] = report.state() == RunState::unfinished;
  json["nodes"] = ordered_json::array();
  for (const NodeStatus& node : report.nodes) {
    ordered_json entry;
    entry["name"] = node.name;
    entry["read"] = !node.unread.has_value();
    entry["step"] = node.step;
    entry["since"] = node.time;
    entry["side"] = node.side;
    entry["running"] = node.running;
    if (!node.note.empty()) entry["note"] = node.note;
    if (node.skipped) entry["skipped"] = true;
    if (node.guard_seconds) entry["guardSecondsLeft"] = *node.guard_seconds;
    entry["exposure"] = to_json(node.exposure);
    if (node.unread) entry["error"] = to_json(*node.unread);
    if (!node.from_journal.empty()) entry["journal"] = node.from_journal;
    json["nodes"].push_back(std::move(entry));
  }
  if (report.lock) {
    json["lock"] = ordered_json::parse(lock_json(report.lock));
    json["lock"].erase("schema");
  }
  json["next"] = ordered_json::array();
  for (const NextStep& step : next_steps(report))
    json["next"].push_back(complete(step.command, shared_options));
  return dump(json);
}

}  // namespace nightlatch::report
