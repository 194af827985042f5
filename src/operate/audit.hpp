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
  std::string taxonomy{};   // a file instead of the embedded one
  std::string allow{};      // a file with an allow-list
  std::string threads{};    // a number; empty: the processors, at most 8
  bool every_line = false;  // the raw filter is left out
  bool no_rotated = false;  // rotated siblings are left away
  std::optional<spec::Playbook> what_if{};
  std::string playbook{};  // as it was named
  std::chrono::system_clock::time_point now{};
};

// Errors: bad_audit_time, bad_threads; those of parse_networks, parse_taxonomy, parse_allow_list,
// find_log_files and scan; the paths of the playbook cannot be combined, or it leaves authentication as it
// is.
[[nodiscard]] Outcome<report::AuditReport> audit(
    const AuditInput& input, const std::function<void(const scan::ScanProgress&)>& progress);

// 6 where something was found that is as bad as --fail-on, or the what-if breaks a caller; 7 where the log is
// not enough to judge and nothing of that kind was found; else 0.
[[nodiscard]] Exit exit_of(const report::AuditReport& report);

// "2026-11-21T10:00:00Z", "2026-11-21" (midnight UTC), "90m", "24h", "7d" before `now`. Microseconds of Unix
// time. Error: bad_audit_time.
[[nodiscard]] Result<std::int64_t> parse_audit_time(const std::string& text,
                                                    std::chrono::system_clock::time_point now);

}  // namespace nightlatch::operate
