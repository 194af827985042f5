#include "report/verify.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "verify/errors.hpp"

namespace nightlatch::report {

namespace {

using facts::Expectation;
using verify::CheckResult;
using verify::Verdict;

// One question to everybody.
struct Row {
  Expectation question;
  std::vector<const CheckResult*> answers;  // by column; nullptr: not asked
};

std::vector<Row> rows_of(const VerifyReport& report) {
  std::vector<Row> rows;
  for (const CheckResult& check : report.matrix.checks) {
    auto same = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
      return row.question.method == check.question.method && row.question.path == check.question.path &&
             row.question.credentials == check.question.credentials;
    });
    if (same == rows.end()) same = rows.insert(rows.end(), Row{check.question, {}});
    same->answers.resize(report.columns.size());
    auto column = std::find(report.columns.begin(), report.columns.end(), check.node);
    if (column != report.columns.end())
      same->answers[static_cast<std::size_t>(column - report.columns.begin())] = &check;
  }
  return rows;
}

bool has(const Row& row, Verdict verdict) {
  return std::any_of(row.answers.begin(), row.answers.end(), [&](const CheckResult* answer) {
    return answer != nullptr && answer->verdict() == verdict;
  });
}

bool worth_showing(const Row& row) {
  return has(row, Verdict::contradiction) || has(row, Verdict::unknown) ||
         row.question.purpose != facts::Purpose::must_be_closed;
}

bool is_ok(const VerifyReport& report) {
  return report.matrix.ok() && report.unread.empty() && report.findings.empty() &&
         !report.matrix.checks.empty();
}

std::string question_text(const Expectation& question) {
  std::string with = question.credentials == facts::Credentials::admin ? " (admin)" : "";
  return fmt::format("{} {}{}", question.method, question.path, with);
}

Text answer_cell(const CheckResult* answer) {
  if (answer == nullptr) return "-";
  std::string status = fmt::format("{}", answer->seen.status);
  switch (answer->verdict()) {
    case Verdict::unknown:
      return {"?", Tone::warning};
    case Verdict::contradiction:
      return {std::move(status), Tone::bad};
    case Verdict::as_planned:
      return {std::move(status), Tone::ok};
    case Verdict::reported:
      break;
  }
  return status;
}

std::string remark(const Row& row) {
  for (const CheckResult* answer : row.answers) {
    if (answer == nullptr) continue;
    if (answer->verdict() == Verdict::contradiction) {
      return fmt::format("x wanted {}", fmt::join(answer->question.expected, " or "));
    }
    if (answer->verdict() == Verdict::unknown) return "? no answer";
    if (std::string note = answer->note(); !note.empty()) return note;
  }
  if (row.question.purpose != facts::Purpose::stays_open) return "";
  bool forbidden = std::any_of(row.answers.begin(), row.answers.end(), [](const CheckResult* answer) {
    return answer != nullptr && answer->seen.status == 403;
  });
  return forbidden ? "anonymous, refused by RBAC" : "open, as planned";
}

Section matrix_section(const VerifyReport& report, Detail detail) {
  Table table{{""}, {}};
  table.header.insert(table.header.end(), report.columns.begin(), report.columns.end());
  std::size_t hidden = 0;
  for (const Row& row : rows_of(report)) {
    if (detail == Detail::brief && !worth_showing(row)) {
      ++hidden;
      continue;
    }
    std::vector<Text> cells{exact(question_text(row.question))};
    for (const CheckResult* answer : row.answers) cells.push_back(answer_cell(answer));
    cells.emplace_back(remark(row), has(row, Verdict::contradiction) ? Tone::bad : Tone::plain);
    table.rows.push_back(std::move(cells));
  }
  Section section{{std::move(table)}};
  if (hidden > 0)
    section.blocks.emplace_back(Paragraph{fmt::format("... {} more, all as planned: -v", hidden)});
  return section;
}

