// audit: who used anonymous access, out of audit logs on this workstation.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "operate/outcome.hpp"
#include "report/audit.hpp"
#include "scan/scanner.hpp"
#include "spec/playbook.hpp"

namespace nightlatch::operate {

// The arguments as a person gave them; empty texts where there are none.
struct AuditInput {
  std::vector<std::string> logs;
  std::string since{};  // a time, a day, or "24h" before now
  std::string until{};
  std::string fail_on = "high";
  std::string nodes{};  // addresses and networks, with commas
  std::string load_balancers{};
  std::string pods{};
  std::string taxonomy{};        // a file instead of the embedded one
  std::string allow{};           // a file with an allow-list
  std::string baseline{};        // a file of --write-baseline
  std::string write_baseline{};  // the file to write one into
  std::string checkpoint{};      // a file that says where the last run ended, and is written again
  std::string threads{};         // a number; empty: the processors, at most 8
  bool every_line = false;       // the raw filter is left out
  bool no_rotated = false;       // rotated siblings are left away
  bool follow = false;           // what is written from now on, without an end
  std::optional<spec::Playbook> what_if{};
  std::string playbook{};  // as it was named
  std::chrono::system_clock::time_point now{};
};

// What hears of an audit while it goes on; both may be empty.
struct AuditListener {
  std::function<void(const scan::ScanProgress&)> progress{};
  // Each request as a line of JSON, in the order of the log.
  std::function<void(const std::string& line)> request{};
};

// Errors: bad_audit_time, bad_threads, follow_what; those of parse_networks, parse_taxonomy,
// parse_allow_list, parse_baseline, parse_checkpoint, find_log_files and scan; the baseline cannot be
// written; the paths of the playbook cannot be combined, or it leaves authentication as it is.
[[nodiscard]] Outcome<report::AuditReport> audit(const AuditInput& input, const AuditListener& listener);

// Writes the checkpoint, so that the next run goes on from here: when the report has been printed, so that a
// run that is killed before is made again. Does nothing where there is none. Errors: those of
// write_file_durably.
[[nodiscard]] Status keep_checkpoint(const AuditInput& input, const report::AuditReport& report);

// 6 where something was found that is as bad as --fail-on (with a baseline: that is new or has risen), or the
// what-if breaks a caller; 7 where the log is not enough to judge and nothing of that kind was found; else 0.
[[nodiscard]] Exit exit_of(const report::AuditReport& report);

// "2026-11-21T10:00:00Z", "2026-11-21" (midnight UTC), "90m", "24h", "7d" before `now`. Microseconds of Unix
// time. Error: bad_audit_time.
[[nodiscard]] Result<std::int64_t> parse_audit_time(const std::string& text,
                                                    std::chrono::system_clock::time_point now);

}  // namespace nightlatch::operate
