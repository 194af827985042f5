#include "report/audit.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "report/audit_sections.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using audit::Severity;

constexpr std::size_t shown_endpoints = 20;
constexpr std::size_t shown_sources = 10;
constexpr std::size_t shown_histograms = 12;

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < (1U << 20U)) return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
  if (bytes < (1ULL << 30U)) return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1ULL << 30U));
}

Tone tone_of_severity(Severity severity) {
  if (severity >= Severity::high) return Tone::bad;
  return severity >= Severity::medium ? Tone::warning : Tone::plain;
}

Text severity_text(Severity severity) {
  return {severity == Severity::none ? std::string("-") : std::string(audit::name(severity)),
          tone_of_severity(severity)};
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

// `news`: whether each row is new; empty where there is no baseline.
Text severity_of_row(Severity severity, const std::vector<bool>& news, std::size_t row) {
  Text text = severity_text(severity);
  if (row < news.size() && news[row]) text.add(" new", Tone::bold);
  return text;
}

Table endpoints_table(const AuditReport& report) {
  const std::vector<bool> news = report.news ? report.news->endpoints : std::vector<bool>();
  Table table{{"SEVERITY", "CLASS", "OUTCOME", "REQUESTS", "EXAMPLE"}, {}};
  for (const audit::Endpoint& row : report.verdict.endpoints) {
    std::size_t number = table.rows.size();
    if (number == shown_endpoints) break;
    std::string source = row.source.empty() ? "?" : row.source;
    table.rows.push_back(
        {severity_of_row(row.severity, news, number), exact(report.class_names.at(row.request_class)),
         exact(std::string(audit::name(row.outcome))), thousands(row.requests),
         fmt::format("{} {} from {} ({})", row.verb, row.example, source, places_text(row))});
  }
  return table;
}

// When, by class and outcome: the most frequent first.
Chart times_chart(const AuditReport& report) {
  std::vector<const audit::Histogram*> histograms;
  Chart chart;
  for (const auto& [key, histogram] : report.histograms) {
    if (histogram.empty()) continue;
    histograms.push_back(&histogram);
    chart.rows.push_back(
        {fmt::format("{}, {}", report.class_names.at(key.first), audit::name(key.second)), {}});
  }
  audit::Bars bars = audit::side_by_side(histograms);
  for (std::size_t i = 0; i < chart.rows.size(); ++i) chart.rows[i].bars = std::move(bars.rows[i]);
  std::stable_sort(chart.rows.begin(), chart.rows.end(), [](const ChartRow& a, const ChartRow& b) {
    return std::reduce(a.bars.begin(), a.bars.end()) > std::reduce(b.bars.begin(), b.bars.end());
  });
  if (chart.rows.size() > shown_histograms) chart.rows.resize(shown_histograms);
  chart.from = time_text(bars.from_us);
  chart.to = time_text(bars.from_us + static_cast<std::int64_t>(bars.bars) * bars.width_us);
  chart.each = human_duration(std::chrono::milliseconds(bars.width_us / 1000));
  return chart;
}

Table sources_table(const AuditReport& report) {
  const std::vector<bool> news = report.news ? report.news->sources : std::vector<bool>();
  Table table{{"SEVERITY", "SOURCE", "PLACE", "REQUESTS", "BEHAVES LIKE"}, {}};
  for (const audit::Source& row : report.verdict.sources) {
    std::size_t number = table.rows.size();
    if (number == shown_sources) break;
    std::string client = row.behaves_like.empty() ? "nothing known" : row.behaves_like;
    if (!row.agent.empty()) client += ", says " + row.agent;
    if (row.times.last_us != 0) client += ", last " + time_text(row.times.last_us);
    table.rows.push_back({severity_of_row(row.severity, news, number),
                          exact(row.address.empty() ? "?" : row.address),
                          exact(std::string(audit::name(row.place))), thousands(row.requests), client});
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
  if (!report.written_baseline.empty())
    add(Grade::ok, fmt::format("the baseline is in {}", report.written_baseline));
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
  if (report.coverage.first_us != 0 && !report.histograms.empty()) page.add({{times_chart(report)}});
  if (!report.verdict.sources.empty()) page.add({{sources_table(report)}});
  if (report.news) page.add(news_section(report));
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
