#include "report/audit.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using audit::Severity;

constexpr std::size_t shown_endpoints = 20;
constexpr std::size_t shown_sources = 10;
constexpr std::size_t shown_callers = 20;

std::string thousands(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < (1U << 20U)) return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
  if (bytes < (1ULL << 30U)) return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1ULL << 30U));
}

std::string time_text(std::int64_t us) {
  if (us == 0) return "-";
  std::string stamp = utc_timestamp(std::chrono::system_clock::time_point(std::chrono::microseconds(us)));
  return stamp.substr(0, 10) + " " + stamp.substr(11, 5);
}

Tone tone_of(Severity severity) {
  if (severity >= Severity::high) return Tone::bad;
  return severity >= Severity::medium ? Tone::warning : Tone::plain;
}

Text severity_text(Severity severity) {
  return {severity == Severity::none ? std::string("-") : std::string(audit::name(severity)),
          tone_of(severity)};
}

// Bars of the time that the log covers, in characters that every terminal has.
std::string bars_of(const audit::Histogram& histogram) {
  constexpr std::string_view levels = " .:-=+*#%@";
  if (histogram.empty()) return "";
  const auto& counts = histogram.counts();
  std::uint64_t most = *std::max_element(counts.begin(), counts.end());
  auto last = std::find_if(counts.rbegin(), counts.rend(), [](std::uint64_t count) { return count > 0; });
  std::string bars;
  for (auto at = counts.begin(); at != last.base(); ++at) {
    std::size_t level = *at == 0 ? 0 : 1 + static_cast<std::size_t>(*at * (levels.size() - 2) / most);
    bars += levels[level];
  }
  return bars;
}

std::string places_text(const audit::Endpoint& row) {
  std::string text;
  std::size_t places = 0;
  for (std::size_t i = 0; i < row.by_place.size(); ++i) {
    if (row.by_place[i] == 0) continue;
    text += (places++ == 0 ? "" : ", ") + std::string(audit::place_names[i]);
  }
  return text;
}

Table endpoints_table(const AuditReport& report) {
  Table table{{"SEVERITY", "CLASS", "OUTCOME", "REQUESTS", "FROM", "EXAMPLE"}, {}};
  for (const audit::Endpoint& row : report.verdict.endpoints) {
    if (table.rows.size() == shown_endpoints) break;
    std::string source = row.source.empty() ? "?" : row.source;
    table.rows.push_back({severity_text(row.severity), exact(report.class_names.at(row.request_class)),
                          exact(std::string(audit::name(row.outcome))), thousands(row.requests),
                          places_text(row),
                          Text(row.verb + " ").add_exact(row.example).add(" from " + source)});
  }
  return table;
}

Table times_table(const AuditReport& report) {
  Table table{{"CLASS", "OUTCOME", "WHEN", "FIRST", "EACH SIGN"}, {}};
  for (const auto& [key, histogram] : report.histograms) {
    if (histogram.empty()) continue;
    auto minutes = std::chrono::milliseconds(histogram.width_us() / 1000);
    table.rows.push_back({report.class_names.at(key.first), std::string(audit::name(key.second)),
                          exact("[" + bars_of(histogram) + "]"), time_text(histogram.from_us()),
                          human_duration(minutes)});
  }
  return table;
}

Table sources_table(const AuditReport& report) {
  Table table{{"SEVERITY", "SOURCE", "PLACE", "REQUESTS", "ALLOWED", "CLIENT", "LAST"}, {}};
  for (const audit::Source& row : report.verdict.sources) {
    if (table.rows.size() == shown_sources) break;
    std::string agent = row.agent.empty() ? "-" : row.agent;
    if (audit::is_sweep(row)) agent += " (sweep over many classes)";
    table.rows.push_back({severity_text(row.severity), exact(row.address.empty() ? "?" : row.address),
                          std::string(audit::name(row.place)), thousands(row.requests),
                          thousands(row.by_outcome[0]), agent, time_text(row.times.last_us)});
  }
  return table;
}

Headline headline(const AuditReport& report) {
  const scan::Coverage& seen = report.coverage;
  Headline line{
      {Text("audit").add(fmt::format(" of {} file{}", seen.files, seen.files == 1 ? "" : "s"), Tone::bold)}};
  if (seen.first_us != 0)
    line.parts.emplace_back(fmt::format("{} to {} UTC", time_text(seen.first_us), time_text(seen.last_us)));
  line.parts.emplace_back(fmt::format("{} in {}", bytes_text(seen.bytes), human_duration(report.took)));
  return line;
}

Paragraph totals(const AuditReport& report) {
  const audit::Totals& all = report.verdict.totals;
  Text text;
  text.add(fmt::format("{} requests without accepted credentials", thousands(all.all())), Tone::bold);
  text.add(fmt::format(
      ": {} allowed, {} forbidden (403), {} rejected (401), {} other.",
      thousands(all.of(audit::Outcome::allowed)), thousands(all.of(audit::Outcome::forbidden)),
      thousands(all.of(audit::Outcome::unauthenticated)), thousands(all.of(audit::Outcome::other))));
  if (all.posing > 0)
    text.add(fmt::format(" Beside them, {} requests of known users impersonated system:anonymous.",
                         thousands(all.posing)));
  return {std::move(text)};
}

