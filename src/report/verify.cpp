#include "report/verify.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "report/table.hpp"

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

Cell answer_cell(const CheckResult* answer) {
  if (answer == nullptr) return {"-"};
  switch (answer->verdict()) {
    case Verdict::unknown:
      return {"?", Color::yellow};
    case Verdict::contradiction:
      return {fmt::format("{}", answer->seen.status), Color::red};
    case Verdict::as_planned:
      return {fmt::format("{}", answer->seen.status), Color::green};
    case Verdict::reported:
      break;
  }
  return {fmt::format("{}", answer->seen.status)};
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

void write_matrix(const VerifyReport& report, Detail detail, Out& out) {
  std::vector<std::string> header{""};
  header.insert(header.end(), report.columns.begin(), report.columns.end());
  Table table(header);
  std::size_t hidden = 0;
  for (const Row& row : rows_of(report)) {
    if (detail == Detail::brief && !worth_showing(row)) {
      ++hidden;
      continue;
    }
    std::vector<Cell> cells{{question_text(row.question)}};
    for (const CheckResult* answer : row.answers) cells.push_back(answer_cell(answer));
    cells.push_back({remark(row), has(row, Verdict::contradiction) ? Color::red : Color::none});
    table.row(std::move(cells));
  }
  table.write(out);
  if (hidden > 0) out.line(fmt::format("... {} more, all as planned: -v", hidden));
}

void write_unknown(const VerifyReport& report, Out& out) {
  std::set<std::string> told;
  for (const CheckResult& check : report.matrix.checks) {
    if (check.verdict() != Verdict::unknown) continue;
    std::string line = fmt::format("{}: {} ({})", check.node, check.seen.why, check.seen.asked_from);
    if (told.insert(line).second) write_hanging(out, "?   ", line, Color::yellow);
  }
}

void write_verdict(const VerifyReport& report, Out& out) {
  const verify::Matrix& matrix = report.matrix;
  std::size_t contradictions = matrix.count(Verdict::contradiction);
  std::size_t unknown = matrix.count(Verdict::unknown);
  std::size_t judged = matrix.checks.size() - matrix.count(Verdict::reported);
  if (contradictions > 0) {
    out.line(fmt::format("{}   {} of {} contradict what is expected (NL7001)", out.paint(Color::red, "x"),
                         contradictions, judged));
  }
  if (unknown > 0 || !report.unread.empty()) {
    out.line(
        fmt::format("{}   {} got no answer (NL7002): neither open nor closed", out.paint(Color::yellow, "?"),
                    unknown > 0 ? count(unknown, "question") : count(report.unread.size(), "API server")));
  }
  if (matrix.ok() && report.unread.empty() && judged > 0) {
    out.line(fmt::format("{}   {} of {}", out.paint(Color::green, "ok"), judged, judged));
  }
}

}  // namespace

void write_text(const VerifyReport& report, Detail detail, Out& out) {
  std::string expected = report.playbook.empty() ? "as the manifests say" : report.playbook;
  write_header(out, report.cluster, expected);
  out.line();
  write_matrix(report, detail, out);
  out.line();
  write_unknown(report, out);
  for (const Error& error : report.unread) {
    write_hanging(out, "?   ", fmt::format("{} ({})", error.message, code_name(error.code.number)),
                  Color::yellow);
  }
  for (const Error& error : report.findings) {
    write_hanging(out, "x   ", fmt::format("{} ({})", error.message, code_name(error.code.number)),
                  Color::red);
  }
  if (!report.loaded.empty()) write_hanging(out, "", report.loaded);
  write_verdict(report, out);
  if (is_ok(report)) return;
  out.line();
  write_next(out, {{"nightlatch detect", "what the manifests say, and what differs"}});
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
