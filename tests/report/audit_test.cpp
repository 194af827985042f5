// The audit's page word for word, and its other forms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/audit_formats.hpp"
#include "report/audit_sample.hpp"
#include "report/schema_check.hpp"
#include "report/screen.hpp"

namespace nightlatch::report {
namespace {

using samples::AuditSample;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

audit::News everything_is_new(const AuditReport& report) {
  audit::News news;
  news.endpoints.assign(report.verdict.endpoints.size(), false);
  news.endpoints[0] = true;
  news.sources.assign(report.verdict.sources.size(), true);
  news.risen = {{.request_class = 0,
                 .outcome = audit::Outcome::allowed,
                 .usual_per_hour = 60,
                 .per_hour = 1200,
                 .from_us = samples::audit_begins,
                 .to_us = samples::audit_begins + 7'200'000'000}};
  news.worst = audit::Severity::critical;
  return news;
}

AuditReport whole_report(const AuditSample& sample) {
  AuditReport report = sample.report();
  report.playbook = "health-only";
  report.what_if = sample.what_if({"/healthz", "/livez", "/readyz"});
  report.baseline = "usual.json";
  report.news = everything_is_new(report);
  return report;
}

TEST(AuditScreen, IsTheGolden) {
  AuditSample sample;
  expect_screen("audit", [&](Out& out) { write_text(sample.report(), out); });
}

TEST(AuditScreen, SinceABaselineAndWithAPlaybookIsTheGolden) {
  AuditSample sample;
  expect_screen("audit-what-if", [&](Out& out) { write_text(whole_report(sample), out); });
}

TEST(AuditScreen, HasBarsWhereTheTerminalShowsThem) {
  AuditSample sample;
  std::string text = screen(utf8(), [&](Out& out) { write_text(sample.report(), out); });
  EXPECT_THAT(text, HasSubstr("health, allowed"));
  EXPECT_THAT(text, HasSubstr("█"));
  EXPECT_THAT(screen(plain(), [&](Out& out) { write_text(sample.report(), out); }), Not(HasSubstr("█")));
}

TEST(AuditPage, DrawsItsBarsWithoutAScript) {
  AuditSample sample;
  std::string html = screen(plain(), [&](Out& out) { write_html(page_of(whole_report(sample)), out); });
  EXPECT_THAT(html, HasSubstr("<svg viewBox="));
  EXPECT_THAT(html, HasSubstr("<rect x="));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
  std::string markdown = screen(plain(), [&](Out& out) { write_markdown(page_of(sample.report()), out); });
  EXPECT_THAT(markdown, HasSubstr("] health, allowed\n"));
}

TEST(AuditJson, FitsItsSchemaWithEverythingInIt) {
  AuditSample sample;
  std::string document = audit_json(whole_report(sample));
  EXPECT_THAT(schema_faults(document), IsEmpty());
  auto json = nlohmann::json::parse(document);
  EXPECT_EQ(json["endpoints"][0]["new"], true);
  EXPECT_EQ(json["sinceBaseline"]["risen"][0]["perHour"], 1200);
  EXPECT_THAT(schema_faults(audit_json(sample.report())), IsEmpty());
}

TEST(AuditSarif, HasOneResultForEachEndpointWithASeverity) {
  AuditSample sample;
  AuditReport report = sample.report();
  report.verdict.too_little = {"a.gz: torn"};
  auto json = nlohmann::json::parse(audit_sarif(report));
  EXPECT_EQ(json["version"], "2.1.0");
  const auto& run = json["runs"][0];
  EXPECT_EQ(run["invocations"][0]["executionSuccessful"], false);
  EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"], "a.gz: torn");
  std::size_t severe = 0;
  for (const audit::Endpoint& row : report.verdict.endpoints)
    severe += row.severity == audit::Severity::none ? 0U : 1U;
  EXPECT_EQ(run["results"].size(), severe);
  EXPECT_EQ(run["results"][0]["ruleId"], "audit/secrets-read/allowed");
  EXPECT_EQ(run["results"][0]["level"], "error");
  EXPECT_EQ(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "audit.log");
  std::vector<std::string> rules;
  for (const auto& rule : run["tool"]["driver"]["rules"]) rules.push_back(rule["id"]);
  for (const auto& result : run["results"]) EXPECT_THAT(rules, Contains(result["ruleId"].get<std::string>()));
  EXPECT_FALSE(run["results"][0].contains("baselineState"));
  EXPECT_EQ(
      nlohmann::json::parse(audit_sarif(whole_report(sample)))["runs"][0]["results"][0]["baselineState"],
      "new");
}

TEST(AuditJunit, FailsTheClassesThatFailTheCommand) {
  AuditSample sample;
  AuditReport report = sample.report();
  std::string xml = audit_junit(report);
  EXPECT_THAT(
      xml,
      HasSubstr("<testcase classname=\"nightlatch.audit\" name=\"secrets-read\">\n    <failure message=\""
                "critical: get /api/v1/namespaces/prod/secrets allowed, 1 requests, from 203.0.113.9\">"));
  EXPECT_THAT(xml, HasSubstr("name=\"health\"/>"));
  EXPECT_THAT(xml, HasSubstr("name=\"coverage\"/>"));
  report.verdict.too_little = {"a < b & \"c\"\x1b"};
  report.fail_on = "never";
  xml = audit_junit(report);
  EXPECT_THAT(xml, HasSubstr("failures=\"0\" errors=\"1\""));
  EXPECT_THAT(xml, HasSubstr("<error message=\"a &lt; b &amp; &quot;c&quot;\\x1b\">"));
}

TEST(AuditPrometheus, CountsByClassAndOutcome) {
  AuditSample sample;
  std::string text = audit_prometheus(sample.report());
  EXPECT_THAT(text, HasSubstr("# TYPE nightlatch_audit_requests gauge\n"));
  EXPECT_THAT(text, HasSubstr("\nnightlatch_audit_requests{class=\"health\",outcome=\"allowed\"} 1440\n"));
  EXPECT_THAT(text, HasSubstr("\nnightlatch_audit_requests{class=\"secrets-read\",outcome=\"allowed\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nnightlatch_audit_worst_severity 5\n"));
  EXPECT_THAT(text, HasSubstr("\nnightlatch_audit_log_sufficient 1\n"));
  EXPECT_THAT(text, HasSubstr("\nnightlatch_audit_log_first_timestamp_seconds 1795255200\n"));
}

TEST(AuditRequest, IsOneLineWithoutItsQuery) {
  scan::Event event;
  event.uri = "/x\x1b[31m\n?access_token=geheim";
  event.verb = "get";
  event.last_ip = "10.0.0.5";
  event.received_us = samples::audit_begins + 7;
  audit::Endpoint endpoint{.request_class = 0, .shape = "/x", .outcome = audit::Outcome::allowed};
  audit::Source source{.place = audit::Place::private_network};
  std::string line = request_line({event, endpoint, source, audit::Severity::high}, {"health"});
  EXPECT_THAT(schema_faults(line), IsEmpty());
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_THAT(line, HasSubstr("\"time\":\"2026-11-21T10:00:00.000007Z\""));
  EXPECT_THAT(line, HasSubstr(R"("path":"/x\u001b[31m\n")"));
  EXPECT_THAT(line, Not(HasSubstr("geheim")));
}

}  // namespace
}  // namespace nightlatch::report
