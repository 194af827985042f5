// How a value is written: durations, dates, names, hosts, paths, URLs. Each function says whether `text` is
// one; none fails.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace nightlatch::spec {

// "90s", "5m", "1h30m": hours, minutes and seconds in this order, each at most once; nullopt otherwise.
[[nodiscard]] std::optional<std::chrono::seconds> read_duration(std::string_view text);
// Digits without sign and without leading zeros; nullopt otherwise.
[[nodiscard]] std::optional<long> read_integer(std::string_view text);

// YYYY-MM-DD, a day of the calendar.
[[nodiscard]] bool is_date(std::string_view text);
// HH:MM, 00:00 to 23:59.
[[nodiscard]] bool is_time_of_day(std::string_view text);
// 1 to 253 letters, digits, "-", "_" and ".", not beginning with "-" or ".": safe as a file name.
[[nodiscard]] bool is_name(std::string_view text);
// A DNS name, an IPv4 address, or an IPv6 address without brackets.
[[nodiscard]] bool is_host(std::string_view text);
// Begins with "/", without query, wildcard and escapes.
[[nodiscard]] bool is_url_path(std::string_view text);
// Begins with "/", plain characters, without "//", ".", ".." and a "/" at the end.
[[nodiscard]] bool is_absolute_path(std::string_view text);
// https://HOST or https://HOST:PORT.
[[nodiscard]] bool is_https_url(std::string_view text);

}  // namespace nightlatch::spec
