#include "report/plan.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "plan/estimate.hpp"
#include "plan/hooks.hpp"
#include "report/aim.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "report/plan_parts.hpp"
#include "util/masked.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using plan::NodePlan;
using plan::Plan;

Section head(const Plan& plan) {
  Headline first{
      {Text("plan ").add(plan.short_hash(), Tone::bold), aim_of(plan),
       fmt::format("cluster {}", plan.cluster),
       fmt::format("{} of {}, one at a time", plan.changing_nodes(), count(plan.nodes.size(), "node"))}};
  Headline second{{exact(plan.endpoint), fmt::format("uid {}", plan.kube_system_uid.substr(0, 8))}};
  return {{std::move(first), std::move(second)}};
}

// For who reads the page elsewhere, later, or in a ticket.
Section provenance(const Plan& plan) {
  Facts facts{{{"Hash", {exact(plan.hash)}}, {"kube-system", {exact(plan.kube_system_uid)}}}};
  if (plan.outside_window)
    facts.facts.push_back({Text("Outside the window", Tone::warning),
                           {plan.outside_window->reason, "ticket " + plan.outside_window->ticket}});
  if (!plan.created.empty()) facts.facts.push_back({"Made", {plan.created}});
  return {{std::move(facts)}, Audience::document};
}

Fact order_fact(const Plan& plan) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    bool reasoned = i < plan.order_reasons.size() && !plan.order_reasons[i].empty();
    words.push_back(reasoned ? fmt::format("{} ({})", plan.nodes[i].name, plan.order_reasons[i])
                             : plan.nodes[i].name);
  }
  return {"Order", {join(words, ", ")}};
}

Section overview(const Plan& plan) {
  Fact exposure{"Exposure", {}};
  for (const std::string& line : exposure_changes(plan)) exposure.values.emplace_back(line);
  Facts facts{{std::move(exposure), order_fact(plan)}};
  for (const NodePlan& node : plan.nodes) {
    if (node.opens.empty()) continue;
    facts.facts.push_back(
        {Text("Opens", Tone::warning), {fmt::format("on {}: {}", node.name, join(node.opens, " "))}});
  }
  return {{std::move(facts)}};
}

std::string changed_lines(const Diff& diff) {
  std::string lines;
  for (const DiffLine& line : diff.lines) {
    if (line.kind == DiffKind::added || line.kind == DiffKind::removed) lines += line.text + "\n";
  }
  return lines;
}

// Without its file header, so that the same change on several nodes is seen to be the same.
Diff body_of(const std::string& unified, const std::string& file) {
  Diff diff = diff_of(unified, Secrets::masked);
  auto is_file = [](const DiffLine& line) { return line.kind == DiffKind::file; };
  diff.lines.erase(std::remove_if(diff.lines.begin(), diff.lines.end(), is_file), diff.lines.end());
  if (!file.empty()) diff.more = fmt::format("nightlatch plan show {}", shell_word(file));
  return diff;
}

Text node_line(const NodePlan& node, const plan::ManifestChange& planned) {
  Text line(node.name, Tone::bold);
  if (!node.manifest_path.empty()) line.add(" ").add_exact(node.manifest_path);
  switch (planned.kind) {
    case plan::ManifestChange::Kind::swap:
      return line;
    case plan::ManifestChange::Kind::finish_restore:
      return line.add(fmt::format(": back to what run {} found", planned.previous_run));
    case plan::ManifestChange::Kind::finish_confirm:
      return line.add(fmt::format(": what run {} wrote stays once its gates hold", planned.previous_run));
    case plan::ManifestChange::Kind::place:
      return line.add(": the configuration file only");
  }
  return line;
}

void add_changes(const PlanScreen& screen, Page& page) {
  std::string shown_change;
  std::string shown_node;
  for (const NodePlan& node : screen.plan.nodes) {
    const plan::ManifestChange* planned = screen.plan.change_of(node);
    if (planned == nullptr) continue;
    Section section{{Heading{node_line(node, *planned)}}};
    auto bytes = screen.bytes.find(node.name);
    bool has_diff = bytes != screen.bytes.end() && !bytes->second.diff.empty();
    Diff diff = has_diff ? body_of(bytes->second.diff, screen.file)
                         : diff_of_splices(planned->splices, planned->undo);
    std::string change = changed_lines(diff);
    if (planned->kind != plan::ManifestChange::Kind::swap) {
      // Its manifest goes back to bytes that no plan holds, or stays as it is.
    } else if (has_diff && change == shown_change) {
      section.blocks.emplace_back(Paragraph{fmt::format("     the same change as on {}", shown_node)});
    } else {
      section.blocks.emplace_back(std::move(diff));
      if (has_diff) shown_change = std::move(change);
      if (has_diff) shown_node = node.name;
    }
    page.add(std::move(section));
  }
}

// The file that the manifests name from then on, when it is at hand; the same on every node.
void add_config(const PlanScreen& screen, Page& page) {
  for (const NodePlan& node : screen.plan.nodes) {
    const plan::ManifestChange* planned = screen.plan.change_of(node);
    auto bytes = screen.bytes.find(node.name);
    if (planned == nullptr || bytes == screen.bytes.end() || bytes->second.config.empty()) continue;
    page.add({{Heading{"Configuration file"}, CodeBlock{planned->config_path, bytes->second.config}},
              Audience::document});
    return;
  }
}

