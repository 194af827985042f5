#include "report/plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "plan/estimate.hpp"
#include "report/exposure_text.hpp"
#include "report/rewrite.hpp"
#include "util/hash.hpp"
#include "util/masked.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using plan::NodePlan;
using plan::Plan;

bool is_rollback(const Plan& plan) {
  return plan.direction == plan::Direction::rollback;
}

void write_head(const PlanScreen& screen, Out& out) {
  const Plan& plan = screen.plan;
  std::string what = is_rollback(plan) ? fmt::format("undoes run {}", plan.of_run) : plan.playbook.name;
  out.line(fmt::format("plan {}   {}   cluster {}   {} of {}, one at a time",
                       out.paint(Color::bold, plan.short_hash()), what, plan.cluster, plan.changing_nodes(),
                       count(plan.nodes.size(), "node")));
  out.line(fmt::format("{}   uid {}", elide_middle(plan.endpoint, out.columns() - 15),
                       plan.kube_system_uid.substr(0, 8)));
}

void write_order(const Plan& plan, Out& out) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    bool reasoned = i < plan.order_reasons.size() && !plan.order_reasons[i].empty();
    words.push_back(reasoned ? fmt::format("{} ({})", plan.nodes[i].name, plan.order_reasons[i])
                             : plan.nodes[i].name);
  }
  write_hanging(out, "Order      ", join(words, ", "));
  for (const NodePlan& node : plan.nodes) {
    if (!node.opens.empty()) {
      write_hanging(out, "Opens      ", fmt::format("on {}: {}", node.name, join(node.opens, " ")),
                    Color::yellow);
    }
  }
}

// A diff without its file header, so that the same change on several nodes is seen to be the same.
std::string body_of(const std::string& diff) {
  std::size_t first_hunk = diff.find("@@");
  return first_hunk == std::string::npos ? diff : diff.substr(first_hunk);
}

std::string changed_lines(const std::string& diff) {
  std::string lines;
  for (const std::string& line : split(body_of(diff), '\n')) {
    if (line.starts_with('+') || line.starts_with('-')) lines += line + "\n";
  }
  return lines;
}

void write_hunks(const PlanScreen& screen, const std::string& diff, Out& out) {
  std::string body = body_of(diff);
  std::size_t second = body.find("\n@@");
  if (screen.file.empty() || second == std::string::npos) return write_diff(out, body, Lines::fitted);
  write_diff(out, std::string_view(body).substr(0, second + 1), Lines::fitted);
  std::size_t more = 0;
  for (std::size_t at = second; at != std::string::npos; at = body.find("\n@@", at + 1)) ++more;
  out.line(fmt::format("     ... {}: nightlatch plan show {}", count(more, "more hunk"), screen.file));
}

void write_lines(Out& out, char mark, std::string_view text, Color color) {
  std::vector<std::string> lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (const std::string& line : lines)
    out.line(out.paint(color, elide_middle(fmt::format("{}{}", mark, masked(line)), out.columns())));
}

// From a plan file: what goes and what comes, at which byte.
void write_splices(const std::vector<manifest::Splice>& splices, const std::vector<manifest::Splice>& undo,
                   Out& out) {
  for (std::size_t i = 0; i < splices.size(); ++i) {
    const manifest::Splice& splice = splices[i];
    out.line(out.paint(Color::dim, fmt::format("@@ byte {}: {}", splice.begin, splice.reason)));
    if (i < undo.size()) write_lines(out, '-', undo[i].text, Color::red);
    write_lines(out, '+', splice.text, Color::green);
  }
}

