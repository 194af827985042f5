// Parts of the audit's page that stand in files of their own.
#pragma once

#include <cstdint>
#include <string>

#include "report/audit.hpp"
#include "report/numbers.hpp"

namespace nightlatch::report {

// "2026-11-21 10:00", UTC; "-" where there is none.
[[nodiscard]] std::string time_text(std::int64_t us);

// What is new since the baseline, and what has risen above it. report.news is set.
[[nodiscard]] Section news_section(const AuditReport& report);
// Who would break, and which paths would have to stay open. report.what_if is set.
[[nodiscard]] Section what_if_section(const AuditReport& report);

}  // namespace nightlatch::report
