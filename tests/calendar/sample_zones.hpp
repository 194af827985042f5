// Zones and times for tests, without the data of the system.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "calendar/window.hpp"
#include "util/text.hpp"

namespace nightlatch::calendar {

inline sys_seconds at(const std::string& text) {
  auto found = parse_utc_timestamp(text);
  EXPECT_TRUE(found) << text;
  return std::chrono::floor<seconds>(*found);
}

// 2026: forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC.
inline Zone berlin() {
  using std::chrono::hours;
  return {"Europe/Berlin",
          {{.begin = at("2025-10-26T01:00:00Z"), .offset = hours(1), .abbreviation = "CET"},
           {.begin = at("2026-03-29T01:00:00Z"), .offset = hours(2), .abbreviation = "CEST"},
           {.begin = at("2026-10-25T01:00:00Z"), .offset = hours(1), .abbreviation = "CET"}}};
}

inline local_seconds local(const std::string& text) {
  auto found = read_local_time(text);
  EXPECT_TRUE(found) << text;
  return found.value_or(local_seconds());
}

// "2026-11-28T21:00:00Z to 2026-11-29T01:00:00Z", one a line.
inline std::string text_of(const std::vector<Interval>& intervals) {
  std::string text;
  for (const Interval& one : intervals)
    text += utc_timestamp(one.begin) + " to " + utc_timestamp(one.end) + "\n";
  return text;
}

}  // namespace nightlatch::calendar
