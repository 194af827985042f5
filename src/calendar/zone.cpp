#include "calendar/zone.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace nightlatch::calendar {

namespace {

using namespace std::chrono;

// The number of the digits, -1 for anything else.
int number_in(std::string_view text) {
  int value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return text.empty() ? -1 : value;
}

}  // namespace

const ZoneSpan& Zone::span_at(sys_seconds when) const {
  auto after = std::upper_bound(spans_.begin(), spans_.end(), when,
                                [](sys_seconds one, const ZoneSpan& span) { return one < span.begin; });
  return after == spans_.begin() ? spans_.front() : *std::prev(after);
}

// Every span in which the local time could lie is tried: offsets are below a day.
sys_seconds Zone::to_sys(local_seconds when, Occurrence which) const {
  const sys_seconds as_utc(when.time_since_epoch());
  std::optional<sys_seconds> found;
  std::optional<sys_seconds> jump;  // the first moment at which the clock shows more
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    const ZoneSpan& span = spans_[i];
    if (span.begin > as_utc + days(2)) break;
    sys_seconds then = as_utc - span.offset;
    bool begun = i == 0 || then >= span.begin;
    bool ended = i + 1 < spans_.size() && then >= spans_[i + 1].begin;
    if (begun && !ended && (!found || which == Occurrence::last)) found = then;
    if (!begun && !jump) jump = span.begin;
  }
  return found ? *found : jump.value_or(as_utc - spans_.back().offset);
}

Zone utc() {
  return {"UTC", {{.begin = sys_seconds(seconds(0)), .offset = seconds(0), .abbreviation = "UTC"}}};
}

std::string text_of(sys_seconds when, const Zone& zone) {
  constexpr std::array names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  local_seconds local = zone.to_local(when);
  local_days day = floor<days>(local);
  year_month_day date(day);
  auto minute = floor<minutes>(local - day).count();
  return fmt::format("{} {:04}-{:02}-{:02} {:02}:{:02} {}", names[weekday(day).c_encoding()],
                     static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), minute / 60, minute % 60,
                     zone.span_at(when).abbreviation);
}

std::optional<local_seconds> read_local_time(std::string_view text) {
  if (text.size() != 16 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':')
    return std::nullopt;
  int hour = number_in(text.substr(11, 2));
  int minute = number_in(text.substr(14, 2));
  int of_year = number_in(text.substr(0, 4));
  int of_month = number_in(text.substr(5, 2));
  int of_day = number_in(text.substr(8, 2));
  if (of_year < 0 || of_month < 0 || of_day < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59)
    return std::nullopt;
  year_month_day date(year(of_year), month(static_cast<unsigned>(of_month)),
                      day(static_cast<unsigned>(of_day)));
  if (!date.ok()) return std::nullopt;
  return local_seconds(local_days(date).time_since_epoch()) + hours(hour) + minutes(minute);
}

}  // namespace nightlatch::calendar
