#include "report/history.hpp"

#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/json.hpp"
#include "report/plan.hpp"
#include "report/run_report.hpp"
#include "rollout/node_swap.hpp"
#include "util/shell_quote.hpp"
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

std::string without_skipped(const PastRun& run) {
  std::vector<std::string> names;
  if (run.plan) {
    for (const plan::SkippedNode& node : run.plan->skipped) names.push_back(node.name);
  }
  return names.empty() ? "" : fmt::format(", without {}", join(names, ", "));
}

}  // namespace

plan::Relation relation_of(const PastRun& run) {
  if (run.progress.direction == "confirm") return plan::Relation::confirms;
  if (run.plan) return run.plan->relation;
  auto direction = run.progress.direction == "rollback" ? plan::Direction::rollback : plan::Direction::apply;
  return plan::relation_named(run.progress.relation)
      .value_or(plan::usual_relation(direction, run.progress.of));
}

bool leads_forward(const PastRun& run) {
  if (run.plan) return run.plan->direction == plan::Direction::apply;
  return run.progress.direction != "rollback";
}

std::string outcome_of(const PastRun& run) {
  if (run.broken) return "unreadable";
  std::string outcome = value(run.progress, "outcome");
  return outcome.empty() ? "unfinished" : outcome;
}

std::string outcome_of(const PastRun& run, const std::string& node) {
  if (run.plan && run.plan->skipped_node(node) != nullptr) return "skipped";
  std::string ended = value(run.progress, "node." + node);
  if (!ended.empty()) return ended;
  const rollout::NodeProgress* at = run.progress.find(node);
  return at == nullptr ? "untouched" : fmt::format("at {}", at->step);
}

std::vector<std::string> nodes_of(const PastRun& run) {
  std::vector<std::string> names;
  if (run.plan) {
    for (const plan::NodePlan& node : run.plan->nodes) names.push_back(node.name);
    for (const plan::SkippedNode& node : run.plan->skipped) names.push_back(node.name);
  } else {
    for (const rollout::NodeProgress& node : run.progress.nodes) names.push_back(node.node);
  }
  return names;
}

std::string subject_of(const PastRun& run) {
  const std::string& kind = run.progress.direction;
  const std::string& of = run.progress.of;
  std::string name = run.plan ? run.plan->playbook.name : kind;
  if (kind == "prepare") return fmt::format("preparation of {}", join(nodes_of(run), ", "));
  if (kind == "rehearsal") return fmt::format("rehearsal of {}", name);
  switch (relation_of(run)) {
    case plan::Relation::undoes: {
      std::string again = leads_forward(run) ? fmt::format(": {} again", name) : "";
      return fmt::format("rollback of {}{}{}", of, again, without_skipped(run));
    }
    case plan::Relation::puts_back:
      return fmt::format("what {} left in mid-change, put back", of);
    case plan::Relation::confirms:
      return fmt::format("confirmation of {}", of);
    case plan::Relation::goes_on_with:
      return fmt::format("{}, going on with {}", name, of);
    case plan::Relation::none:
      break;
  }
  if (!run.progress.reason.empty()) return "opens every path again: " + run.progress.reason;
  return name;
}

Tone tone_of_outcome(const std::string& outcome) {
  if (outcome == "done") return Tone::ok;
  return outcome == "needs_person" || outcome == "unreadable" ? Tone::bad : Tone::warning;
}

Page page_of(const std::vector<PastRun>& runs) {
  Page page{"Runs of this workstation", {}};
  if (runs.empty()) {
    page.add({{Paragraph{"No runs yet on this workstation."}}});
    page.add({{Commands{{{"nightlatch status", "reads the nodes themselves"}}}}});
    return page;
  }
  Table table{{"RUN", "CLUSTER", "TOOK", "OUTCOME", "WHAT"}, {}};
  for (const PastRun& run : runs) {
    std::string outcome = outcome_of(run);
    const RunProgress& progress = run.progress;
    bool begun = progress.began_ms > 0;
    table.rows.push_back(
        {Text(run.run, Tone::bold), run.cluster,
         begun ? human_duration(std::chrono::milliseconds(progress.last_ms - progress.began_ms)) : "-",
         Text(outcome, tone_of_outcome(outcome)), subject_of(run)});
  }
  page.add({{std::move(table)}});
  page.add({{Commands{
      {{fmt::format("nightlatch history {}", shell_word(runs.front().run)), "one run, node by node"}}}}});
  return page;
}

