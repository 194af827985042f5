#include "report/plan_parts.hpp"

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "report/exposure_text.hpp"
#include "util/masked.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

void add_lines(char sign, DiffKind kind, std::string_view text, Diff& diff) {
  for (const std::string& line : lines_of(text)) diff.lines.push_back({kind, sign + masked(line)});
}

// Whether lines are added or taken away behind the end of another one, which stays.
bool begins_behind_a_line(std::string_view text) {
  return text.empty() || text.front() == '\n';
}

Grade grade_of(plan::PlanCheck::Grade grade) {
  switch (grade) {
    case plan::PlanCheck::Grade::ok:
      return Grade::ok;
    case plan::PlanCheck::Grade::warning:
      return Grade::warning;
    case plan::PlanCheck::Grade::unknown:
      break;
  }
  return Grade::unknown;
}

}  // namespace

Diff diff_of_splices(const std::vector<manifest::Splice>& splices,
                     const std::vector<manifest::Splice>& undo) {
  Diff diff;
  for (std::size_t i = 0; i < splices.size(); ++i) {
    const manifest::Splice& splice = splices[i];
    std::string_view old = i < undo.size() ? std::string_view(undo[i].text) : std::string_view();
    std::string_view fresh = splice.text;
    if (begins_behind_a_line(old) && begins_behind_a_line(fresh)) {
      old.remove_prefix(old.empty() ? 0 : 1);
      fresh.remove_prefix(fresh.empty() ? 0 : 1);
    }
    diff.lines.push_back({DiffKind::hunk, fmt::format("@@ byte {}: {}", splice.begin, splice.reason)});
    add_lines('-', DiffKind::removed, old, diff);
    add_lines('+', DiffKind::added, fresh, diff);
  }
  return diff;
}

std::string turn_text(const plan::Plan::ObjectTurn& turn, std::size_t changing_nodes) {
  if (turn.after_manifests == 0) return "before the first node";
  if (turn.after_manifests == changing_nodes) return "after the last node";
  return fmt::format("after {}", count(turn.after_manifests, "node"));
}

Check check_of(const plan::PlanCheck& check) {
  Check shown{grade_of(check.grade), check.code, {}, check.text, {}, {}};
  std::vector<std::string> about;
  for (const std::string* part : {&check.subject.node, &check.subject.object, &check.subject.path}) {
    if (!part->empty()) about.push_back(*part);
  }
  shown.subject = join(about, ", ");
  if (const ErrorCode* row = plan_checks::find(check.code); row != nullptr) {
    shown.why = row->why;
    shown.advice = row->next;
  }
  return shown;
}

}  // namespace nightlatch::report
