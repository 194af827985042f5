#include "report/evidence.hpp"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/evidence_parts.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "report/numbers.hpp"
#include "report/plan.hpp"
#include "report/run_report.hpp"
#include "rollout/errors.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

Section headline_of_run(const PastRun& run) {
  std::string outcome = outcome_of(run);
  Text ending("outcome ");
  ending.add(outcome, tone_of_outcome(outcome));
  if (std::string state = ended_with(run, "cluster"); !state.empty()) ending.add(", cluster " + state);
  Headline headline{{Text("run ").add(run.run, Tone::bold), subject_of(run),
                     fmt::format("cluster {}", run.cluster), std::move(ending)}};
  if (std::string exit = ended_with(run, "exit"); !exit.empty()) headline.parts.emplace_back("exit " + exit);
  return {{std::move(headline)}};
}

void add_decisions(const PastRun& run, Facts& facts) {
  for (const KeptApproval& approval : approvals_of(run)) {
    Text text(approval.name);
    if (!approval.key.empty()) text.add(", with ").add_exact(approval.key);
    if (!approval.expires.empty()) text.add(", expires " + approval.expires);
    facts.facts.push_back({"Approved by", {std::move(text)}});
  }
  if (!run.progress.applied_by.empty()) facts.facts.push_back({"Applied by", {run.progress.applied_by}});
  if (!run.progress.outside_window.empty())
    facts.facts.push_back(
        {"Outside the window", {run.progress.outside_window, "ticket " + run.progress.ticket}});
  if (std::string until = began_with(run, "windowUntil"); !until.empty())
    facts.facts.push_back({"Window", {"open until " + until}});
  if (std::string accepted = began_with(run, "accepted"); !accepted.empty())
    facts.facts.push_back({"Accepted", {accepted}});
}

Section provenance(const PastRun& run) {
  const rollout::RunProgress& progress = run.progress;
  Facts facts{{{"Plan", {exact(run.plan ? run.plan->hash : progress.plan)}}}};
  if (run.plan) facts.facts.push_back({"Endpoint", {exact(run.plan->endpoint)}});
  facts.facts.push_back({"Begun by", {progress.by}});
  add_decisions(run, facts);
  if (progress.began_ms > 0) {
    facts.facts.push_back({"Began", {moment_text(progress.began_ms)}});
    facts.facts.push_back({"Took", {took_text(progress.last_ms - progress.began_ms)}});
  }
  if (std::string version = began_with(run, "version"); !version.empty())
    facts.facts.push_back({"Made by", {version}});
  facts.facts.push_back({"Journal",
                         {fmt::format("{}, the last with the SHA-256", count(run.journal.records, "record")),
                          exact(run.journal.sha256)}});
  return {{std::move(facts)}};
}

Section nodes(const PastRun& run) {
  Table table{{"NODE", "VERSION", "OUTCOME", "BEFORE", "AFTER", "TOOK"}, {}};
  for (const std::string& name : nodes_of(run)) {
    const rollout::NodeProgress* progress = run.progress.find(name);
    std::string version = "-";
    std::string before = "-";
    if (run.plan) {
      for (const plan::NodePlan& node : run.plan->nodes) {
        if (node.name != name) continue;
        version = node.version;
        before = describe(node.before);
      }
    }
    auto after = exposure_after(run, name);
    bool begun = progress != nullptr && !progress->is_before_own_way();
    table.rows.push_back({Text(name, Tone::bold), version, outcome_of(run, name), before,
                          after ? describe(*after) : std::string("-"),
                          begun ? durations(*progress) : std::string("-")});
  }
  Section section{{Heading{"Nodes"}, std::move(table)}};
  if (!run.plan) return section;
  for (const auto& turn : run.plan->object_changes()) {
    std::string object = turn.change->object.text();
    std::string outcome = ended_with(run, "object." + object);
    section.blocks.emplace_back(
        Paragraph{Text(object).add(": " + (outcome.empty() ? "not known" : outcome))});
  }
  return section;
}

Section troubles(const PastRun& run) {
  Section section;
  auto add = [&](int code, const std::string& why) {
    int known = rollout_errors::find(code) == nullptr ? 0 : code;
    section.blocks.emplace_back(Finding{Grade::bad, known, {}, why, {}, {}, {}});
  };
  for (const rollout::NodeProgress& node : run.progress.nodes) {
    if (node.code != 0) add(node.code, node.why);
  }
  if (std::string why = ended_with(run, "why"); !why.empty()) add(number_in(ended_with(run, "code")), why);
  bool has_failed = !section.blocks.empty();
  add_notes(run.progress, section);
  if (!section.blocks.empty())
    section.blocks.insert(section.blocks.begin(), Heading{has_failed ? "What went wrong" : "Notes"});
  return section;
}

// What the run's own client saw, in a sentence.
Text client_text(const PastRun& run, const ClientSummary& client) {
  std::string where = began_with(run, "client");
  Text text(fmt::format("{} requests through ", thousands(client.requests)));
  text.add_exact(where).add(", ").add(fmt::format("{} failed", thousands(client.failed)),
                                      client.failed > 0 ? Tone::bad : Tone::ok);
  if (client.requests > client.failed)
    text.add(fmt::format("; an answer took {} in the mean, {} at most", took_text(client.usual_ms),
                         took_text(client.slowest_ms)));
  return text;
}

