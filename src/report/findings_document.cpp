#include "report/findings_document.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "report/markup.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;

std::string_view level_of(std::string_view severity) {
  if (severity == "critical" || severity == "high") return "error";
  if (severity == "medium") return "warning";
  return severity == "low" ? "note" : "none";
}

// What code scanning sorts by: a score of CVSS for each severity.
std::string_view score_of(std::string_view severity) {
  if (severity == "critical") return "9.5";
  if (severity == "high") return "8.0";
  if (severity == "medium") return "5.5";
  return severity == "low" ? "2.0" : "0.0";
}

ordered_json rules_of(const FindingsDocument& document) {
  ordered_json rules = ordered_json::array();
  std::set<int> told;
  for (const DocumentedFinding& finding : document.findings) {
    if (!told.insert(finding.code.number).second) continue;
    rules.push_back({{"id", code_name(finding.code.number)},
                     {"shortDescription", {{"text", std::string(finding.code.title)}}},
                     {"fullDescription", {{"text", std::string(finding.code.why)}}},
                     {"help", {{"text", std::string(finding.code.next)}}},
                     {"properties", {{"security-severity", std::string(score_of(finding.severity))}}}});
  }
  return rules;
}

}  // namespace

std::string sarif(const FindingsDocument& document) {
  ordered_json results = ordered_json::array();
  for (const DocumentedFinding& finding : document.findings) {
    ordered_json location;
    location["physicalLocation"] = {{"artifactLocation", {{"uri", document.source}}}};
    location["logicalLocations"] =
        ordered_json::array({ordered_json{{"fullyQualifiedName", finding.subject}, {"kind", "resource"}}});
    results.push_back(
        {{"ruleId", code_name(finding.code.number)},
         {"level", std::string(level_of(finding.severity))},
         {"message", {{"text", finding.message}}},
         {"locations", ordered_json::array({std::move(location)})},
         {"partialFingerprints", {{"subject/v1", code_name(finding.code.number) + " " + finding.subject}}}});
  }
  ordered_json driver{{"name", "nightlatch"}, {"version", document.version}, {"rules", rules_of(document)}};
  ordered_json run{{"tool", {{"driver", std::move(driver)}}}, {"results", std::move(results)}};
  return dump({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
               {"version", "2.1.0"},
               {"runs", ordered_json::array({std::move(run)})}});
}

std::string junit(const FindingsDocument& document) {
  auto failures = std::count_if(document.findings.begin(), document.findings.end(),
                                [](const DocumentedFinding& finding) { return finding.counts; });
  std::size_t tests = document.findings.size() + document.clean.size();
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">\n",
      escaped_markup(document.command), tests, failures);
  for (const DocumentedFinding& finding : document.findings) {
    std::string code = code_name(finding.code.number);
    out += fmt::format("    <testcase classname=\"{}\" name=\"{} {}\">\n", escaped_markup(document.source),
                       code, escaped_markup(finding.subject));
    std::string_view element = finding.counts ? "failure" : "system-out";
    std::string attributes = finding.counts
                                 ? fmt::format(R"( type="{}" message="{}")", escaped_markup(finding.severity),
                                               escaped_markup(finding.message))
                                 : "";
    out += fmt::format("      <{0}{1}>{2}. {3}</{0}>\n    </testcase>\n", element, attributes,
                       escaped_markup(finding.message), escaped_markup(finding.code.next));
  }
  for (const std::string& subject : document.clean)
    out += fmt::format("    <testcase classname=\"{}\" name=\"{}\"/>\n", escaped_markup(document.source),
                       escaped_markup(subject));
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace nightlatch::report
