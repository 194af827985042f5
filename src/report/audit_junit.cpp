#include <fmt/format.h>

#include "report/audit_formats.hpp"
#include "report/markup.hpp"

namespace nightlatch::report {

namespace {

using audit::Severity;

std::string case_of(std::string_view name, std::string_view kind, const std::vector<std::string>& lines) {
  std::string open =
      fmt::format(R"(  <testcase classname="nightlatch.audit" name="{}")", escaped_markup(name));
  if (lines.empty()) return open + "/>\n";
  std::string text;
  for (const std::string& line : lines) text += escaped_markup(line) + "\n";
  return fmt::format("{}>\n    <{} message=\"{}\">{}</{}>\n  </testcase>\n", open, kind,
                     escaped_markup(lines.front()), text, kind);
}

}  // namespace

std::string audit_junit(const AuditReport& report) {
  // With "never" nothing fails, but a severity that no row has is as good.
  auto threshold = audit::severity_named(report.fail_on);
  std::vector<std::vector<std::string>> findings(report.class_names.size());
  for (std::size_t i = 0; i < report.verdict.endpoints.size(); ++i) {
    const audit::Endpoint& row = report.verdict.endpoints[i];
    bool counts = threshold && row.severity != Severity::none && row.severity >= *threshold &&
                  (!report.news || report.news->endpoints[i]);
    if (counts)
      findings[row.request_class].push_back(fmt::format("{}: {} {} {}, {} requests, from {}",
                                                        audit::name(row.severity), row.verb, row.example,
                                                        audit::name(row.outcome), row.requests, row.source));
  }
  std::string cases;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    failures += findings[i].empty() ? 0U : 1U;
    cases += case_of(report.class_names[i], "failure", findings[i]);
  }
  cases += case_of("coverage", "error", report.verdict.too_little);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"nightlatch audit\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}</testsuite>\n",
      findings.size() + 1, failures, report.verdict.too_little.empty() ? 0 : 1, cases);
}

}  // namespace nightlatch::report
