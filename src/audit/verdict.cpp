#include "audit/verdict.hpp"

#include <algorithm>
#include <bit>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

namespace nightlatch::audit {

namespace {

constexpr int least_covered_percent = 90;
constexpr std::uint64_t most_malformed_per_thousand = 10;

std::uint64_t stage_count(const scan::Coverage& coverage, scan::Stage stage) {
  return coverage.stages[static_cast<std::size_t>(stage)];
}

std::vector<Endpoint> sorted_endpoints(const Tally& tally) {
  std::vector<Endpoint> rows = tally.endpoints();
  std::sort(rows.begin(), rows.end(), [](const Endpoint& a, const Endpoint& b) {
    return std::tuple(b.severity, b.requests, a.shape, a.verb, a.outcome) <
           std::tuple(a.severity, a.requests, b.shape, b.verb, b.outcome);
  });
  return rows;
}

std::vector<Source> sorted_sources(const Tally& tally) {
  std::vector<Source> rows = tally.sources();
  for (Source& row : rows) {
    if (is_sweep(row)) row.severity = raised(row.severity);
  }
  std::sort(rows.begin(), rows.end(), [](const Source& a, const Source& b) {
    return std::tuple(b.severity, b.requests, a.address) < std::tuple(a.severity, a.requests, b.address);
  });
  return rows;
}

Severity worst_of(const Totals& totals, const std::vector<Source>& sources) {
  Severity worst = Severity::none;
  for (std::size_t i = 0; i < totals.by_severity.size(); ++i) {
    if (totals.by_severity[i] > 0) worst = static_cast<Severity>(i);
  }
  for (const Source& source : sources) worst = std::max(worst, source.severity);
  return worst;
}

std::optional<int> covered_percent(const scan::Coverage& coverage, const AskedTime& asked) {
  bool bounded = asked.since_us != AskedTime{}.since_us || asked.until_us != AskedTime{}.until_us;
  if (!bounded) return std::nullopt;
  std::int64_t from = asked.since_us == AskedTime{}.since_us ? coverage.first_us : asked.since_us;
  std::int64_t to =
      asked.until_us == AskedTime{}.until_us ? std::max(coverage.last_us, from) : asked.until_us;
  scan::TimeSpans all(1);
  for (const auto& [family, seen] : coverage.families) {
    for (const scan::TimeSpan& span : seen.spans) all.add(span);
  }
  std::int64_t covered = 0;
  for (const scan::TimeSpan& span : all.spans())
    covered += std::max<std::int64_t>(0, std::min(span.to_us, to) - std::max(span.from_us, from));
  if (to <= from) return 0;
  return static_cast<int>(covered * 100 / (to - from));
}

std::vector<std::string> reasons_for_too_little(const scan::Coverage& coverage, std::optional<int> percent) {
  std::vector<std::string> reasons;
  bool any_event = coverage.events > 0 || (coverage.skipped > 0 && coverage.first_us != 0);
  if (!any_event) {
    reasons.push_back(
        fmt::format("no audit event was found in {} bytes and {} lines", coverage.bytes, coverage.lines));
    return reasons;
  }
  for (const std::string& damage : coverage.damaged) reasons.push_back(damage);
  if (coverage.too_long > 0)
    reasons.push_back(fmt::format("{} lines are longer than 4 MiB and were not read", coverage.too_long));
  if (coverage.malformed * 1000 > coverage.lines * most_malformed_per_thousand)
    reasons.push_back(fmt::format("{} of {} lines are damaged JSON", coverage.malformed, coverage.lines));
  if (percent && *percent < least_covered_percent)
    reasons.push_back(fmt::format("the log tells of {} % of the time that was asked about", *percent));
  bool only_beginnings = stage_count(coverage, scan::Stage::request_received) > 0 &&
                         stage_count(coverage, scan::Stage::response_complete) == 0 &&
                         stage_count(coverage, scan::Stage::response_started) == 0;
  if (only_beginnings)
    reasons.emplace_back("the log has only the stage RequestReceived, which tells no outcome");
  return reasons;
}

bool has_class(const Tally& tally, const Taxonomy& taxonomy, std::string_view name) {
  for (const auto& [key, histogram] : tally.histograms()) {
    if (taxonomy.classes[key.first].name == name) return true;
  }
  return false;
}

std::vector<std::string> blind_spots_of(const Tally& tally, const Taxonomy& taxonomy,
                                        const scan::Coverage& coverage) {
  std::vector<std::string> spots;
  bool no_start = stage_count(coverage, scan::Stage::response_started) == 0;
  if (tally.totals().of(Outcome::unauthenticated) == 0 && no_start)
    spots.emplace_back(
        "no event of the stage ResponseStarted was read: with omitStages: [ResponseStarted] a policy logs no "
        "401");
  if (!has_class(tally, taxonomy, "health"))
    spots.emplace_back(
        "no request for /livez, /readyz or /healthz was read: many policies leave them out (level: None)");
  if (coverage.unfinished > 0)
    spots.push_back(fmt::format("{} requests have no end in the log: open watches, or events that were lost",
                                coverage.unfinished));
  if (coverage.given_up > 0)
    spots.push_back(fmt::format(
        "{} requests were counted before their end was seen; where it came, they were counted twice",
        coverage.given_up));
  if (coverage.claimed_addresses > 0)
    spots.push_back(fmt::format("{} events are of the legacy format, whose address is what the client claims",
                                coverage.claimed_addresses));
  if (tally.totals().of(Outcome::unauthenticated) > 0)
    spots.emplace_back("the log cannot tell whether a 401 came without a credential or with a bad one");
  return spots;
}

std::vector<std::string> merged_rows(const Tally& tally) {
  std::vector<std::string> merged;
  if (tally.merged_endpoints() > 0)
    merged.push_back(fmt::format("more than {} endpoints: the rest are rows called \"(further paths)\"",
                                 Tally::most_endpoints));
  if (tally.merged_sources() > 0)
    merged.push_back(fmt::format("{} requests of rare sources are in the totals, but in no row of a source",
                                 tally.merged_sources()));
  if (tally.merged_callers() > 0)
    merged.push_back(
        fmt::format("{} requests of rare callers are in no row of what would break", tally.merged_callers()));
  return merged;
}

}  // namespace

bool is_sweep(const Source& source) {
  return std::popcount(source.classes) > most_classes_of_a_client;
}

Verdict judge(const Tally& tally, const Taxonomy& taxonomy, const scan::Coverage& coverage,
              const AskedTime& asked) {
  Verdict verdict;
  verdict.totals = tally.totals();
  verdict.endpoints = sorted_endpoints(tally);
  verdict.sources = sorted_sources(tally);
  verdict.worst = worst_of(verdict.totals, verdict.sources);
  verdict.merged = merged_rows(tally);
  verdict.truncated = !verdict.merged.empty();
  verdict.covered_percent = covered_percent(coverage, asked);
  verdict.too_little = reasons_for_too_little(coverage, verdict.covered_percent);
  verdict.blind_spots = blind_spots_of(tally, taxonomy, coverage);
  return verdict;
}

}  // namespace nightlatch::audit
