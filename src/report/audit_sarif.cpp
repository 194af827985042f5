#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/audit_formats.hpp"
#include "report/json.hpp"
#include "util/hash.hpp"

namespace nightlatch::report {

namespace {

using audit::Severity;
using nlohmann::ordered_json;

// "error", "warning", "note" (SARIF 2.1.0, 3.27.10).
std::string_view level_of(Severity severity) {
  if (severity >= Severity::high) return "error";
  return severity == Severity::medium ? "warning" : "note";
}

// As GitHub's code scanning reads it: over 9 critical, over 7 high, over 4 medium.
std::string_view security_severity(Severity severity) {
  static constexpr std::array<std::string_view, 6> scores{"0.0", "1.0", "3.0", "6.0", "8.0", "9.5"};
  return scores[static_cast<std::size_t>(severity)];
}

std::string rule_id(const AuditReport& report, const audit::Endpoint& row) {
  return fmt::format("audit/{}/{}", report.class_names.at(row.request_class), audit::name(row.outcome));
}

ordered_json result_of(const AuditReport& report, std::size_t number) {
  const audit::Endpoint& row = report.verdict.endpoints[number];
  std::string rule = rule_id(report, row);
  ordered_json result;
  result["ruleId"] = rule;
  result["level"] = level_of(row.severity);
  result["message"]["text"] = fmt::format(
      "{} anonymous requests ({} {}) were {}, one of them from {}: {}", row.requests, row.verb, row.shape,
      audit::name(row.outcome), row.source.empty() ? "an unknown address" : row.source, row.example);
  ordered_json location;
  location["physicalLocation"]["artifactLocation"]["uri"] =
      report.logs.empty() ? "audit.log" : report.logs.front();
  result["locations"] = ordered_json::array({location});
  result["partialFingerprints"]["nightlatch/v1"] = sha256_hex(rule + " " + row.verb + " " + row.shape);
  if (report.news) result["baselineState"] = report.news->endpoints[number] ? "new" : "unchanged";
  result["properties"] = {{"severity", audit::name(row.severity)},
                          {"security-severity", security_severity(row.severity)},
                          {"requests", row.requests}};
  return result;
}

}  // namespace

std::string audit_sarif(const AuditReport& report) {
  ordered_json rules = ordered_json::object();
  ordered_json results = ordered_json::array();
  for (std::size_t i = 0; i < report.verdict.endpoints.size(); ++i) {
    const audit::Endpoint& row = report.verdict.endpoints[i];
    if (row.severity == Severity::none) continue;
    std::string id = rule_id(report, row);
    rules[id] = {
        {"id", id},
        {"shortDescription",
         {{"text", fmt::format("Anonymous requests of the class {} are {}",
                               report.class_names.at(row.request_class), audit::name(row.outcome))}}},
        {"fullDescription", {{"text", report.class_reasons.at(row.request_class)}}},
        {"properties", {{"security-severity", security_severity(row.severity)}, {"tags", {"security"}}}}};
    results.push_back(result_of(report, i));
  }
  ordered_json list = ordered_json::array();
  for (auto& [id, rule] : rules.items()) list.push_back(rule);
  ordered_json run;
  run["tool"]["driver"] = {{"name", "nightlatch"}, {"rules", std::move(list)}};
  // Whether "none" is worth something: the log may not be enough to judge.
  run["invocations"] = ordered_json::array({{{"executionSuccessful", report.verdict.too_little.empty()},
                                             {"toolExecutionNotifications", ordered_json::array()}}});
  for (const std::string& reason : report.verdict.too_little)
    run["invocations"][0]["toolExecutionNotifications"].push_back(
        {{"level", "error"}, {"message", {{"text", reason}}}});
  run["results"] = std::move(results);
  ordered_json sarif;
  sarif["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  sarif["version"] = "2.1.0";
  sarif["runs"] = ordered_json::array({std::move(run)});
  return dump(sarif);
}

}  // namespace nightlatch::report
