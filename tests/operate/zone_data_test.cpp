// The zone data of the system, and the arithmetic of calendar/ over it: ten zones, ten years, every change of
// the clock. The C library reads the same data in its own way, and must agree.
#include "operate/zone_data.hpp"

#include <ctime>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendar/errors.hpp"
#include "calendar/window.hpp"
#include "util/environment.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using namespace std::chrono;
using calendar::Occurrence;
using calendar::Zone;

const sys_seconds from = sys_days(year(2026) / 1 / 1);
const sys_seconds until = sys_days(year(2036) / 1 / 1);

// Both hemispheres, half hours, a change of half an hour, one at midnight, and zones without any.
const std::vector<std::string> ten{
    "Europe/Berlin", "America/New_York", "America/Sao_Paulo",   "Asia/Kolkata",     "Asia/Tehran",
    "Africa/Cairo",  "America/St_Johns", "Australia/Lord_Howe", "Pacific/Auckland", "UTC"};

Zone zone(const std::string& name) {
  auto found = zone_named(name, from);
  EXPECT_TRUE(found) << name;
  return found ? *found : calendar::utc();
}

// The C library's word, in the zone of TZ.
local_seconds by_c_library(sys_seconds when) {
  std::time_t time = when.time_since_epoch().count();
  std::tm parts{};
  ::localtime_r(&time, &parts);
  return local_seconds(when.time_since_epoch() + seconds(parts.tm_gmtoff));
}

class ZoneOfTheSystem : public testing::TestWithParam<std::string> {
 protected:
  ZoneOfTheSystem() { ::tzset(); }
  // The moments of the ten years at which the offset changes.
  [[nodiscard]] std::vector<sys_seconds> changes() const {
    std::vector<sys_seconds> found;
    for (sys_seconds hour = from; hour < until; hour += hours(1)) {
      sys_seconds next = hour + hours(1);
      if (zone_.span_at(hour).offset == zone_.span_at(next).offset) continue;
      sys_seconds low = hour;
      while (next - low > seconds(1)) {
        sys_seconds middle = low + (next - low) / 2;
        (zone_.span_at(middle).offset == zone_.span_at(hour).offset ? low : next) = middle;
      }
      found.push_back(next);
    }
    return found;
  }

  ScopedVariable tz_{"TZ", GetParam().c_str()};
  Zone zone_ = zone(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Ten, ZoneOfTheSystem, testing::ValuesIn(ten), [](const auto& param) {
  std::string name = param.param;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

TEST_P(ZoneOfTheSystem, ShowsTheTimeThatTheCLibraryShows) {
  for (sys_seconds when = from; when < until; when += hours(7))
    ASSERT_EQ(zone_.to_local(when), by_c_library(when)) << utc_timestamp(when);
  for (sys_seconds change : changes()) {
    for (int second : {-3600, -1, 0, 1, 1799, 3600})
      ASSERT_EQ(zone_.to_local(change + seconds(second)), by_c_library(change + seconds(second)));
  }
}

// Every minute of the hours around every change: it is one moment, two, or skipped.
TEST_P(ZoneOfTheSystem, KnowsEachSkippedAndEachDoubledMinute) {
  for (sys_seconds change : changes()) {
    seconds before = zone_.span_at(change - seconds(1)).offset;
    seconds after = zone_.span_at(change).offset;
    local_seconds jump(change.time_since_epoch() + before);  // what the clock would have shown
    for (local_seconds minute = jump - hours(3); minute < jump + hours(3); minute += minutes(1)) {
      sys_seconds first = zone_.to_sys(minute, Occurrence::first);
      sys_seconds last = zone_.to_sys(minute, Occurrence::last);
      bool skipped = after > before && minute >= jump && minute < jump + (after - before);
      bool doubled = after < before && minute < jump && minute >= jump - (before - after);
      if (skipped) {
        ASSERT_EQ(first, change);
        ASSERT_EQ(last, change);
        continue;
      }
      ASSERT_EQ(zone_.to_local(first), minute);
      ASSERT_EQ(zone_.to_local(last), minute);
      ASSERT_EQ(last - first, doubled ? before - after : seconds(0)) << utc_timestamp(change);
    }
  }
}

// A window of every weekday begins on its day, as often as there are such days, and lasts as long as it says.
TEST_P(ZoneOfTheSystem, OpensAWeeklyWindowOnceAWeekForTenYears) {
  for (seconds start : {seconds(0), seconds(minutes(150)), seconds(hours(22))}) {
    calendar::Weekly weekly{.days = {Sunday}, .start = start, .duration = hours(4)};
    calendar::Window window(
        {.timezone = GetParam(), .allow = {.weekly = {weekly}, .dated = {}}, .deny = {}, .calendar = {}},
        zone_);
    std::vector<calendar::Interval> open = window.open_between(from, until);
    std::set<local_days> days_seen;
    for (const calendar::Interval& one : open) {
      ASSERT_EQ(one.end - one.begin, hours(4));
      local_seconds shown = zone_.to_local(one.begin);
      local_days day = floor<days>(shown);
      ASSERT_EQ(weekday(day), Sunday) << utc_timestamp(one.begin);
      // Where the start is skipped, the clock shows the time behind the jump.
      bool jumped = zone_.span_at(one.begin - seconds(1)).offset != zone_.span_at(one.begin).offset;
      if (jumped) {
        ASSERT_GE(shown - day, start);
      } else {
        ASSERT_EQ(shown - day, start) << utc_timestamp(one.begin);
      }
      ASSERT_TRUE(days_seen.insert(day).second) << "twice on one day";
      ASSERT_TRUE(window.open_until(one.begin));
      ASSERT_FALSE(window.open_until(one.end));
    }
    auto sundays = static_cast<std::size_t>((until - from) / weeks(1));
    ASSERT_GE(open.size(), sundays);
    ASSERT_LE(open.size(), sundays + 2);
  }
}

TEST(ZoneData, AnUnknownZoneIsAnErrorByItsName) {
  for (const char* name : {"Europe/Berlim", "", "../../etc/passwd"}) {
    auto found = zone_named(name, from);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code.number, calendar_errors::zone_unknown.number);
    EXPECT_EQ(found.error().message, std::string("there is no time zone \"") + name + "\"");
  }
}

TEST(ZoneData, NeedsNoVariableOfTheEnvironment) {
  ScopedVariable tz("TZ", "Asia/Tokyo");
  EXPECT_EQ(zone("Europe/Berlin").span_at(from).offset, hours(1));
}

TEST(ZoneData, TheZoneOfTheReaderIsAZone) {
  EXPECT_FALSE(reader_zone(from).name().empty());
}

}  // namespace
}  // namespace nightlatch::operate