Section client(const PastRun& run) {
  Section section{{Heading{"Requests of the run's own client"}}};
  ClientSummary summary = client_summary(run);
  if (run.timeline.client.empty()) {
    std::string why = began_with(run, "clientNot");
    section.blocks.emplace_back(Paragraph{why.empty() ? "None were sent." : "None were sent: " + why + "."});
    return section;
  }
  section.blocks.emplace_back(Paragraph{client_text(run, summary)});
  Table table{{"BEGAN", "LASTED", "REQUESTS", "WHY"}, {}};
  for (const facts::Outage& outage : summary.outages)
    table.rows.push_back({moment_text(outage.began_ms), took_text(outage.ended_ms - outage.began_ms),
                          thousands(outage.requests), outage.why});
  if (!table.rows.empty()) section.blocks.emplace_back(std::move(table));
  if (summary.more_outages > 0)
    section.blocks.emplace_back(Paragraph{fmt::format("{} more are not listed.", summary.more_outages)});
  if (auto picture = client_picture(run)) section.blocks.emplace_back(*std::move(picture));
  return section;
}

std::string answer_text(const facts::Seen& seen) {
  if (seen.question.path.empty()) return "not asked";
  if (seen.status != 0) return fmt::format("{}", seen.status);
  return seen.why.empty() ? "no answer" : "no answer: " + seen.why;
}

Section gates(const PastRun& run) {
  Table table{{"NODE", "QUESTION", "WANTED", "FIRST", "LAST"}, {}};
  for (const rollout::NodeTimeline& node : run.timeline.nodes) {
    for (const rollout::GateHistory& gate : node.gates) {
      if (gate.first.question.path.empty()) continue;
      const facts::Expectation& question = gate.question;
      std::string who = question.credentials == facts::Credentials::none ? "" : " (with credentials)";
      table.rows.push_back({node.node, exact(fmt::format("{} {}", question.method, question.path)).add(who),
                            fmt::format("{}", fmt::join(gate.question.expected, " or ")),
                            answer_text(gate.first), answer_text(gate.last)});
    }
  }
  if (table.rows.empty()) return {};
  return {{Heading{"Gates after the change"}, std::move(table)}};
}

Section picture(std::optional<Picture> one) {
  if (!one) return {};
  return {{*std::move(one)}};
}

}  // namespace

Page evidence_page(const PastRun& run) {
  Page page{fmt::format("Run {} of {}", run.run, run.cluster), {}};
  page.add(headline_of_run(run));
  page.add(provenance(run));
  page.add(nodes(run));
  page.add(troubles(run));
  page.add(picture(matrix_picture(run)));
  page.add(picture(timeline_picture(run)));
  page.add(client(run));
  page.add(gates(run));
  std::string id = shell_word(run.run);
  page.add({{Commands{{{"nightlatch history verify " + id, "whether plan, journal and evidence agree"},
                       {"nightlatch history export " + id + " --out " + id + ".tar",
                        "all of it in one file, for a ticket"}}}}});
  return page;
}

Result<JournalHead> head_in_evidence(const std::string& bytes, const std::string& file) {
  try {
    auto json = nlohmann::json::parse(bytes);
    if (json.at("schema") == "nightlatch.dev/evidence/v1")
      return JournalHead{json.at("journal").at("records").get<std::size_t>(),
                         json.at("journal").at("sha256").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    // what is no evidence is told below
  }
  return fail(rollout_errors::evidence_differs, fmt::format("{}: it is no nightlatch.dev/evidence/v1", file));
}

namespace {

using nlohmann::json;

// The first place, below `path`, at which both have something and it is not the same.
std::string difference(const json& written, const json& computed, const std::string& path) {
  if (written.is_object() && computed.is_object()) {
    for (const auto& [key, value] : written.items()) {
      if (!computed.contains(key)) continue;
      if (std::string found = difference(value, computed.at(key), path + "/" + key); !found.empty())
        return found;
    }
    return {};
  }
  if (written.is_array() && computed.is_array() && written.size() == computed.size()) {
    for (std::size_t i = 0; i < written.size(); ++i) {
      std::string found = difference(written[i], computed[i], fmt::format("{}/{}", path, i));
      if (!found.empty()) return found;
    }
    return {};
  }
  if (written == computed) return {};
  if (written.is_structured() || computed.is_structured()) return path + ": the journal says something else";
  auto shown = [](const json& one) { return one.dump(-1, ' ', false, json::error_handler_t::replace); };
  return fmt::format("{}: it says {}, the journal {}", path, shown(written), shown(computed));
}

}  // namespace

std::string evidence_difference(const std::string& written, const std::string& computed) {
  json one = json::parse(written, nullptr, false);
  json other = json::parse(computed, nullptr, false);
  if (one.is_discarded()) return "/: it is no JSON";
  return difference(one, other, "");
}

}  // namespace nightlatch::report
