#include "operate/audit.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "access/profile.hpp"
#include "audit/allow_list.hpp"
#include "audit/networks.hpp"
#include "audit/tally.hpp"
#include "audit/taxonomy.hpp"
#include "operate/errors.hpp"
#include "scan/timestamp.hpp"
#include "util/clock.hpp"
#include "util/file.hpp"

namespace nightlatch::operate {

namespace {

constexpr std::size_t most_threads = 8;

Result<std::size_t> thread_count(const std::string& text) {
  if (text.empty()) return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most_threads);
  std::size_t count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count < 1 || count > 64)
    return fail(operate_errors::bad_threads,
                fmt::format("--threads {}: a number from 1 to 64 is expected", text));
  return count;
}

Result<audit::Taxonomy> taxonomy_of(const AuditInput& input) {
  if (input.taxonomy.empty()) return audit::shipped_taxonomy();
  NL_ASSIGN(std::string bytes, read_file(input.taxonomy, 1U << 20U));
  return audit::parse_taxonomy(bytes, input.taxonomy);
}

Result<audit::Networks> networks_of(const AuditInput& input) {
  audit::Networks networks;
  NL_ASSIGN(networks.nodes, audit::parse_networks(input.nodes));
  NL_ASSIGN(networks.load_balancers, audit::parse_networks(input.load_balancers));
  NL_ASSIGN(networks.pods, audit::parse_networks(input.pods));
  return networks;
}

Result<audit::AllowList> allow_list_of(const AuditInput& input, const std::string& today) {
  if (input.allow.empty()) return audit::AllowList{};
  NL_ASSIGN(std::string bytes, read_file(input.allow, 1U << 20U));
  return audit::parse_allow_list(bytes, input.allow, today);
}

// What authentication lets in with the playbook.
Result<access::Exposure> planned_exposure(const spec::Playbook& playbook, const std::string& today) {
  std::vector<std::string> extra;
  for (const spec::ExtraPath& path : playbook.paths) {
    if (path.expires.empty() || path.expires >= today) extra.push_back(path.path);
  }
  if (std::find(playbook.profiles.begin(), playbook.profiles.end(), "rbac-only") != playbook.profiles.end())
    return fail(
        operate_errors::what_if_rbac,
        "the profile rbac-only leaves authentication as it is, so that --what-if has nothing to compare");
  NL_ASSIGN(std::vector<std::string> paths, access::combine(playbook.profiles, extra));
  access::Exposure exposure;
  exposure.state = paths.empty() ? access::ExposureState::closed : access::ExposureState::restricted;
  exposure.paths = std::move(paths);
  return exposure;
}

Result<scan::ScanOptions> options_of(const AuditInput& input) {
  scan::ScanOptions options;
  NL_ASSIGN(options.threads, thread_count(input.threads));
  if (!input.since.empty()) {
    NL_ASSIGN(options.since_us, parse_audit_time(input.since, input.now));
  }
  if (!input.until.empty()) {
    NL_ASSIGN(options.until_us, parse_audit_time(input.until, input.now));
  }
  if (options.since_us >= options.until_us)
    return fail(operate_errors::bad_audit_time,
                fmt::format("--since {} is not before --until {}", input.since, input.until));
  if (input.every_line) options.lines = scan::Lines::every;
  return options;
}

Result<report::AuditReport> look(const AuditInput& input,
                                 const std::function<void(const scan::ScanProgress&)>& progress) {
  NL_ASSIGN(scan::ScanOptions options, options_of(input));
  NL_ASSIGN(audit::Networks networks, networks_of(input));
  NL_ASSIGN(audit::Taxonomy taxonomy, taxonomy_of(input));
  std::string today = utc_timestamp(input.now).substr(0, 10);
  NL_ASSIGN(audit::AllowList allowed, allow_list_of(input, today));
  std::optional<access::Exposure> planned;
  if (input.what_if) {
    NL_ASSIGN(planned, planned_exposure(*input.what_if, today));
  }
  NL_ASSIGN(scan::LogFiles files,
            scan::find_log_files(input.logs, input.no_rotated ? scan::Rotated::leave : scan::Rotated::read));
  std::vector<std::unique_ptr<audit::Tally>> tallies;
  for (std::size_t i = 0; i < options.threads; ++i)
    tallies.push_back(std::make_unique<audit::Tally>(taxonomy, networks, allowed));
  std::chrono::milliseconds began = monotonic_clock();
  NL_ASSIGN(
      scan::Coverage coverage,
      scan::scan(files, options,
                 {[&](std::size_t thread) -> scan::RequestSink& { return *tallies[thread]; }, progress}));
  for (std::size_t i = 1; i < tallies.size(); ++i) tallies.front()->add(*tallies[i]);
  const audit::Tally& all = *tallies.front();
  report::AuditReport report;
  report.logs = input.logs;
  for (const audit::RequestClass& one : taxonomy.classes) {
    report.class_names.push_back(one.name);
    report.class_reasons.push_back(one.why);
  }
  report.allowed = std::move(allowed.entries);
  report.answered_for = all.answered_for();
  report.taxonomy_version = taxonomy.version;
  report.verdict = audit::judge(all, taxonomy, coverage, {options.since_us, options.until_us});
  report.coverage = std::move(coverage);
  report.histograms = all.histograms();
  report.playbook = input.playbook;
  report.fail_on = input.fail_on;
  if (planned) report.what_if = audit::what_if(all, *planned);
  report.took = monotonic_clock() - began;
  return report;
}

}  // namespace

Result<std::int64_t> parse_audit_time(const std::string& text, std::chrono::system_clock::time_point now) {
  std::int64_t time = scan::parse_rfc3339(text.size() == 10 ? text + "T00:00:00Z" : text);
  if (time != 0) return time;
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string unit(end, text.data() + text.size());
  std::int64_t seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86'400 : 0;
  if (error != std::errc{} || seconds == 0 || number < 0 || number > 1'000'000)
    return fail(operate_errors::bad_audit_time, fmt::format("\"{}\" is no time", text));
  std::int64_t now_us = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  return now_us - number * seconds * 1'000'000;
}

Outcome<report::AuditReport> audit(const AuditInput& input,
                                   const std::function<void(const scan::ScanProgress&)>& progress) {
  auto report = look(input, progress);
  if (!report) return failed(std::move(report).error());
  return *std::move(report);
}

Exit exit_of(const report::AuditReport& report) {
  auto threshold = audit::severity_named(report.fail_on);
  bool found =
      threshold && report.verdict.worst >= *threshold && report.verdict.worst != audit::Severity::none;
  bool breaks = report.what_if && !report.what_if->breaks.empty();
  if (threshold && (found || breaks)) return Exit::findings;
  bool whole = report.verdict.too_little.empty() && !(report.what_if && !report.what_if->complete);
  return whole ? Exit::done : Exit::coverage;
}

}  // namespace nightlatch::operate
