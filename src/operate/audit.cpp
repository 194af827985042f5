#include "operate/audit.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "access/profile.hpp"
#include "audit/allow_list.hpp"
#include "audit/networks.hpp"
#include "audit/tally.hpp"
#include "audit/taxonomy.hpp"
#include "operate/errors.hpp"
#include "report/audit_formats.hpp"
#include "scan/checkpoint.hpp"
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

Result<std::optional<audit::Baseline>> baseline_of(const AuditInput& input) {
  if (input.baseline.empty()) return std::nullopt;
  NL_ASSIGN(std::string bytes, read_file(input.baseline));
  NL_ASSIGN(audit::Baseline baseline, audit::parse_baseline(bytes, input.baseline));
  return baseline;
}

Result<std::optional<scan::Checkpoint>> checkpoint_of(const AuditInput& input) {
  if (input.checkpoint.empty()) return std::nullopt;
  std::error_code error;
  if (!std::filesystem::exists(input.checkpoint, error)) return scan::Checkpoint{};
  NL_ASSIGN(std::string bytes, read_file(input.checkpoint));
  NL_ASSIGN(scan::Checkpoint checkpoint, scan::parse_checkpoint(bytes, input.checkpoint));
  return checkpoint;
}

// Everything that is read before the logs are.
struct Ground {
  scan::ScanOptions options;
  audit::Networks networks;
  audit::Taxonomy taxonomy;
  audit::AllowList allowed;
  std::optional<audit::Baseline> baseline;
  std::optional<scan::Checkpoint> before;
  std::optional<access::Exposure> planned;
  scan::LogFiles files;
  std::vector<std::string> class_names;
};

Result<scan::LogFiles> files_of(const AuditInput& input) {
  if (!input.follow)
    return scan::find_log_files(input.logs, input.no_rotated ? scan::Rotated::leave : scan::Rotated::read);
  if (input.logs.size() != 1 || input.logs.front() == "-")
    return fail(operate_errors::follow_what, "--follow takes one file, and no pipe");
  NL_ASSIGN(scan::LogFiles files, scan::find_log_files(input.logs, scan::Rotated::leave));
  if (files.files.size() != 1)
    return fail(operate_errors::follow_what, "--follow takes one file, and no directory");
  files.files.front().reading = input.since.empty() ? scan::Reading::from_now_on : scan::Reading::following;
  return files;
}

Result<Ground> ground_of(const AuditInput& input) {
  Ground ground;
  NL_ASSIGN(ground.options, options_of(input));
  NL_ASSIGN(ground.networks, networks_of(input));
  NL_ASSIGN(ground.taxonomy, taxonomy_of(input));
  std::string today = utc_timestamp(input.now).substr(0, 10);
  NL_ASSIGN(ground.allowed, allow_list_of(input, today));
  NL_ASSIGN(ground.baseline, baseline_of(input));
  NL_ASSIGN(ground.before, checkpoint_of(input));
  if (input.what_if) {
    NL_ASSIGN(ground.planned, planned_exposure(*input.what_if, today));
  }
  NL_ASSIGN(ground.files, files_of(input));
  for (const audit::RequestClass& one : ground.taxonomy.classes) ground.class_names.push_back(one.name);
  return ground;
}

report::AuditReport report_of(const AuditInput& input, Ground& ground, const audit::Tally& all,
                              scan::Coverage coverage) {
  report::AuditReport report;
  report.logs = input.logs;
  report.class_names = ground.class_names;
  for (const audit::RequestClass& one : ground.taxonomy.classes) report.class_reasons.push_back(one.why);
  report.answered_for = all.answered_for();
  report.taxonomy_version = ground.taxonomy.version;
  report.verdict =
      audit::judge(all, ground.taxonomy, coverage, {ground.options.since_us, ground.options.until_us});
  report.coverage = std::move(coverage);
  report.histograms = all.histograms();
  report.playbook = input.playbook;
  report.fail_on = input.fail_on;
  if (ground.planned) report.what_if = audit::what_if(all, *ground.planned);
  if (ground.baseline) {
    report.baseline = input.baseline;
    report.news = audit::news_of(report.verdict, report.histograms, ground.taxonomy, *ground.baseline);
  }
  report.allowed = std::move(ground.allowed.entries);
  return report;
}

Result<report::AuditReport> look(const AuditInput& input, const AuditListener& listener) {
  NL_ASSIGN(Ground ground, ground_of(input));
  audit::OnJudged on_judged;
  if (listener.request) {
    ground.options.threads = 1;  // so that the lines have the order of the log
    on_judged = [&](const audit::Judged& request) {
      listener.request(report::request_line(request, ground.class_names));
    };
  }
  if (ground.before) ground.options.before = &*ground.before;
  std::vector<std::unique_ptr<audit::Tally>> tallies;
  for (std::size_t i = 0; i < ground.options.threads; ++i)
    tallies.push_back(
        std::make_unique<audit::Tally>(ground.taxonomy, ground.networks, ground.allowed, on_judged));
  std::chrono::milliseconds began = monotonic_clock();
  NL_ASSIGN(scan::Coverage coverage,
            scan::scan(ground.files, ground.options,
                       {[&](std::size_t thread) -> scan::RequestSink& { return *tallies[thread]; },
                        listener.progress}));
  for (std::size_t i = 1; i < tallies.size(); ++i) tallies.front()->add(*tallies[i]);
  report::AuditReport report = report_of(input, ground, *tallies.front(), std::move(coverage));
  report.took = monotonic_clock() - began;
  // A log that is not enough to judge does not say what is usual.
  if (!input.write_baseline.empty() && report.verdict.too_little.empty()) {
    NL_TRY(write_file_durably(input.write_baseline, audit::to_json(audit::baseline_of(
                                                        report.verdict, ground.taxonomy, report.coverage))));
    report.written_baseline = input.write_baseline;
  }
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

Outcome<report::AuditReport> audit(const AuditInput& input, const AuditListener& listener) {
  auto report = look(input, listener);
  if (!report) return failed(std::move(report).error());
  return *std::move(report);
}

Status keep_checkpoint(const AuditInput& input, const report::AuditReport& report) {
  if (input.checkpoint.empty()) return {};
  return write_file_durably(input.checkpoint, scan::to_json(report.coverage.checkpoint));
}

Exit exit_of(const report::AuditReport& report) {
  auto threshold = audit::severity_named(report.fail_on);
  audit::Severity worst = report.news ? report.news->worst : report.verdict.worst;
  bool found = threshold && worst >= *threshold && worst != audit::Severity::none;
  bool breaks = report.what_if && !report.what_if->breaks.empty();
  if (threshold && (found || breaks)) return Exit::findings;
  bool whole = report.verdict.too_little.empty() && !(report.what_if && !report.what_if->complete);
  return whole ? Exit::done : Exit::coverage;
}

}  // namespace nightlatch::operate
