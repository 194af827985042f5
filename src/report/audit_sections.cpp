#include "report/audit_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/exposure_text.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

constexpr std::size_t shown_callers = 20;
constexpr std::size_t shown_paths = 20;

Table callers_table(const AuditReport& report) {
  Table table{{"WOULD GET 401", "SOURCE", "REQUESTS", "WHO"}, {}};
  for (const audit::Caller& caller : report.what_if->breaks) {
    if (table.rows.size() == shown_callers) break;
    std::string who = std::string(audit::name(caller.place));
    if (!caller.agent.empty()) who += ", says " + caller.agent;
    if (caller.times.last_us != 0) who += ", last " + time_text(caller.times.last_us);
    table.rows.push_back(
        {exact(caller.verb + " " + caller.path), exact(caller.address), thousands(caller.requests), who});
  }
  return table;
}

Table paths_table(const AuditReport& report) {
  Table table{{"PATH", "CLASS", "SEVERITY", "CALLERS", "REQUESTS"}, {}};
  for (const audit::MissingPath& path : report.what_if->missing_paths) {
    if (table.rows.size() == shown_paths) break;
    bool is_severe = path.severity >= audit::Severity::high;
    table.rows.push_back({exact(path.path), report.class_names.at(path.request_class),
                          Text(std::string(audit::name(path.severity)), is_severe ? Tone::bad : Tone::plain),
                          thousands(path.callers), thousands(path.requests)});
  }
  return table;
}

void add_more(std::size_t all, std::size_t shown, std::string_view what, Section& section) {
  if (all > shown)
    section.blocks.emplace_back(Paragraph{fmt::format("{} further {}: see -o json.", all - shown, what)});
}

}  // namespace

std::string time_text(std::int64_t us) {
  if (us == 0) return "-";
  std::string stamp = utc_timestamp(std::chrono::system_clock::time_point(std::chrono::microseconds(us)));
  return stamp.substr(0, 10) + " " + stamp.substr(11, 5);
}

Section news_section(const AuditReport& report) {
  const audit::News& news = *report.news;
  Section section;
  auto check = [&](Grade grade, std::string text) {
    section.blocks.emplace_back(Check{grade, 0, {}, std::move(text), {}, {}});
  };
  section.blocks.emplace_back(Heading{fmt::format("Since the baseline {}", report.baseline)});
  auto endpoints = static_cast<std::size_t>(std::count(news.endpoints.begin(), news.endpoints.end(), true));
  auto sources = static_cast<std::size_t>(std::count(news.sources.begin(), news.sources.end(), true));
  if (endpoints + sources > 0)
    check(Grade::warning, fmt::format("{} and {} are new, or asked for something new.",
                                      count(endpoints, "endpoint"), count(sources, "source")));
  for (const audit::Rise& rise : news.risen)
    check(Grade::warning, fmt::format("{}, {}: {} requests an hour from {} to {} UTC; {} are usual.",
                                      report.class_names.at(rise.request_class), audit::name(rise.outcome),
                                      thousands(rise.per_hour), time_text(rise.from_us),
                                      time_text(rise.to_us), thousands(rise.usual_per_hour)));
  if (endpoints + sources == 0 && news.risen.empty())
    check(Grade::ok, "Nothing is new, and nothing was above twice its usual rate for an hour.");
  if (!news.whole)
    check(Grade::unknown,
          "The baseline does not hold all rows, so that some of what is called new may not be.");
  return section;
}

Section what_if_section(const AuditReport& report) {
  const audit::WhatIf& what_if = *report.what_if;
  Section section;
  section.blocks.emplace_back(Heading{fmt::format("If only the paths of {} stay open", report.playbook)});
  std::string going_on = fmt::format("{} would go on", count(what_if.stays.size(), "caller"));
  if (what_if.breaks.empty()) {
    section.blocks.emplace_back(
        Check{Grade::ok, 0, {}, fmt::format("No caller of this log would break; {}.", going_on), {}, {}});
    return section;
  }
  section.blocks.emplace_back(Paragraph{
      fmt::format("{} would be answered 401; {}.", count(what_if.breaks.size(), "caller"), going_on)});
  section.blocks.emplace_back(callers_table(report));
  add_more(what_if.breaks.size(), shown_callers, "callers", section);
  section.blocks.emplace_back(Paragraph{
      "Nobody would break if these paths stayed open, too. One that is high or critical should not:"});
  section.blocks.emplace_back(paths_table(report));
  add_more(what_if.missing_paths.size(), shown_paths, "paths", section);
  return section;
}

}  // namespace nightlatch::report
