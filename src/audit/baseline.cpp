#include "audit/baseline.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "audit/errors.hpp"
#include "util/whole_json.hpp"

namespace nightlatch::audit {

namespace {

constexpr std::string_view schema = "nightlatch.dev/baseline/v1";
constexpr std::int64_t hour_us = 3'600'000'000;
constexpr std::uint64_t risen_by = 2;         // times the usual rate
constexpr std::uint64_t least_requests = 10;  // of a rise

std::string endpoint_name(const Endpoint& row, const Taxonomy& taxonomy) {
  return fmt::format("{} {} {} {}", taxonomy.classes[row.request_class].name, name(row.outcome), row.verb,
                     row.shape);
}

std::string rate_name(std::size_t request_class, Outcome outcome, const Taxonomy& taxonomy) {
  return fmt::format("{} {}", taxonomy.classes[request_class].name, name(outcome));
}

std::set<std::string> class_names(const Source& source, const Taxonomy& taxonomy) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < taxonomy.classes.size(); ++i) {
    if ((source.classes >> i & 1) != 0) names.insert(taxonomy.classes[i].name);
  }
  return names;
}

bool is_new(const Source& source, const Taxonomy& taxonomy, const Baseline& baseline) {
  auto known = baseline.sources.find(source.address);
  if (known == baseline.sources.end()) return true;
  std::set<std::string> now = class_names(source, taxonomy);
  return !std::includes(known->second.begin(), known->second.end(), now.begin(), now.end());
}

// The longest stretch of time in which every bar is above `per_hour`.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint64_t requests = 0;
};

Stretch longest_above(const Histogram& histogram, std::uint64_t per_hour) {
  Stretch longest;
  Stretch now;
  const auto& counts = histogram.counts();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    auto rate =
        counts[i] * static_cast<std::uint64_t>(hour_us) / static_cast<std::uint64_t>(histogram.width_us());
    if (rate <= per_hour) {
      now = {i + 1, i + 1, 0};
      continue;
    }
    now = {now.begin, i + 1, now.requests + counts[i]};
    if (now.end - now.begin > longest.end - longest.begin) longest = now;
  }
  return longest;
}

Severity severity_of(const Verdict& verdict, std::size_t request_class, Outcome outcome) {
  Severity worst = Severity::none;
  for (const Endpoint& row : verdict.endpoints) {
    if (row.request_class == request_class && row.outcome == outcome) worst = std::max(worst, row.severity);
  }
  return worst;
}

std::vector<Rise> rises(const Verdict& verdict, const Histograms& histograms, const Taxonomy& taxonomy,
                        const Baseline& baseline) {
  std::vector<Rise> found;
  std::int64_t covered = std::max(baseline.to_us - baseline.from_us, hour_us);
  for (const auto& [key, histogram] : histograms) {
    auto usual = baseline.requests.find(rate_name(key.first, key.second, taxonomy));
    if (usual == baseline.requests.end() || histogram.empty()) continue;  // new endpoints tell of it
    auto per_hour = static_cast<std::uint64_t>(static_cast<double>(usual->second) *
                                               static_cast<double>(hour_us) / static_cast<double>(covered));
    Stretch stretch = longest_above(histogram, per_hour * risen_by);
    std::int64_t lasts = static_cast<std::int64_t>(stretch.end - stretch.begin) * histogram.width_us();
    if (lasts < hour_us || stretch.requests < least_requests) continue;
    Rise rise{.request_class = key.first, .outcome = key.second};
    rise.severity = severity_of(verdict, key.first, key.second);
    rise.usual_per_hour = per_hour;
    rise.per_hour = static_cast<std::uint64_t>(static_cast<double>(stretch.requests) *
                                               static_cast<double>(hour_us) / static_cast<double>(lasts));
    rise.from_us = histogram.from_us() + static_cast<std::int64_t>(stretch.begin) * histogram.width_us();
    rise.to_us = rise.from_us + lasts;
    found.push_back(rise);
  }
  return found;
}

Baseline read(const nlohmann::json& json) {
  Baseline baseline;
  baseline.from_us = json.at("fromMicroseconds").get<std::int64_t>();
  baseline.to_us = json.at("toMicroseconds").get<std::int64_t>();
  baseline.whole = json.at("whole").get<bool>();
  for (const auto& row : json.at("requests"))
    baseline.requests[row.at("kind").get<std::string>()] = row.at("requests").get<std::uint64_t>();
  baseline.endpoints = json.at("endpoints").get<std::set<std::string>>();
  for (const auto& row : json.at("sources"))
    baseline.sources[row.at("address").get<std::string>()] = row.at("classes").get<std::set<std::string>>();
  return baseline;
}

}  // namespace

Baseline baseline_of(const Verdict& verdict, const Taxonomy& taxonomy, const scan::Coverage& coverage) {
  Baseline baseline;
  baseline.from_us = coverage.first_us;
  baseline.to_us = coverage.last_us;
  baseline.whole = !verdict.truncated;
  for (const Endpoint& row : verdict.endpoints) {
    baseline.endpoints.insert(endpoint_name(row, taxonomy));
    baseline.requests[rate_name(row.request_class, row.outcome, taxonomy)] += row.requests;
  }
  for (const Source& row : verdict.sources) baseline.sources[row.address] = class_names(row, taxonomy);
  return baseline;
}

std::string to_json(const Baseline& baseline) {
  nlohmann::ordered_json json;
  json["schema"] = schema;
  json["fromMicroseconds"] = baseline.from_us;
  json["toMicroseconds"] = baseline.to_us;
  json["whole"] = baseline.whole;
  json["requests"] = nlohmann::ordered_json::array();
  for (const auto& [kind, requests] : baseline.requests)
    json["requests"].push_back({{"kind", kind}, {"requests", requests}});
  json["endpoints"] = baseline.endpoints;
  json["sources"] = nlohmann::ordered_json::array();
  for (const auto& [address, classes] : baseline.sources)
    json["sources"].push_back({{"address", address}, {"classes", classes}});
  // What a client sent may be no UTF-8: it is replaced.
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<Baseline> parse_baseline(std::string_view json, std::string_view file) {
  try {
    nlohmann::json value = parse_whole_json(json);
    if (value.is_object() && value.value("schema", "") == schema) return read(value);
    return fail(audit_errors::bad_baseline, fmt::format("{}: it is no {}", file, schema));
  } catch (const nlohmann::json::exception& exception) {
    return fail(audit_errors::bad_baseline, fmt::format("{}: {}", file, exception.what()));
  }
}

News news_of(const Verdict& verdict, const Histograms& histograms, const Taxonomy& taxonomy,
             const Baseline& baseline) {
  News news;
  news.whole = baseline.whole;
  for (const Endpoint& row : verdict.endpoints) {
    news.endpoints.push_back(baseline.endpoints.count(endpoint_name(row, taxonomy)) == 0);
    if (news.endpoints.back()) news.worst = std::max(news.worst, row.severity);
  }
  for (const Source& row : verdict.sources) {
    news.sources.push_back(is_new(row, taxonomy, baseline));
    if (news.sources.back()) news.worst = std::max(news.worst, row.severity);
  }
  news.risen = rises(verdict, histograms, taxonomy, baseline);
  for (const Rise& rise : news.risen) news.worst = std::max(news.worst, rise.severity);
  return news;
}

}  // namespace nightlatch::audit