namespace {

// A run writes its first record before anything else, so a journal without one belongs to a run that did
// nothing, or was emptied since.
Headline when(const RunProgress& progress) {
  if (progress.began_ms == 0)
    return {{"its journal has no record: the run did nothing, or the journal was emptied"}};
  std::string took = human_duration(std::chrono::milliseconds(progress.last_ms - progress.began_ms));
  return {{fmt::format("by {}", progress.by), fmt::format("began {} UTC", minute(progress.began_ms)),
           fmt::format("took {}", took)}};
}

Section head(const PastRun& run) {
  const RunProgress& progress = run.progress;
  Section section{
      {Headline{{Text("run ").add(run.run, Tone::bold), subject_of(run),
                 fmt::format("cluster {}", run.cluster),
                 fmt::format("plan {}", run.plan ? run.plan->short_hash() : progress.plan.substr(0, 8))}},
       when(progress)}};
  if (!run.plan) return section;
  Fact exposure{"exposure", {}};
  for (const std::string& line : exposure_changes(*run.plan)) exposure.values.emplace_back(line);
  Facts facts{{std::move(exposure)}};
  if (!progress.approved_by.empty()) {
    facts.facts.push_back({"approved by", {progress.approved_by}});
    facts.facts.push_back({"applied by", {progress.applied_by}});
  }
  if (!progress.outside_window.empty())
    facts.facts.push_back({"outside the window", {progress.outside_window, "ticket " + progress.ticket}});
  section.blocks.emplace_back(std::move(facts));
  return section;
}

Section nodes_section(const PastRun& run) {
  Table table;
  for (const std::string& name : nodes_of(run)) {
    const rollout::NodeProgress* node = run.progress.find(name);
    table.rows.push_back(
        {Text(name, Tone::bold), outcome_of(run, name), node == nullptr ? std::string() : durations(*node)});
  }
  Section section{{std::move(table)}};
  if (std::string client = client_line(run.progress); !client.empty())
    section.blocks.emplace_back(Paragraph{client});
  for (const rollout::NodeProgress& node : run.progress.nodes) {
    if (node.code == 0) continue;
    section.blocks.emplace_back(Finding{Grade::warning, node.code, {}, node.why, {}, {}, {}});
  }
  add_notes(run.progress, section);
  return section;
}

}  // namespace

Page page_of(const PastRun& run) {
  Page page{fmt::format("Run {} of {}", run.run, run.cluster), {}};
  page.add(head(run));
  page.add(nodes_section(run));
  std::string outcome = outcome_of(run);
  std::string cluster = value(run.progress, "cluster");
  std::string exit = value(run.progress, "exit");
  Text ending("outcome ");
  ending.add(outcome, tone_of_outcome(outcome));
  if (!cluster.empty()) ending.add(fmt::format(", cluster {}", cluster));
  Headline end{{std::move(ending)}};
  if (!exit.empty()) end.parts.emplace_back(fmt::format("exit {}", exit));
  page.add({{std::move(end), Facts{{{"files", {exact(run.directory)}}}}}});
  page.add(
      {{Commands{{{fmt::format("nightlatch status {}", shell_word(run.run)), "what the nodes say of it"}}}}});
  return page;
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
    entry["relation"] = plan::name(relation_of(run));
    if (!progress.reason.empty()) entry["reason"] = progress.reason;
    entry["by"] = progress.by;
    if (!progress.outside_window.empty())
      entry["outsideWindow"] = {{"reason", progress.outside_window}, {"ticket", progress.ticket}};
    if (!progress.approved_by.empty()) {
      for (const std::string& name : split(progress.approved_by, ','))
        entry["approvedBy"].push_back(std::string(trim(name)));
      entry["appliedBy"] = progress.applied_by;
    }
    auto time = [](std::int64_t ms) {
      return utc_timestamp(std::chrono::system_clock::time_point(std::chrono::milliseconds(ms)));
    };
    if (progress.began_ms > 0) entry["began"] = time(progress.began_ms);
    if (progress.began_ms > 0) entry["last"] = time(progress.last_ms);
    entry["outcome"] = outcome_of(run);
    entry["state"] = value(progress, "cluster");
    entry["nodes"] = ordered_json::array();
    for (const std::string& name : nodes_of(run)) {
      const rollout::NodeProgress* node = progress.find(name);
      ordered_json line{{"name", name}, {"outcome", outcome_of(run, name)}};
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
