#include "report/run_report.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "plan/joined_nodes.hpp"
#include "plan/kubeadm_change.hpp"
#include "report/aim.hpp"
#include "report/error.hpp"
#include "report/exposure_text.hpp"
#include "report/numbers.hpp"
#include "report/plan.hpp"
#include "report/run_situation.hpp"
#include "rollout/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using rollout::ClusterState;
using rollout::NodeOutcome;
using rollout::NodeResult;
using rollout::Outcome;

Tone tone_of_node(NodeOutcome outcome) {
  switch (outcome) {
    case NodeOutcome::confirmed:
    case NodeOutcome::unchanged:
      return Tone::ok;
    case NodeOutcome::restored:
    case NodeOutcome::untouched:
      return Tone::warning;
    case NodeOutcome::foreign:
    case NodeOutcome::unknown:
    case NodeOutcome::needs_person:
      break;
  }
  return Tone::bad;
}

std::string words(NodeOutcome outcome) {
  return outcome == NodeOutcome::needs_person ? "needs a person" : std::string(rollout::name(outcome));
}

Text words(rollout::ObjectOutcome outcome) {
  switch (outcome) {
    case rollout::ObjectOutcome::changed:
      return {"changed", Tone::ok};
    case rollout::ObjectOutcome::left:
      return {"left as it was", Tone::warning};
    case rollout::ObjectOutcome::unknown:
      break;
  }
  return {"not known whether it was written", Tone::warning};
}

Table nodes_table(const RunReport& report) {
  Table table;
  for (const NodeResult& node : report.result.nodes) {
    const rollout::NodeProgress* progress = report.progress.find(node.node);
    bool begun = node.outcome != NodeOutcome::untouched && node.outcome != NodeOutcome::unchanged;
    std::string times = progress != nullptr && begun ? durations(*progress) : "";
    table.rows.push_back(
        {Text(node.node, Tone::bold), Text(words(node.outcome), tone_of_node(node.outcome)), times});
  }
  for (const std::string& name : skipped_nodes(report.plan))
    table.rows.push_back({Text(name, Tone::bold), Text("skipped", Tone::warning), "did not answer"});
  return table;
}

Table objects_table(const RunReport& report) {
  Table table;
  for (const auto& turn : report.plan.object_changes()) {
    table.rows.push_back({Text(turn.change->object.text(), Tone::bold),
                          words(rollout::outcome_of(report.result, turn.change->object))});
  }
  return table;
}

// Two tables: the long names of objects would leave no room for the durations of nodes.
Section tables_of(const RunReport& report) {
  Section tables{{nodes_table(report)}};
  if (Table objects = objects_table(report); !objects.rows.empty())
    tables.blocks.emplace_back(std::move(objects));
  return tables;
}

std::string_view title_of(int code) {
  const ErrorCode* known = rollout_errors::find(code);
  return known == nullptr ? std::string_view{} : known->title;
}

Section trouble_section(const rollout::Trouble& trouble) {
  std::string_view title = title_of(trouble.code);
  Finding why{
      Grade::bad, title.empty() ? 0 : trouble.code, "Why:", title.empty() ? trouble.why : title, {}, {}, {}};
  if (!title.empty()) why.details.emplace_back(trouble.why);
  if (!trouble.undone_because.empty())
    why.details.emplace_back("the change was undone because of " + trouble.undone_because);
  // The node sends the line with which kube-apiserver refused first, then its last lines in order.
  constexpr std::size_t shown = 12;
  std::size_t left_out = trouble.evidence.size() > shown ? trouble.evidence.size() - shown : 0;
  for (std::size_t i = 0; i < trouble.evidence.size(); ++i) {
    if (i == 0 || i > left_out) why.details.emplace_back(trouble.evidence[i]);
  }
  if (const ErrorCode* row = rollout_errors::find(trouble.code); row != nullptr) why.advice = row->next;
  return {{std::move(why)}};
}

// Nodes and kubeadm-config that say different things: what kubeadm would do about it (S20).
std::string kubeadm_would(const RunReport& report) {
  rollout::ObjectOutcome outcome = rollout::outcome_of(report.result, plan::kubeadm_config());
  if (outcome == rollout::ObjectOutcome::changed) return {};
  bool back = report.plan.direction == plan::Direction::rollback;
  if (names_of(report, {NodeOutcome::confirmed, NodeOutcome::unchanged}).empty()) return {};
  if (outcome == rollout::ObjectOutcome::unknown)
    return "While kubeadm-config may say something else than the nodes, kubeadm upgrade may undo this run.";
  return back ? "kubeadm-config still says what the undone run wrote: kubeadm upgrade would write that again."
              : "kubeadm-config still says what was before: kubeadm upgrade would write the old flags again.";
}

