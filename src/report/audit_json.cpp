#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/audit.hpp"
#include "report/json.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;

std::string json_time(std::int64_t us) {
  return us == 0 ? "" : utc_timestamp(std::chrono::system_clock::time_point(std::chrono::microseconds(us)));
}

void add_times(const audit::Times& times, ordered_json& entry) {
  entry["first"] = json_time(times.first_us);
  entry["last"] = json_time(times.last_us);
}

ordered_json to_json(const audit::Endpoint& row, const AuditReport& report) {
  ordered_json entry;
  entry["class"] = report.class_names.at(row.request_class);
  entry["template"] = row.shape;
  entry["verb"] = row.verb;
  entry["outcome"] = audit::name(row.outcome);
  entry["requests"] = row.requests;
  entry["severity"] = audit::name(row.severity);
  entry["example"] = row.example;
  entry["source"] = row.source;
  entry["userAgent"] = row.agent;
  entry["reason"] = row.binding;
  entry["places"] = ordered_json::object();
  for (std::size_t i = 0; i < row.by_place.size(); ++i) {
    if (row.by_place[i] > 0) entry["places"][std::string(audit::place_names[i])] = row.by_place[i];
  }
  add_times(row.times, entry);
  return entry;
}

ordered_json to_json(const audit::Source& row, const AuditReport& report) {
  ordered_json entry;
  entry["address"] = row.address;
  entry["place"] = audit::name(row.place);
  entry["requests"] = row.requests;
  for (std::size_t i = 0; i < row.by_outcome.size(); ++i)
    entry[std::string(audit::outcome_names[i])] = row.by_outcome[i];
  entry["classes"] = ordered_json::array();
  for (std::size_t i = 0; i < report.class_names.size(); ++i) {
    if ((row.classes >> i & 1) != 0) entry["classes"].push_back(report.class_names[i]);
  }
  entry["severity"] = audit::name(row.severity);
  entry["sweep"] = audit::is_sweep(row);
  entry["behavesLike"] = row.behaves_like;
  entry["forwarded"] = row.forwarded;
  entry["userAgent"] = row.agent;
  add_times(row.times, entry);
  return entry;
}

ordered_json to_json(const audit::Caller& row, const AuditReport& report) {
  ordered_json entry;
  entry["path"] = row.path;
  entry["class"] = report.class_names.at(row.request_class);
  entry["verb"] = row.verb;
  entry["address"] = row.address;
  entry["place"] = audit::name(row.place);
  entry["userAgent"] = row.agent;
  entry["requests"] = row.requests;
  entry["severity"] = audit::name(row.severity);
  add_times(row.times, entry);
  return entry;
}

ordered_json spans_json(const std::vector<scan::TimeSpan>& spans) {
  ordered_json list = ordered_json::array();
  for (const scan::TimeSpan& span : spans)
    list.push_back({{"from", json_time(span.from_us)}, {"to", json_time(span.to_us)}});
  return list;
}

ordered_json coverage_json(const AuditReport& report) {
  const scan::Coverage& seen = report.coverage;
  ordered_json json;
  json["enough"] = report.verdict.too_little.empty();
  json["tooLittle"] = report.verdict.too_little;
  json["blindSpots"] = report.verdict.blind_spots;
  json["from"] = json_time(seen.first_us);
  json["to"] = json_time(seen.last_us);
  if (report.verdict.covered_percent) json["percent"] = *report.verdict.covered_percent;
  json["gaps"] = ordered_json::array();
  for (const auto& [family, one] : seen.families) {
    for (ordered_json& gap : spans_json(one.gaps)) {
      gap["log"] = family;
      json["gaps"].push_back(std::move(gap));
    }
  }
  json["files"] = seen.files;
  json["bytes"] = seen.bytes;
  json["lines"] = seen.lines;
  json["events"] = seen.events;
  json["skipped"] = seen.skipped;
  json["checked"] = seen.checked;
  json["other"] = seen.other;
  json["malformed"] = seen.malformed;
  json["torn"] = seen.torn;
  json["tooLong"] = seen.too_long;
  json["outside"] = seen.outside;
  json["unfinished"] = seen.unfinished;
  json["formats"] = ordered_json::object();
  for (const auto& [wrapping, events] : seen.wrappings) json["formats"][wrapping] = events;
  json["notes"] = seen.notes;
  json["damaged"] = seen.damaged;
  return json;
}

