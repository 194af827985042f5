#include "report/comparison.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/evidence_parts.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "report/numbers.hpp"
#include "report/plan.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

// One thing that both runs have.
struct ComparedRow {
  std::string node;  // empty: of the run as a whole
  std::string name;
  std::string first;
  std::string second;
};

std::string exposure_of(const PastRun& run) {
  return run.plan ? join(exposure_changes(*run.plan), "; ") : std::string("not known");
}

std::string requests_of(const PastRun& run) {
  ClientSummary client = client_summary(run);
  if (client.requests == 0) return "not measured";
  return fmt::format("{}, {} failed", count(client.requests, "request"), thousands(client.failed));
}

std::string took(const PastRun& run) {
  return run.progress.began_ms > 0 ? took_text(run.progress.last_ms - run.progress.began_ms)
                                   : std::string("-");
}

std::string step_time(const rollout::NodeProgress* node, const std::string& step) {
  if (node == nullptr) return "-";
  auto found = node->took_ms.find(step);
  return found == node->took_ms.end() ? std::string("-") : took_text(found->second);
}

std::vector<std::string> both_nodes(const Comparison& both) {
  std::vector<std::string> names = nodes_of(both.first);
  for (const std::string& name : nodes_of(both.second)) {
    if (!is_among(name, names)) names.push_back(name);
  }
  return names;
}

bool has_node(const PastRun& run, const std::string& name) {
  return is_among(name, nodes_of(run));
}

std::vector<ComparedRow> rows_of(const Comparison& both) {
  const PastRun& a = both.first;
  const PastRun& b = both.second;
  auto hash = [](const PastRun& run) {
    return run.plan ? run.plan->short_hash() : run.progress.plan.substr(0, 8);
  };
  std::vector<ComparedRow> rows{
      {"", "what", subject_of(a), subject_of(b)},
      {"", "cluster", a.cluster, b.cluster},
      {"", "plan", hash(a), hash(b)},
      {"", "begun by", a.progress.by, b.progress.by},
      {"", "began", moment_text(a.progress.began_ms), moment_text(b.progress.began_ms)},
      {"", "made by", began_with(a, "version"), began_with(b, "version")},
      {"", "outcome", outcome_of(a), outcome_of(b)},
      {"", "planned exposure", exposure_of(a), exposure_of(b)},
      {"", "took", took(a), took(b)},
      {"", "own client", requests_of(a), requests_of(b)}};
  for (const std::string& name : both_nodes(both)) {
    auto of = [&](const PastRun& run) {
      return has_node(run, name) ? outcome_of(run, name) : std::string("-");
    };
    rows.push_back({name, "outcome", of(a), of(b)});
    const rollout::NodeProgress* one = a.progress.find(name);
    const rollout::NodeProgress* other = b.progress.find(name);
    for (const facts::JournalStepRow& step : facts::journal_steps()) {
      ComparedRow row{name, std::string(step.name), step_time(one, std::string(step.name)),
                      step_time(other, std::string(step.name))};
      if (row.first != "-" || row.second != "-") rows.push_back(std::move(row));
    }
  }
  return rows;
}

Text marked(const ComparedRow& row, const std::string& value) {
  return {value, row.first == row.second ? Tone::plain : Tone::bold};
}

}  // namespace

Page page_of(const Comparison& both) {
  Page page{fmt::format("Runs {} and {}", both.first.run, both.second.run), {}};
  page.add({{Headline{
      {Text("runs ").add(both.first.run, Tone::bold).add(" and ").add(both.second.run, Tone::bold)}}}});
  Table whole{{"", both.first.run, both.second.run, ""}, {}};
  Table nodes{{"NODE", "STEP", both.first.run, both.second.run, ""}, {}};
  for (const ComparedRow& row : rows_of(both)) {
    std::vector<Text> cells{row.name, marked(row, row.first), marked(row, row.second),
                            row.first == row.second ? "" : "differs"};
    if (row.node.empty()) {
      whole.rows.push_back(std::move(cells));
    } else {
      cells.insert(cells.begin(), row.node);
      nodes.rows.push_back(std::move(cells));
    }
  }
  page.add({{std::move(whole)}});
  page.add({{std::move(nodes)}});
  page.add({{Commands{{{"nightlatch history " + shell_word(both.second.run), "one run, node by node"}}}}});
  return page;
}

std::string comparison_json(const Comparison& both) {
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/comparison/v1";
  json["first"] = both.first.run;
  json["second"] = both.second.run;
  json["rows"] = nlohmann::ordered_json::array();
  for (const ComparedRow& row : rows_of(both)) {
    nlohmann::ordered_json entry{{"name", row.name},
                                 {"first", row.first},
                                 {"second", row.second},
                                 {"differs", row.first != row.second}};
    if (!row.node.empty()) entry["node"] = row.node;
    json["rows"].push_back(std::move(entry));
  }
  return dump(json);
}

}  // namespace nightlatch::report
