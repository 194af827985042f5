// How bad something is, and what became of a request.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nightlatch::audit {

enum class Severity : std::uint8_t { none, info, low, medium, high, critical };
inline constexpr std::array<std::string_view, 6> severity_names{"none",   "info", "low",
                                                                "medium", "high", "critical"};
[[nodiscard]] constexpr std::string_view name(Severity severity) {
  return severity_names[static_cast<std::size_t>(severity)];
}
[[nodiscard]] std::optional<Severity> severity_named(std::string_view name);
// One step more; critical stays.
[[nodiscard]] constexpr Severity raised(Severity severity) {
  return severity == Severity::critical ? severity : static_cast<Severity>(static_cast<int>(severity) + 1);
}

// allowed: authorization let the request in, whatever its code (a 404 is an open door). other: it ended
// before authorization, or its end was not logged.
enum class Outcome : std::uint8_t { allowed, forbidden, unauthenticated, other };
inline constexpr std::array<std::string_view, 4> outcome_names{"allowed", "forbidden", "unauthenticated",
                                                               "other"};
[[nodiscard]] constexpr std::string_view name(Outcome outcome) {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

}  // namespace nightlatch::audit