void add_unknown(const VerifyReport& report, Section& section) {
  std::set<std::string> told;
  for (const CheckResult& check : report.matrix.checks) {
    if (check.verdict() != Verdict::unknown) continue;
    std::string line = fmt::format("{}: {} ({})", check.node, check.seen.why, check.seen.asked_from);
    if (told.insert(line).second)
      section.blocks.emplace_back(Check{Grade::unknown, 0, {}, std::move(line), {}, {}});
  }
}

Check of_code(Grade grade, const ErrorCode& code, std::string text) {
  return {grade, code.number, {}, std::move(text), std::string(code.why), std::string(code.next)};
}

void add_verdict(const VerifyReport& report, Section& section) {
  const verify::Matrix& matrix = report.matrix;
  std::size_t contradictions = matrix.count(Verdict::contradiction);
  std::size_t unknown = matrix.count(Verdict::unknown);
  std::size_t judged = matrix.checks.size() - matrix.count(Verdict::reported);
  if (contradictions > 0) {
    section.blocks.emplace_back(
        of_code(Grade::bad, verify_errors::contradiction,
                fmt::format("{} of {} contradict what is expected", contradictions, judged)));
  }
  if (unknown > 0 || !report.unread.empty()) {
    section.blocks.emplace_back(of_code(
        Grade::unknown, verify_errors::not_seen,
        fmt::format("{} got no answer: neither open nor closed",
                    unknown > 0 ? count(unknown, "question") : count(report.unread.size(), "API server"))));
  }
  if (matrix.ok() && report.unread.empty() && judged > 0) {
    section.blocks.emplace_back(Check{Grade::ok, 0, {}, fmt::format("{} of {}", judged, judged), {}, {}});
  }
}

}  // namespace

Page page_of(const VerifyReport& report, Detail detail) {
  Page page{fmt::format("Verification of {}", report.cluster.name), {}};
  std::string expected = report.playbook.empty() ? "as the manifests say" : report.playbook;
  page.add({{headline_of(report.cluster, expected)}});
  page.add(matrix_section(report, detail));
  Section section;
  add_unknown(report, section);
  for (const Error& error : report.unread) section.blocks.emplace_back(check_of(error, Grade::unknown));
  for (const Error& error : report.findings) section.blocks.emplace_back(check_of(error, Grade::bad));
  if (!report.loaded.empty()) section.blocks.emplace_back(Paragraph{report.loaded});
  add_verdict(report, section);
  page.add(std::move(section));
  if (!is_ok(report))
    page.add({{Commands{{{"nightlatch detect", "what the manifests say, and what differs"}}}}});
  return page;
}

std::string verify_json(const VerifyReport& report) {
  using nlohmann::ordered_json;
  ordered_json json;
  json["schema"] = "nightlatch.dev/verify/v1";
  json["cluster"] = {
      {"name", report.cluster.name}, {"endpoint", report.cluster.endpoint}, {"uid", report.cluster.uid}};
  json["playbook"] = report.playbook;
  json["ok"] = is_ok(report);
  json["checks"] = ordered_json::array();
  for (const CheckResult& check : report.matrix.checks) {
    ordered_json entry;
    entry["node"] = check.node;
    entry["address"] = check.address;
    entry["method"] = check.question.method;
    entry["path"] = check.question.path;
    entry["credentials"] = check.question.credentials == facts::Credentials::none ? "none" : "admin";
    entry["expected"] = check.question.expected;
    entry["seen"] = check.seen.status;
    entry["ok"] = check.verdict() == Verdict::as_planned || check.verdict() == Verdict::reported;
    entry["verdict"] = verify::name(check.verdict());
    entry["place"] = check.seen.asked_from;
    if (!check.seen.why.empty()) entry["why"] = check.seen.why;
    json["checks"].push_back(std::move(entry));
  }
  json["findings"] = ordered_json::array();
  for (const Error& error : report.findings) json["findings"].push_back(to_json(error));
  json["unread"] = ordered_json::array();
  for (const Error& error : report.unread) json["unread"].push_back(to_json(error));
  return dump(json);
}

}  // namespace nightlatch::report