ordered_json what_if_json(const AuditReport& report) {
  ordered_json json;
  json["playbook"] = report.playbook;
  json["complete"] = report.what_if->complete;
  json["breaks"] = ordered_json::array();
  for (const audit::Caller& caller : report.what_if->breaks)
    json["breaks"].push_back(to_json(caller, report));
  json["stays"] = ordered_json::array();
  for (const audit::Caller& caller : report.what_if->stays) json["stays"].push_back(to_json(caller, report));
  json["missingPaths"] = ordered_json::array();
  for (const audit::MissingPath& path : report.what_if->missing_paths)
    json["missingPaths"].push_back({{"path", path.path},
                                    {"class", report.class_names.at(path.request_class)},
                                    {"severity", audit::name(path.severity)},
                                    {"callers", path.callers},
                                    {"requests", path.requests}});
  return json;
}

ordered_json news_json(const AuditReport& report) {
  const audit::News& news = *report.news;
  ordered_json json;
  json["baseline"] = report.baseline;
  json["whole"] = news.whole;
  json["worst"] = audit::name(news.worst);
  json["risen"] = ordered_json::array();
  for (const audit::Rise& rise : news.risen)
    json["risen"].push_back({{"class", report.class_names.at(rise.request_class)},
                             {"outcome", audit::name(rise.outcome)},
                             {"severity", audit::name(rise.severity)},
                             {"usualPerHour", rise.usual_per_hour},
                             {"perHour", rise.per_hour},
                             {"from", json_time(rise.from_us)},
                             {"to", json_time(rise.to_us)}});
  return json;
}

}  // namespace

std::string audit_json(const AuditReport& report) {
  const audit::Totals& totals = report.verdict.totals;
  ordered_json json;
  json["schema"] = "nightlatch.dev/audit/v1";
  json["logs"] = report.logs;
  json["taxonomy"] = report.taxonomy_version;
  json["requests"] = {{"total", totals.all()},
                      {"allowed", totals.of(audit::Outcome::allowed)},
                      {"forbidden", totals.of(audit::Outcome::forbidden)},
                      {"unauthenticated", totals.of(audit::Outcome::unauthenticated)},
                      {"other", totals.of(audit::Outcome::other)}};
  json["impersonated"] = totals.posing;
  json["severities"] = ordered_json::object();
  for (std::size_t i = 0; i < totals.by_severity.size(); ++i)
    json["severities"][std::string(audit::severity_names[i])] = totals.by_severity[i];
  json["worst"] = audit::name(report.verdict.worst);
  json["failOn"] = report.fail_on;
  json["endpoints"] = ordered_json::array();
  for (const audit::Endpoint& row : report.verdict.endpoints)
    json["endpoints"].push_back(to_json(row, report));
  json["sources"] = ordered_json::array();
  for (const audit::Source& row : report.verdict.sources) json["sources"].push_back(to_json(row, report));
  if (report.news) {
    for (std::size_t i = 0; i < json["endpoints"].size(); ++i)
      json["endpoints"][i]["new"] = static_cast<bool>(report.news->endpoints[i]);
    for (std::size_t i = 0; i < json["sources"].size(); ++i)
      json["sources"][i]["new"] = static_cast<bool>(report.news->sources[i]);
    json["sinceBaseline"] = news_json(report);
  }
  json["allowList"] = ordered_json::array();
  for (std::size_t i = 0; i < report.allowed.size(); ++i) {
    const audit::AllowEntry& entry = report.allowed[i];
    json["allowList"].push_back({{"path", entry.path},
                                 {"from", entry.from},
                                 {"owner", entry.owner},
                                 {"reason", entry.reason},
                                 {"expires", entry.expires},
                                 {"expired", entry.expired},
                                 {"requests", report.answered_for.at(i)}});
  }
  json["truncated"] = report.verdict.truncated;
  json["merged"] = report.verdict.merged;
  if (report.what_if) json["whatIf"] = what_if_json(report);
  json["coverage"] = coverage_json(report);
  return dump(json);
}

}  // namespace nightlatch::report
