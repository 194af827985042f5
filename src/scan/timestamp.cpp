#include "scan/timestamp.hpp"

#include <array>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

#include "util/text.hpp"

namespace nightlatch::scan {

namespace {

constexpr std::int64_t second_us = 1'000'000;

// The number of `count` digits at `at`; -1: there are none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// Days since 1970-01-01 of a day of the Gregorian calendar (Howard Hinnant, days_from_civil).
std::int64_t days_from_civil(int year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  int era = year / 400;
  int year_of_era = year - era * 400;
  int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return static_cast<std::int64_t>(era) * 146'097 + day_of_era - 719'468;
}

// Seconds that the zone at `at` is ahead of UTC; `valid` becomes false where there is no zone.
int zone_seconds(std::string_view text, std::size_t at, bool& valid) {
  std::string_view zone = text.substr(at);
  if (zone == "Z" || zone == "z") return 0;
  int hours = digits(zone, 1, 2);
  int minutes = digits(zone, 4, 2);
  valid =
      zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' && hours >= 0 && minutes >= 0;
  int seconds = hours * 3600 + minutes * 60;
  return valid ? (zone[0] == '-' ? -seconds : seconds) : 0;
}

// The microseconds of the day of "…T23:15:50.585008Z", which is what kube-apiserver writes; -1: another
// spelling.
std::int64_t usual_time_of_day(const char* at) {
  constexpr std::string_view shape = "T00:00:00.000000Z";
  std::int64_t value = 0;
  unsigned wrong = 0;
  constexpr std::array<std::int64_t, 17> weights{
      0, 36'000'000'000, 3'600'000'000, 0,     600'000'000, 60'000'000, 0, 10'000'000, 1'000'000,
      0, 100'000,        10'000,        1'000, 100,         10,         1, 0};
  for (std::size_t i = 0; i < shape.size(); ++i) {
    auto digit =
        static_cast<unsigned>(static_cast<unsigned char>(at[i])) - static_cast<unsigned char>(shape[i]);
    wrong |= static_cast<unsigned>(weights[i] == 0 ? digit != 0 : digit > 9);
    value += weights[i] * static_cast<std::int64_t>(digit & 0xFFU);  // more is wrong, and must not overflow
  }
  bool in_range = at[1] <= '2' && at[4] <= '5' && at[7] <= '5' && value < std::int64_t{86'400} * second_us;
  return wrong == 0 && in_range ? value : -1;
}

}  // namespace

std::string rfc3339(std::int64_t us) {
  if (us <= 0) return {};
  std::string stamp = utc_timestamp(std::chrono::system_clock::time_point(std::chrono::microseconds(us)));
  stamp.pop_back();
  return fmt::format("{}.{:06}Z", stamp, us % second_us);
}

std::int64_t parse_usual_time(std::string_view text, LastDay& last) {
  if (text.size() != 27) return parse_rfc3339(text);
  std::int64_t of_day = usual_time_of_day(text.data() + 10);
  if (of_day < 0) return parse_rfc3339(text);
  if (std::memcmp(last.text.data(), text.data(), last.text.size()) != 0) {
    std::int64_t midnight = parse_rfc3339(std::string(text.substr(0, 10)) + "T00:00:00Z");
    if (midnight == 0) return 0;
    std::memcpy(last.text.data(), text.data(), last.text.size());
    last.midnight_us = midnight;
  }
  return last.midnight_us + of_day;
}

std::int64_t parse_rfc3339(std::string_view text) {
  int year = digits(text, 0, 4);
  int month = digits(text, 5, 2);
  int day = digits(text, 8, 2);
  int hour = digits(text, 11, 2);
  int minute = digits(text, 14, 2);
  int second = digits(text, 17, 2);
  bool valid = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour >= 0 && hour <= 23 &&
               minute >= 0 && minute <= 59 && second >= 0 && second <= 60 && text[4] == '-' &&
               text[7] == '-' && (text[10] == 'T' || text[10] == 't' || text[10] == ' ') && text[13] == ':' &&
               text[16] == ':';
  if (!valid) return 0;
  std::size_t at = 19;
  std::int64_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    std::int64_t scale = second_us;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      scale /= 10;
      fraction += (text[at] - '0') * scale;  // the scale is 0 behind the sixth digit
    }
  }
  int ahead = zone_seconds(text, at, valid);
  if (!valid) return 0;
  std::int64_t seconds =
      days_from_civil(year, month, day) * 86'400 + hour * 3600 + minute * 60 + second - ahead;
  return seconds * second_us + fraction;
}

}  // namespace nightlatch::scan