// What a rollback does not know of the nodes that it skipped.
std::string about_skipped(const RunReport& report) {
  if (report.plan.skipped.empty()) return "";
  return fmt::format(
      "{} did not answer and was left as it is (--skip): what run {} wrote there stays, until a rollback "
      "of that run reaches the node.",
      join(skipped_nodes(report.plan), " and "), report.plan.of_run);
}

// The nodes whose manifest somebody, or kubeadm upgrade, has edited since the undone run: the edit stayed.
std::vector<std::string> edited_nodes(const plan::Plan& plan) {
  std::vector<std::string> names;
  for (const plan::PlanCheck& check : plan.checks) {
    if (check.code == plan_checks::edit_kept.number) names.push_back(check.subject.node);
  }
  return names;
}

// A node that joined since was not asked, so nothing is said of the whole cluster then.
std::string wholly_undone(const RunReport& report) {
  if (report.plan.opens_all() && report.plan.relation == plan::Relation::none)
    return "Requests without credentials reach every path again, on every node.";
  std::vector<std::string> joined = plan::joined_nodes(report.plan);
  std::string text = joined.empty()
                         ? "Anonymous access is as it was before that run, on every node."
                         : "On the nodes of that run, anonymous access is as it was before the run.";
  if (std::vector<std::string> edited = edited_nodes(report.plan); !edited.empty())
    text += fmt::format(" What was edited in the manifest of {} since then stays.", join(edited, " and "));
  if (joined.empty()) return text;
  return text + fmt::format(" {} joined since and {} not touched: nightlatch detect shows how exposed {}.",
                            join(joined, " and "), joined.size() == 1 ? "was" : "were",
                            joined.size() == 1 ? "it is" : "they are");
}

// What is where now, in one or two sentences.
std::string situation(const RunReport& report) {
  bool back = report.plan.direction == plan::Direction::rollback;
  std::string_view target = back ? "back as before" : "new";
  std::string_view start = back ? "as the undone run left them" : "old";
  auto [moved, old] = sides(report);
  std::vector<std::string> person =
      names_of(report, {NodeOutcome::needs_person, NodeOutcome::unknown, NodeOutcome::foreign});
  if (!person.empty()) {
    std::string others = moved.empty() && old.empty() ? "" : " The other nodes were not touched further.";
    return fmt::format("{} cannot be left alone: a person must look.{}", join(person, " and "), others);
  }
  switch (report.result.cluster) {
    case ClusterState::mixed:
      if (is_all_but_skipped(report))
        return fmt::format("The cluster is mixed: {} back as before.",
                           moved.empty() ? "no other node had to go" : join(moved, " and ") + " went");
      return fmt::format("The cluster is mixed: {} {}, {} {}. All of them serve the same API.",
                         join(moved, " and "), target, join(old, " and "), start);
    case ClusterState::new_state:
      return "";
    case ClusterState::old_state:
      if (report.plan.rehearsal) return "";
      if (back && report.result.outcome == Outcome::done) return wholly_undone(report);
      return back ? "Nothing was undone." : "The cluster is wholly as before and healthy.";
    case ClusterState::unknown:
      break;
  }
  return "What the cluster is like is not known.";
}

std::string ending_of_rehearsal(const RunReport& report) {
  if (report.result.outcome != Outcome::done) return "The rehearsal failed; nothing was changed.";
  std::vector<std::string> names = names_of(report, {NodeOutcome::untouched});
  return fmt::format(
      "Rehearsed on {}: the file placed, both manifests staged, the guard armed and seen at work, a restore "
      "compared "
      "byte by byte. Nothing was changed.",
      join(names, " and "));
}

std::string objects_left(const RunReport& report) {
  std::vector<std::string> texts;
  for (const facts::ObjectReference& object : report.result.objects_left) texts.push_back(object.text());
  return join(texts, " and ");
}

std::string ending(const RunReport& report) {
  bool safe =
      names_of(report, {NodeOutcome::needs_person, NodeOutcome::unknown, NodeOutcome::foreign}).empty();
  if (report.plan.rehearsal && safe) return ending_of_rehearsal(report);
  bool back = report.plan.direction == plan::Direction::rollback;
  switch (report.result.outcome) {
    case Outcome::done:
      return back ? "Rolled back." : "Done: every node is as planned, and was asked again at the end.";
    case Outcome::rolled_back:
      return "The roll stopped and put back what it had changed.";
    case Outcome::stopped:
      if (is_all_but_skipped(report))
        return fmt::format("Rolled back without {}.", join(skipped_nodes(report.plan), " and "));
      if (every_node_moved(report) && !report.result.objects_left.empty())
        return fmt::format("Every node is as planned; {} {}.", objects_left(report),
                           report.result.objects_unknown.empty() ? "is not" : "may not be");
      return every_node_moved(report) ? "Every node is as planned; the roll stopped behind the last one."
                                      : "The roll stopped.";
    case Outcome::paused:
      return "Stopped between nodes, as asked.";
    case Outcome::interrupted:
      return "Interrupted; the node at hand was brought to a safe end first.";
    case Outcome::needs_person:
      break;
  }
  return "The roll stopped and needs a person.";
}

}  // namespace

