// What `nightlatch monitor` has rendered, and nightlatch.dev/monitor/v1.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace nightlatch::report {

enum class MonitorKind { rules, scrape, dashboard, netdata, falco, sigma, queries };
inline constexpr std::array<std::string_view, 7> monitor_kind_names{"rules", "scrape", "dashboard", "netdata",
                                                                    "falco", "sigma",  "queries"};

[[nodiscard]] constexpr std::string_view name(MonitorKind kind) {
  return monitor_kind_names[static_cast<std::size_t>(kind)];
}

struct MonitorText {
  MonitorKind kind = MonitorKind::rules;
  std::string engine{};  // of queries
  std::string file{};    // it was written to; empty: to none
  std::string text{};
};

[[nodiscard]] std::string monitor_json(const MonitorText& rendered);

}  // namespace nightlatch::report