Facts coverage_facts(const AuditReport& report) {
  const scan::Coverage& seen = report.coverage;
  Facts facts;
  facts.facts.push_back(
      {"Looked at",
       {fmt::format("{} lines: {} events read, {} skipped by a search for the words of anonymous access "
                    "({} of them read to check the search)",
                    thousands(seen.lines), thousands(seen.events), thousands(seen.skipped),
                    thousands(seen.checked))}});
  std::vector<Text> formats;
  for (const auto& [wrapping, events] : seen.wrappings)
    formats.emplace_back(fmt::format("{}: {} events", wrapping, thousands(events)));
  if (!formats.empty()) facts.facts.push_back({"Format", std::move(formats)});
  std::vector<Text> gaps;
  for (const auto& [family, one] : seen.families) {
    for (const scan::TimeSpan& gap : one.gaps)
      gaps.emplace_back(
          fmt::format("{} to {} UTC in {}", time_text(gap.from_us), time_text(gap.to_us), family));
  }
  if (!gaps.empty()) facts.facts.push_back({"Gaps", std::move(gaps)});
  if (seen.malformed + seen.torn + seen.other > 0)
    facts.facts.push_back(
        {"Not events",
         {fmt::format("{} lines of something else, {} of damaged JSON, {} torn at the end of a log",
                      thousands(seen.other), thousands(seen.malformed), thousands(seen.torn))}});
  if (seen.outside > 0)
    facts.facts.push_back(
        {"Outside",
         {fmt::format("{} events lie outside of the time that was asked about", thousands(seen.outside))}});
  for (const std::string& note : seen.notes) facts.facts.push_back({"Note", {note}});
  return facts;
}

Section what_if_section(const AuditReport& report) {
  const audit::WhatIf& what_if = *report.what_if;
  Section section;
  section.blocks.emplace_back(Heading{fmt::format("If only the paths of {} stay open", report.playbook)});
  if (what_if.breaks.empty()) {
    section.blocks.emplace_back(
        Check{Grade::ok,
              0,
              {},
              fmt::format("No caller of this log would break; {} would go on.", what_if.stays.size()),
              {},
              {}});
    return section;
  }
  Table table{{"WOULD GET 401", "SOURCE", "PLACE", "REQUESTS", "LAST", "CLIENT"}, {}};
  for (const audit::Caller& caller : what_if.breaks) {
    if (table.rows.size() == shown_callers) break;
    table.rows.push_back({exact(caller.verb + " " + caller.path), exact(caller.address),
                          std::string(audit::name(caller.place)), thousands(caller.requests),
                          time_text(caller.times.last_us), caller.agent});
  }
  section.blocks.emplace_back(std::move(table));
  Text paths("Nobody would break if these paths stayed open, too:");
  for (const std::string& path : what_if.missing_paths) paths.add(" ").add_exact(path);
  section.blocks.emplace_back(Paragraph{std::move(paths)});
  return section;
}

void add_findings(const AuditReport& report, Page& page) {
  Section section;
  auto add = [&](Grade grade, const std::string& text) {
    section.blocks.emplace_back(Check{grade, 0, {}, text + ".", {}, {}});
  };
  for (const std::string& reason : report.verdict.too_little) add(Grade::unknown, reason);
  for (const std::string& spot : report.verdict.blind_spots) add(Grade::warning, spot);
  for (std::size_t i = 0; i < report.allowed.size(); ++i) {
    const audit::AllowEntry& entry = report.allowed[i];
    std::string what = fmt::format("{} from {} ({}: {})", entry.path, entry.from, entry.owner, entry.reason);
    if (entry.expired) {
      add(Grade::warning,
          fmt::format("the allow-list's entry for {} has expired on {}", what, entry.expires));
    } else if (report.answered_for.at(i) == 0) {
      add(Grade::warning, fmt::format("the allow-list's entry for {} was not needed", what));
    } else {
      add(Grade::ok, fmt::format("{} requests are allowed until {}: {}", thousands(report.answered_for.at(i)),
                                 entry.expires, what));
    }
  }
  for (const std::string& merged : report.verdict.merged) add(Grade::warning, merged);
  if (report.what_if && !report.what_if->complete)
    add(Grade::unknown,
        "the log has more callers than are listed, so the list of what would break is not whole");
  page.add(std::move(section));
}

}  // namespace

Page page_of(const AuditReport& report) {
  Page page;
  page.title = "Audit of anonymous access";
  page.add({{headline(report)}});
  page.add({{totals(report)}});
  if (!report.verdict.endpoints.empty()) page.add({{endpoints_table(report)}});
  std::size_t more = report.verdict.endpoints.size();
  if (more > shown_endpoints)
    page.add({{Paragraph{fmt::format("{} further endpoints: see -o json.", more - shown_endpoints)}}});
  if (!report.histograms.empty()) page.add({{times_table(report)}});
  if (!report.verdict.sources.empty()) page.add({{sources_table(report)}});
  if (report.what_if) page.add(what_if_section(report));
  add_findings(report, page);
  page.add({{coverage_facts(report)}});
  std::vector<NextStep> next;
  if (!report.what_if) {
    std::string logs;
    for (const std::string& log : report.logs) logs += " " + (log == "-" ? log : shell_word(log));
    next.push_back(
        {fmt::format("nightlatch audit --what-if -p health-only{}", logs), "shows who would break"});
  } else if (report.what_if->breaks.empty()) {
    next.push_back({fmt::format("nightlatch plan -p {}", shell_word(report.playbook)), ""});
  }
  if (!next.empty()) page.add({{Commands{std::move(next)}}});
  return page;
}

}  // namespace nightlatch::report