void write_changes(const PlanScreen& screen, Out& out) {
  std::string shown_change;
  std::string shown_node;
  for (const NodePlan& node : screen.plan.nodes) {
    const plan::ManifestChange* planned = screen.plan.change_of(node);
    if (planned == nullptr) continue;
    out.line();
    std::string name = out.paint(Color::bold, node.name);
    if (planned->kind == plan::ManifestChange::Kind::finish_restore) {
      out.line(
          fmt::format("{} {}: back to what run {} found", name, node.manifest_path, planned->previous_run));
      continue;
    }
    out.line(fmt::format("{} {}", name, node.manifest_path));
    auto bytes = screen.bytes.find(node.name);
    if (bytes == screen.bytes.end() || bytes->second.diff.empty()) {
      write_splices(planned->splices, planned->undo, out);
      continue;
    }
    std::string change = changed_lines(bytes->second.diff);
    if (change == shown_change) {
      out.line(fmt::format("     the same change as on {}", shown_node));
      continue;
    }
    write_hunks(screen, bytes->second.diff, out);
    shown_change = std::move(change);
    shown_node = node.name;
  }
}

std::string place_of(const plan::Plan::ObjectTurn& turn, std::size_t changing_nodes) {
  if (turn.after_manifests == 0) return "before the first node";
  if (turn.after_manifests == changing_nodes) return "after the last node";
  return fmt::format("after {}", count(turn.after_manifests, "node"));
}

void write_object_changes(const PlanScreen& screen, Out& out) {
  for (const plan::Plan::ObjectTurn& turn : screen.plan.object_changes()) {
    const plan::ObjectChange& change = *turn.change;
    out.line();
    out.line(fmt::format("{}, {}", out.paint(Color::bold, change.object.text()),
                         place_of(turn, screen.plan.changing_nodes())));
    auto diff = screen.object_diffs.find(change.object);
    if (diff == screen.object_diffs.end()) {
      write_splices(change.splices, change.undo, out);
    } else {
      write_hunks(screen, diff->second, out);
    }
  }
}

void write_checks(const Plan& plan, Out& out) {
  if (plan.checks.empty()) return;
  out.line();
  out.line("Checks");
  for (const plan::PlanCheck& check : plan.checks) {
    using Grade = plan::PlanCheck::Grade;
    if (check.grade == Grade::ok) write_hanging(out, "ok  ", check.text, Color::green);
    if (check.grade == Grade::warning) write_hanging(out, "!   ", check.text, Color::yellow);
    if (check.grade == Grade::unknown) write_hanging(out, "?   ", check.text, Color::yellow);
  }
}

void write_time(const Plan& plan, Out& out) {
  plan::Estimate total = plan::estimate(plan);
  out.line();
  write_hanging(out, "Time       ",
                fmt::format("about {}; worst case with rollback {}", human_duration(total.usual),
                            human_duration(total.worst)));
}

std::vector<NextStep> next_steps(const PlanScreen& screen) {
  const Plan& plan = screen.plan;
  if (is_rollback(plan)) return {{fmt::format("nightlatch rollback {}", plan.of_run), ""}};
  if (!screen.file.empty()) return {{fmt::format("nightlatch apply {}", screen.file), ""}};
  const std::string& playbook = screen.playbook.empty() ? plan.playbook.name : screen.playbook;
  return {{fmt::format("nightlatch apply -p {}", playbook), ""},
          {fmt::format("nightlatch plan -p {} --out PLAN", playbook), "a file to review"}};
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

void write_text(const PlanScreen& screen, Out& out) {
  const Plan& plan = screen.plan;
  write_head(screen, out);
  out.line();
  std::string_view head = "Exposure   ";
  for (const std::string& line : exposure_changes(plan)) {
    write_hanging(out, head, line);
    head = "           ";
  }
  write_order(plan, out);
  write_changes(screen, out);
  write_object_changes(screen, out);
  write_checks(plan, out);
  if (plan.changes_nothing()) {
    out.line();
    out.line("Nothing to change: every node is as planned.");
    return;
  }
  write_time(plan, out);
  if (screen.purpose == Purpose::to_review) write_next(out, next_steps(screen));
}

}  // namespace nightlatch::report
