// What the page and the document of a run's evidence both tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/history.hpp"

namespace nightlatch::report {

// UTC, to the second: what the journal calls a time.
[[nodiscard]] std::string moment_text(std::int64_t ms);
[[nodiscard]] std::string took_text(std::int64_t ms);  // "4.1 s"; a negative time is 0
// Of the run's first or last record; empty: it has none.
[[nodiscard]] std::string began_with(const PastRun& run, const std::string& key);
[[nodiscard]] std::string ended_with(const PastRun& run, const std::string& key);

[[nodiscard]] int number_in(const std::string& text);  // 0: it is none

// Who has approved the plan, and with which key, where the journal tells it.
struct KeptApproval {
  std::string name;
  std::string key;      // empty: an earlier version did not write it
  std::string expires;  // "2026-11-29T06:00:00Z", "never"; empty: as above
};
[[nodiscard]] std::vector<KeptApproval> approvals_of(const PastRun& run);

// What the node lets in after the run; nullopt: it is not in the plan, or was skipped.
[[nodiscard]] std::optional<access::Exposure> exposure_after(const PastRun& run, const std::string& node);

// What the run's own client saw, added up.
struct ClientSummary {
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
  std::int64_t usual_ms = 0;  // in the mean, of good answers
  std::int64_t slowest_ms = 0;
  std::uint64_t more_outages = 0;
  std::vector<facts::Outage> outages;
};
[[nodiscard]] ClientSummary client_summary(const PastRun& run);

// The pictures of a run. nullopt: the journal has nothing to draw.
[[nodiscard]] std::optional<Picture> timeline_picture(const PastRun& run);
[[nodiscard]] std::optional<Picture> client_picture(const PastRun& run);
[[nodiscard]] std::optional<Picture> matrix_picture(const PastRun& run);

}  // namespace nightlatch::report
