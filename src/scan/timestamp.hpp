// Times of audit events.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace nightlatch::scan {

// Microseconds of Unix time of an RFC 3339 text ("2026-11-21T23:15:50.585008Z", "…+01:00"); 0: it is none.
[[nodiscard]] std::int64_t parse_rfc3339(std::string_view text);

// "2026-11-21T23:15:50.585008Z"; empty for 0 and before 1970.
[[nodiscard]] std::string rfc3339(std::int64_t us);

// The second of the last time that was read: the times of a log follow each other closely.
struct LastSecond {
  std::array<char, 19> text{};
  std::int64_t begins_us = 0;
};
// The same, quicker for a time in that second, in the spelling of kube-apiserver.
[[nodiscard]] std::int64_t parse_usual_time(std::string_view text, LastSecond& last);

}  // namespace nightlatch::scan
