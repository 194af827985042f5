// Times of audit events.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace nightlatch::scan {

// Microseconds of Unix time of an RFC 3339 text ("2026-11-21T23:15:50.585008Z", "…+01:00"); 0: it is none.
[[nodiscard]] std::int64_t parse_rfc3339(std::string_view text);

// The day of the last time that was read: one log has few of them.
struct LastDay {
  std::array<char, 10> text{};
  std::int64_t midnight_us = 0;
};
// The same, quicker for the spelling of kube-apiserver.
[[nodiscard]] std::int64_t parse_usual_time(std::string_view text, LastDay& last);

}  // namespace nightlatch::scan
