#include "calendar/window.hpp"

#include <gmock/gmock.h>

#include "calendar/sample_zones.hpp"

namespace nightlatch::calendar {
namespace {

using namespace std::chrono;

Weekly weekly(std::vector<weekday> days, hours start, seconds duration) {
  return {.days = std::move(days), .start = start, .duration = duration};
}

Window window(Entries allow, Entries deny = {}, std::vector<Interval> denied = {}) {
  return {{.timezone = "Europe/Berlin", .allow = std::move(allow), .deny = std::move(deny), .calendar = {}},
          berlin(),
          std::move(denied)};
}

std::string open(const Window& one, const std::string& from, const std::string& until) {
  return text_of(one.open_between(at(from), at(until)));
}

const Window weekends = window({.weekly = {weekly({Saturday, Sunday}, 22h, 4h)}, .dated = {}});

TEST(Window, BelongsToTheDayOfItsStartAlsoBehindMidnight) {
  EXPECT_EQ(open(weekends, "2026-11-27T00:00:00Z", "2026-12-01T00:00:00Z"),
            "2026-11-28T21:00:00Z to 2026-11-29T01:00:00Z\n"
            "2026-11-29T21:00:00Z to 2026-11-30T01:00:00Z\n");
  EXPECT_EQ(weekends.open_until(at("2026-11-30T00:30:00Z")), at("2026-11-30T01:00:00Z"))
      << "a Monday morning";
  EXPECT_EQ(weekends.open_until(at("2026-11-28T00:30:00Z")), std::nullopt) << "a Saturday morning";
}

TEST(Window, BeginsWithItsFirstSecondAndEndsBeforeItsLast) {
  EXPECT_FALSE(weekends.open_until(at("2026-11-28T20:59:59Z")));
  EXPECT_TRUE(weekends.open_until(at("2026-11-28T21:00:00Z")));
  EXPECT_TRUE(weekends.open_until(at("2026-11-29T00:59:59Z")));
  EXPECT_FALSE(weekends.open_until(at("2026-11-29T01:00:00Z")));
}

TEST(Window, TheNextOpeningHasTheTimeThatIsNeeded) {
  auto next = [](const std::string& now, seconds needed) {
    auto found = weekends.next(at(now), needed);
    return found ? text_of(std::vector{*found}) : "none\n";
  };
  EXPECT_EQ(next("2026-11-26T12:00:00Z", 1h), "2026-11-28T21:00:00Z to 2026-11-29T01:00:00Z\n");
  EXPECT_EQ(next("2026-11-28T23:00:00Z", 2h), "2026-11-28T23:00:00Z to 2026-11-29T01:00:00Z\n");
  EXPECT_EQ(next("2026-11-28T23:00:01Z", 2h), "2026-11-29T21:00:00Z to 2026-11-30T01:00:00Z\n");
  EXPECT_EQ(next("2026-11-26T12:00:00Z", 4h), "2026-11-28T21:00:00Z to 2026-11-29T01:00:00Z\n");
  EXPECT_EQ(next("2026-11-26T12:00:00Z", 4h + 1s), "none\n");
}

TEST(Window, ThatTouchesAnotherIsOneWithIt) {
  Window nights = window({.weekly = {weekly({}, 22h, 2h), weekly({}, 0h, 3h)}, .dated = {}});
  EXPECT_EQ(open(nights, "2026-11-28T12:00:00Z", "2026-11-29T12:00:00Z"),
            "2026-11-28T21:00:00Z to 2026-11-29T02:00:00Z\n");
}

TEST(Window, WhatIsDeniedWins) {
  Entries allow{.weekly = {weekly({Saturday}, 22h, 4h)}, .dated = {}};
  Window holed = window(allow, {.weekly = {weekly({Saturday}, 23h, 1h)}, .dated = {}});
  EXPECT_EQ(open(holed, "2026-11-28T12:00:00Z", "2026-11-29T12:00:00Z"),
            "2026-11-28T21:00:00Z to 2026-11-28T22:00:00Z\n"
            "2026-11-28T23:00:00Z to 2026-11-29T01:00:00Z\n");
  Window frozen =
      window(allow, {.weekly = {}, .dated = {{local("2026-11-20T00:00"), local("2026-12-31T00:00")}}});
  EXPECT_EQ(open(frozen, "2026-11-28T12:00:00Z", "2026-11-29T12:00:00Z"), "");
  Window marked = window(allow, {}, {{at("2026-11-28T00:00:00Z"), at("2026-11-28T22:30:00Z")}});
  EXPECT_EQ(open(marked, "2026-11-28T12:00:00Z", "2026-11-29T12:00:00Z"),
            "2026-11-28T22:30:00Z to 2026-11-29T01:00:00Z\n");
}

TEST(Window, ASingleDateIsOpenBesideTheWeeklyOnes) {
  Window special = window({.weekly = {weekly({Saturday}, 22h, 1h)},
                           .dated = {{local("2026-11-27T20:00"), local("2026-11-27T23:30")}}});
  EXPECT_EQ(open(special, "2026-11-27T00:00:00Z", "2026-11-29T00:00:00Z"),
            "2026-11-27T19:00:00Z to 2026-11-27T22:30:00Z\n"
            "2026-11-28T21:00:00Z to 2026-11-28T22:00:00Z\n");
}

TEST(Window, WithoutWhatIsAllowedIsOpenButForWhatIsDenied) {
  Window freeze =
      window({}, {.weekly = {}, .dated = {{local("2026-12-20T00:00"), local("2027-01-07T00:00")}}});
  EXPECT_TRUE(freeze.open_until(at("2026-11-28T12:00:00Z")));
  EXPECT_FALSE(freeze.open_until(at("2026-12-24T18:00:00Z")));
  EXPECT_EQ(freeze.next(at("2026-12-24T18:00:00Z"), 1h)->begin, at("2027-01-06T23:00:00Z"));
}

// --- the two nights on which the clock is changed

TEST(Window, ThatBeginsInTheSkippedHourBeginsAtTheJumpAndLastsAsLong) {
  Window early = window({.weekly = {{.days = {Sunday}, .start = 2h + 30min, .duration = 2h}}, .dated = {}});
  EXPECT_EQ(open(early, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"),
            "2026-03-29T01:00:00Z to 2026-03-29T03:00:00Z\n");
}

TEST(Window, AcrossTheSkippedHourLastsAsLongAsItSays) {
  EXPECT_EQ(open(weekends, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"),
            "2026-03-28T21:00:00Z to 2026-03-29T01:00:00Z\n")
      << "until 03:00 by the clock";
}

TEST(Window, ThatBeginsInTheDoubledHourBeginsOnceAndAtTheFirst) {
  Window early = window({.weekly = {{.days = {Sunday}, .start = 2h + 30min, .duration = 2h}}, .dated = {}});
  EXPECT_EQ(open(early, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"),
            "2026-10-25T00:30:00Z to 2026-10-25T02:30:00Z\n");
}

TEST(Window, WhatIsDeniedInTheDoubledHourIsDeniedBothTimes) {
  Window holed = window({.weekly = {weekly({}, 0h, 8h)}, .dated = {}},
                        {.weekly = {weekly({Sunday}, 2h, 1h)}, .dated = {}});
  EXPECT_EQ(open(holed, "2026-10-24T22:00:00Z", "2026-10-25T12:00:00Z"),
            "2026-10-24T22:00:00Z to 2026-10-25T00:00:00Z\n"
            "2026-10-25T02:00:00Z to 2026-10-25T06:00:00Z\n");
}

TEST(Window, WhatIsDeniedInTheSkippedHourIsDeniedAfterTheJump) {
  Window holed = window({.weekly = {weekly({}, 0h, 8h)}, .dated = {}},
                        {.weekly = {{.days = {Sunday}, .start = 2h + 30min, .duration = 1h}}, .dated = {}});
  EXPECT_EQ(open(holed, "2026-03-28T23:00:00Z", "2026-03-29T12:00:00Z"),
            "2026-03-28T23:00:00Z to 2026-03-29T01:00:00Z\n"
            "2026-03-29T02:00:00Z to 2026-03-29T07:00:00Z\n");
}

TEST(Window, ASingleDateEndsAtTheFirstOfTwo) {
  Window once = window({.weekly = {}, .dated = {{local("2026-10-25T01:00"), local("2026-10-25T02:30")}}});
  EXPECT_EQ(open(once, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"),
            "2026-10-24T23:00:00Z to 2026-10-25T00:30:00Z\n");
}

}  // namespace
}  // namespace nightlatch::calendar
