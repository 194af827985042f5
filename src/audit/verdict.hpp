// What the counts of a scan mean: what was found, how bad it is, and over what it was looked for.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "audit/tally.hpp"
#include "scan/scanner.hpp"

namespace nightlatch::audit {

struct AskedTime {
  std::int64_t since_us = std::numeric_limits<std::int64_t>::min();
  std::int64_t until_us = std::numeric_limits<std::int64_t>::max();
};

struct Verdict {
  Totals totals;
  std::vector<Endpoint> endpoints;  // the worst first
  std::vector<Source> sources;      // the worst first
  Severity worst = Severity::none;
  bool truncated = false;                  // some rows are sums of several
  std::vector<std::string> merged{};       // what was merged, in sentences
  std::vector<std::string> blind_spots{};  // what the log cannot show
  std::vector<std::string> too_little{};   // why the log is not enough to judge; empty: it is
  // Of the time that was asked about, the share in percent that the log tells of; nullopt: no time was asked
  // about.
  std::optional<int> covered_percent{};
};

[[nodiscard]] Verdict judge(const Tally& tally, const Taxonomy& taxonomy, const scan::Coverage& coverage,
                            const AskedTime& asked);

// More classes from one address than that are a sweep: somebody tries what is open.
inline constexpr int most_classes_of_a_client = 5;
[[nodiscard]] bool is_sweep(const Source& source);

}  // namespace nightlatch::audit
