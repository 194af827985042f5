#include "operate/audit_checks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "report/exposure_text.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

using Grade = plan::PlanCheck::Grade;

constexpr std::size_t most_paths = 10;
constexpr std::size_t most_callers = 3;  // of a path; the others are counted

// " in 24 h", for how long the log tells of.
std::string period_of(const report::AuditReport& report) {
  std::int64_t us = report.coverage.last_us - report.coverage.first_us;
  if (report.coverage.first_us == 0 || us < 1'000'000) return {};
  return fmt::format(" in {}", human_duration(std::chrono::milliseconds(us / 1000)));
}

std::string callers_text(const report::AuditReport& report, const audit::MissingPath& path) {
  std::string text;
  std::size_t named = 0;
  for (const audit::Caller& caller : report.what_if->breaks) {
    if (caller.path != path.path) continue;
    if (named == most_callers) return fmt::format("{}, and {} more", text, path.callers - named);
    text += fmt::format("{}{} ({})", named == 0 ? "" : ", ", caller.address,
                        named == 0 ? report::count(caller.requests, "request") + period_of(report)
                                   : fmt::format("{}", caller.requests));
    ++named;
  }
  return text;
}

plan::PlanCheck check_of(const report::AuditReport& report, const audit::MissingPath& path) {
  return {Grade::warning,
          fmt::format("{} will lose {}: {}", report::count(path.callers, "caller"), path.path,
                      callers_text(report, path)),
          plan_checks::callers_lose.number,
          {.path = path.path}};
}

plan::PlanCheck unknown(std::string text) {
  return {Grade::unknown, std::move(text), plan_checks::callers_lose.number, {}};
}

}  // namespace

Outcome<std::vector<plan::PlanCheck>> checks_of_callers(const AuditInput& input) {
  std::vector<plan::PlanCheck> checks;
  if (input.logs.empty()) return checks;
  auto report = audit(input, {});
  if (!report) return failed_planning(report.error().errors);
  std::vector<audit::MissingPath> paths = report->what_if->missing_paths;
  std::stable_sort(paths.begin(), paths.end(),
                   [](const auto& a, const auto& b) { return a.requests > b.requests; });
  for (const audit::MissingPath& path : paths) {
    if (checks.size() == most_paths) break;
    checks.push_back(check_of(*report, path));
  }
  if (paths.size() > most_paths)
    checks.push_back({Grade::warning,
                      fmt::format("callers will lose {} further paths: nightlatch audit --what-if shows them",
                                  paths.size() - most_paths),
                      plan_checks::callers_lose.number,
                      {}});
  for (const std::string& reason : report->verdict.too_little)
    checks.push_back(
        unknown(fmt::format("who would lose access is not known from the audit log: {}", reason)));
  if (!report->what_if->complete)
    checks.push_back(
        unknown("the audit log has more callers than were counted, so that some who would lose access "
                "may not be named"));
  if (checks.empty())
    checks.push_back({Grade::ok,
                      fmt::format("audit log: none of {} loses access",
                                  report::count(report->what_if->stays.size(), "caller")),
                      0,
                      {.object = std::string(plan::audit_subject)}});
  return checks;
}

}  // namespace nightlatch::operate