void add_object_changes(const PlanScreen& screen, Page& page) {
  for (const plan::Plan::ObjectTurn& turn : screen.plan.object_changes()) {
    const plan::ObjectChange& change = *turn.change;
    Text heading(change.object.text(), Tone::bold);
    heading.add(", " + turn_text(turn, screen.plan.changing_nodes()));
    auto diff = screen.object_diffs.find(change.object);
    page.add({{Heading{std::move(heading)}, diff == screen.object_diffs.end()
                                                ? diff_of_splices(change.splices, change.undo)
                                                : body_of(diff->second, screen.file)}});
  }
}

Section checks_section(const Plan& plan) {
  if (plan.checks.empty()) return {};
  Section section{{Heading{"Checks"}}};
  for (const plan::PlanCheck& check : plan.checks) section.blocks.emplace_back(check_of(check));
  return section;
}

// What runs on the workstation belongs to what is approved.
Section hooks_section(const Plan& plan) {
  Facts facts;
  for (plan::HookEvent event : plan::hook_events) {
    const spec::Hook* hook = plan::called_hook(plan, event);
    if (hook == nullptr) continue;
    std::vector<std::string> words;
    for (const std::string& word : hook->command) words.push_back(shell_word(word));
    std::string limit = fmt::format("at most {}", human_duration(plan::hook_limit(plan, event)));
    facts.facts.push_back({std::string(plan::name(event)), {exact(join(words, " ")), std::move(limit)}});
  }
  if (facts.facts.empty()) return {};
  return {{Heading{"Hooks, on this workstation"}, std::move(facts)}};
}

std::vector<NextStep> next_steps(const PlanScreen& screen) {
  const Plan& plan = screen.plan;
  if (plan.relation == plan::Relation::undoes)
    return {{fmt::format("nightlatch rollback {}", shell_word(plan.of_run)), ""}};
  if (!screen.file.empty()) return {{fmt::format("nightlatch apply {}", shell_word(screen.file)), ""}};
  if (plan.opens_all()) return {{opening_command(plan), ""}};
  const std::string& playbook = screen.playbook.empty() ? plan.playbook.name : screen.playbook;
  return {{fmt::format("nightlatch apply -p {}", shell_word(playbook)), ""},
          {fmt::format("nightlatch plan -p {} --out PLAN", shell_word(playbook)), "a file to review"}};
}

}  // namespace

std::vector<std::string> exposure_changes(const Plan& plan) {
  std::vector<std::pair<std::string, std::vector<std::string>>> changes;
  for (const NodePlan& node : plan.nodes) {
    bool same = node.before.state == node.after.state && node.before.paths == node.after.paths;
    std::string text = same ? fmt::format("{} already", describe(node.after))
                            : fmt::format("{} -> {}", describe(node.before), describe(node.after));
    auto known =
        std::find_if(changes.begin(), changes.end(), [&](const auto& one) { return one.first == text; });
    if (known == changes.end()) known = changes.insert(changes.end(), {text, {}});
    known->second.push_back(node.name);
  }
  std::vector<std::string> lines;
  for (const auto& [text, names] : changes) {
    lines.push_back(changes.size() == 1 ? text : fmt::format("{}: {}", join(names, " "), text));
  }
  return lines;
}

std::string plan_json(const PlanScreen& screen) {
  std::string file = plan::to_json(screen.plan);
  if (screen.approvals.empty()) return file;
  nlohmann::ordered_json json = nlohmann::ordered_json::parse(file);
  for (const ListedApproval& one : screen.approvals) {
    const plan::JudgedApproval& judged = one.judged;
    nlohmann::ordered_json entry{{"by", judged.name}, {"counts", judged.why_not.empty()}};
    entry["signer"] = one.signer == SignerIs::checked ? "checked" : "not checked";
    if (judged.approval) entry["expires"] = plan::expiry_text(judged.approval->expires);
    if (judged.approval) entry["comment"] = judged.approval->comment;
    if (!judged.key.empty()) entry["key"] = judged.key;
    if (!judged.why_not.empty()) entry["why"] = judged.why_not;
    json["shown"]["approvals"].push_back(std::move(entry));
  }
  return dump(json);
}

Page page_of(const PlanScreen& screen) {
  const Plan& plan = screen.plan;
  Page page{fmt::format("Plan {} of {}", plan.short_hash(), plan.cluster), {}};
  page.add(head(plan));
  page.add(provenance(plan));
  page.add(overview(plan));
  add_changes(screen, page);
  add_object_changes(screen, page);
  add_config(screen, page);
  page.add(hooks_section(plan));
  page.add(checks_section(plan));
  page.add(approvals_section(screen.approvals));
  if (plan.changes_nothing()) {
    page.add({{Paragraph{"Nothing to change: every node is as planned."}}});
    return page;
  }
  plan::Estimate total = plan::estimate(plan);
  Section end{{Facts{{{"Time",
                       {fmt::format("about {}; worst case with rollback {}", human_duration(total.usual),
                                    human_duration(total.worst))}}}}}};
  if (screen.purpose == Purpose::to_review) end.blocks.emplace_back(Commands{next_steps(screen)});
  page.add(std::move(end));
  return page;
}

}  // namespace nightlatch::report
