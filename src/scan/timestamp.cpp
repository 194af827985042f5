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

// The microseconds that ".585008Z" tells, all digits at once; -1: it is not spelled so.
std::int64_t fraction_us(const char* at) {
  if (at[0] != '.' || at[7] != 'Z') return -1;
  std::array<char, 8> spelled{'0', '0', at[1], at[2], at[3], at[4], at[5], at[6]};
  std::uint64_t digits = 0;
  std::memcpy(&digits, spelled.data(), sizeof digits);
  constexpr std::uint64_t zeros = 0x3030303030303030;
  constexpr std::uint64_t upper_halves = 0xF0F0F0F0F0F0F0F0;
  // A byte is a digit when its upper half is 3, before and after 6 is added.
  bool all_digits =
      (digits & upper_halves) == zeros && ((digits + 0x0606060606060606) & upper_halves) == zeros;
  if (!all_digits) return -1;
  // Neighbours become one number: of two, of four, of eight digits.
  digits -= zeros;
  digits = (digits * 10 + (digits >> 8U)) & 0x00FF00FF00FF00FF;
  digits = (digits * 100 + (digits >> 16U)) & 0x0000FFFF0000FFFF;
  return static_cast<std::int64_t>((digits * 10'000 + (digits >> 32U)) & 0xFFFFFFFF);
}

}  // namespace

std::string rfc3339(std::int64_t us) {
  if (us <= 0) return {};
  std::string stamp = utc_timestamp(std::chrono::system_clock::time_point(std::chrono::microseconds(us)));
  stamp.pop_back();
  return fmt::format("{}.{:06}Z", stamp, us % second_us);
}

std::int64_t parse_usual_time(std::string_view text, LastSecond& last) {
  constexpr std::size_t second = std::tuple_size_v<decltype(last.text)>;
  std::int64_t fraction = text.size() == second + 8 ? fraction_us(text.data() + second) : -1;
  if (fraction < 0) return parse_rfc3339(text);
  if (last.begins_us == 0 || std::memcmp(last.text.data(), text.data(), second) != 0) {
    std::int64_t time = parse_rfc3339(text);
    if (time == 0) return 0;
    std::memcpy(last.text.data(), text.data(), second);
    last.begins_us = time - fraction;
  }
  return last.begins_us + fraction;
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
