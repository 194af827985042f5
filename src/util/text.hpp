// Text for people: durations, "did you mean". None of these functions fails.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch {

// The parts between the separators; one more than there are separators, so never empty.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
// The lines of a text; its last one may lack its end.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);
// Without white space (isspace) at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);
// The last line of the text when it is trimmed; empty where there is none.
[[nodiscard]] std::string_view last_line_of(std::string_view text);

// With the unit that fits: 800 ms, 4.1 s, 38 s, 2 min 40 s, 1 h 5 min.
[[nodiscard]] std::string human_duration(std::chrono::milliseconds duration);

// The candidate closest to `word` by edit distance; nullopt: none is close enough for a typing error.
[[nodiscard]] std::optional<std::string> did_you_mean(std::string_view word,
                                                      std::span<const std::string> candidates);

// The position of the byte `offset` in `text`, for an error that points at `width` bytes from there on.
[[nodiscard]] SourcePlace place_at(std::string_view text, std::size_t offset, std::string file,
                                   std::size_t width = 1);

// UTC, 2026-11-22T01:14:05Z.
[[nodiscard]] std::string utc_timestamp(std::chrono::system_clock::time_point when);
// The time that begins so, as the API and its plugins write it (metav1.Time). nullopt: it is no such text.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_utc_timestamp(
    const std::string& text);

[[nodiscard]] bool is_among(std::string_view name, std::span<const std::string> names);

// NL1203, for the number of an ErrorCode.
[[nodiscard]] std::string code_name(int number);
// The message of an error and its details, on one line.
[[nodiscard]] std::string message_and_details(const Error& error, std::string_view separator);

}  // namespace nightlatch