std::string durations(const rollout::NodeProgress& node) {
  using facts::DurationColumn;
  constexpr std::array<std::pair<DurationColumn, std::string_view>, 6> columns{
      {{DurationColumn::restart, "restart"},
       {DurationColumn::gates, "gates"},
       {DurationColumn::soak, "soak"},
       {DurationColumn::balancer, "balancer"},
       {DurationColumn::cluster, "cluster"},
       {DurationColumn::restore, "restore"}}};
  std::vector<std::string> parts;
  for (const auto& [column, label] : columns) {
    std::int64_t ms = 0;
    for (const facts::JournalStepRow& row : facts::journal_steps()) {
      auto found = node.took_ms.find(std::string(row.name));
      if (row.counts_in == column && found != node.took_ms.end()) ms += found->second;
    }
    if (ms > 0) parts.push_back(fmt::format("{} {}", label, human_duration(std::chrono::milliseconds(ms))));
  }
  std::string total = human_duration(std::chrono::milliseconds(node.last_ms - node.began_ms));
  return parts.empty() ? total : fmt::format("{}   {}", total, join(parts, ", "));
}

namespace {

std::string needless_text(const RunReport& report) {
  if (report.plan.skipped.empty()) return "already as planned: nothing was changed";
  return "every node that answers is as planned already: nothing was changed";
}

Section summary(const RunReport& report) {
  Section section{{Paragraph{ending(report)}}};
  if (std::string where = situation(report); !where.empty()) section.blocks.emplace_back(Paragraph{where});
  if (std::string left = about_skipped(report); !left.empty())
    section.blocks.emplace_back(Finding{Grade::warning, 0, {}, left, {}, {}, {}});
  if (std::string kubeadm = kubeadm_would(report); !kubeadm.empty())
    section.blocks.emplace_back(Finding{Grade::warning, 0, {}, kubeadm, {}, {}, {}});
  add_notes(report.progress, section);
  return section;
}

}  // namespace

std::string client_line(const rollout::RunProgress& progress) {
  if (progress.client.requests == 0) return {};
  auto where = progress.begin.find("client");
  return fmt::format(
      "API through {}: {} {}, {} failed", where == progress.begin.end() ? "its endpoint" : where->second,
      thousands(progress.client.requests), progress.client.requests == 1 ? "request" : "requests",
      thousands(progress.client.failed));
}

void add_notes(const rollout::RunProgress& progress, Section& section) {
  for (const std::string& note : progress.notes)
    section.blocks.emplace_back(Finding{Grade::warning, 0, {}, note, {}, {}, {}});
  for (const rollout::NodeProgress& node : progress.nodes) {
    for (const std::string& note : node.notes) {
      section.blocks.emplace_back(
          Finding{Grade::warning, 0, {}, fmt::format("{}: {}", node.node, note), {}, {}, {}});
    }
  }
}

Page page_of(const RunReport& report) {
  Page page{report.run.empty() ? fmt::format("Plan {} of {}", report.plan.short_hash(), report.plan.cluster)
                               : fmt::format("Run {} of {}", report.run, report.plan.cluster),
            {}};
  if (!report.nothing.empty()) {
    page.title = fmt::format("Runs of {}", report.plan.cluster);
    page.add({{Check{Grade::ok, 0, {}, report.nothing, {}, {}}}});
  } else if (report.dry == DryRun::yes) {
    page.add({{Paragraph{"Dry run: nothing was changed."}}});
  } else if (report.run.empty()) {
    page.add({{Check{Grade::ok, 0, {}, needless_text(report), {}, {}}}});
    if (std::string left = about_skipped(report); !left.empty())
      page.add({{Finding{Grade::warning, 0, {}, left, {}, {}, {}}}});
  } else {
    page.add(tables_of(report));
    if (std::string client = client_line(report.progress); !client.empty()) page.add({{Paragraph{client}}});
    page.add(summary(report));
    for (const NodeResult& node : report.result.nodes) {
      if (node.trouble) page.add(trouble_section(*node.trouble));
    }
    if (report.result.trouble) page.add(trouble_section(*report.result.trouble));
  }
  Section end{{Commands{next_steps(report)}}};
  if (report.result.exit != Exit::done) {
    end.blocks.emplace_back(
        Paragraph{Text(fmt::format("exit {}", static_cast<int>(report.result.exit)), Tone::dim)});
  }
  page.add(std::move(end));
  return page;
}

}  // namespace nightlatch::report
