// The words that a value may be: durations, dates, names, hosts, paths, URLs. Each says whether `text` is
// one.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace nightlatch::spec {

// "90s", "5m", "1h30m": hours, minutes, seconds in that order, each at most once.
[[nodiscard]] std::optional<std::chrono::seconds> read_duration(std::string_view text);
// Digits alone, no sign.
[[nodiscard]] std::optional<long> read_integer(std::string_view text);

[[nodiscard]] bool is_date(std::string_view text);
[[nodiscard]] bool is_time_of_day(std::string_view text);
[[nodiscard]] bool is_name(std::string_view text);
[[nodiscard]] bool is_host(std::string_view text);
[[nodiscard]] bool is_url_path(std::string_view text);
[[nodiscard]] bool is_absolute_path(std::string_view text);
[[nodiscard]] bool is_https_url(std::string_view text);

}  // namespace nightlatch::spec
