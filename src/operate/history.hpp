// history: the runs that are asked for, two of them compared, and whether their files are what was written.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "operate/outcome.hpp"
#include "report/comparison.hpp"
#include "report/history.hpp"
#include "report/verification.hpp"

namespace nightlatch::operate {

// Which runs are listed; empty texts and lists: all.
struct HistoryFilter {
  std::string cluster{};
  std::string since{};                  // "2026-11-21T10:00:00Z", "2026-11-21", "24h" before now
  std::vector<std::string> outcomes{};  // "done", "stopped", …
  std::string node{};                   // that the run has changed
};

// Newest first. Errors: bad_audit_time; unknown_outcome.
[[nodiscard]] Outcome<std::vector<report::PastRun>> list_runs(const HistoryFilter& filter,
                                                              std::chrono::system_clock::time_point now);

// Errors: run_unknown; a run's plan or journal cannot be read.
[[nodiscard]] Outcome<report::Comparison> compare_runs(const std::string& cluster, const std::string& first,
                                                       const std::string& second);

struct VerifyRunsInput {
  std::string cluster{};
  std::string what{};             // a run, the file of a bundle, or empty: every run
  std::string allowed_signers{};  // of a bundle, which must then be signed
};
// What is wrong with a run is among its faults. Errors: run_unknown; a file cannot be read; not_a_bundle.
[[nodiscard]] Outcome<std::vector<report::VerifiedRun>> verify_runs(const VerifyRunsInput& input);

}  // namespace nightlatch::operate
