// `nightlatch audit`: who used anonymous access; nightlatch.dev/audit/v1.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/verdict.hpp"
#include "audit/what_if.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

struct AuditReport {
  std::vector<std::string> logs;  // as they were named
  std::vector<std::string> class_names;
  std::vector<std::string> class_reasons;  // why a class matters, in the same order
  std::vector<audit::AllowEntry> allowed{};
  std::vector<std::uint64_t> answered_for{};  // requests, of each entry
  int taxonomy_version = 0;
  scan::Coverage coverage;
  audit::Verdict verdict;
  std::map<std::pair<std::size_t, audit::Outcome>, audit::Histogram> histograms;
  std::optional<audit::WhatIf> what_if{};
  std::string playbook{};        // of the what-if
  std::string fail_on = "high";  // a severity, or "never"
  std::chrono::milliseconds took{};
};

[[nodiscard]] Page page_of(const AuditReport& report);
[[nodiscard]] std::string audit_json(const AuditReport& report);

}  // namespace nightlatch::report
