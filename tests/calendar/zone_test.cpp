#include "calendar/zone.hpp"

#include <gmock/gmock.h>

#include "calendar/sample_zones.hpp"

namespace nightlatch::calendar {
namespace {

TEST(Zone, HasTheOffsetOfTheMoment) {
  EXPECT_EQ(text_of(at("2026-03-29T00:59:59Z"), berlin()), "Sun 2026-03-29 01:59 CET");
  EXPECT_EQ(text_of(at("2026-03-29T01:00:00Z"), berlin()), "Sun 2026-03-29 03:00 CEST");
  EXPECT_EQ(text_of(at("2026-10-25T00:59:59Z"), berlin()), "Sun 2026-10-25 02:59 CEST");
  EXPECT_EQ(text_of(at("2026-10-25T01:00:00Z"), berlin()), "Sun 2026-10-25 02:00 CET");
  EXPECT_EQ(text_of(at("1990-01-01T00:00:00Z"), berlin()), "Mon 1990-01-01 01:00 CET");
  EXPECT_EQ(text_of(at("2026-11-28T21:00:00Z"), utc()), "Sat 2026-11-28 21:00 UTC");
}

TEST(Zone, AnOrdinaryLocalTimeIsOneMoment) {
  for (Occurrence which : {Occurrence::first, Occurrence::last}) {
    EXPECT_EQ(berlin().to_sys(local("2026-01-10T22:00"), which), at("2026-01-10T21:00:00Z"));
    EXPECT_EQ(berlin().to_sys(local("2026-07-10T22:00"), which), at("2026-07-10T20:00:00Z"));
    EXPECT_EQ(berlin().to_sys(local("2031-07-10T22:00"), which), at("2031-07-10T21:00:00Z"))
        << "the last span";
    EXPECT_EQ(berlin().to_sys(local("2020-07-10T22:00"), which), at("2020-07-10T21:00:00Z"))
        << "the first one";
  }
}

TEST(Zone, ASkippedLocalTimeIsTheMomentOfTheJump) {
  for (Occurrence which : {Occurrence::first, Occurrence::last}) {
    for (const char* time : {"2026-03-29T02:00", "2026-03-29T02:30", "2026-03-29T02:59"})
      EXPECT_EQ(berlin().to_sys(local(time), which), at("2026-03-29T01:00:00Z")) << time;
    EXPECT_EQ(berlin().to_sys(local("2026-03-29T03:00"), which), at("2026-03-29T01:00:00Z"));
    EXPECT_EQ(berlin().to_sys(local("2026-03-29T01:59"), which), at("2026-03-29T00:59:00Z"));
  }
}

TEST(Zone, ADoubledLocalTimeIsTwoMoments) {
  EXPECT_EQ(berlin().to_sys(local("2026-10-25T02:30"), Occurrence::first), at("2026-10-25T00:30:00Z"));
  EXPECT_EQ(berlin().to_sys(local("2026-10-25T02:30"), Occurrence::last), at("2026-10-25T01:30:00Z"));
  EXPECT_EQ(berlin().to_sys(local("2026-10-25T03:00"), Occurrence::first), at("2026-10-25T02:00:00Z"));
}

TEST(LocalTime, IsADayAndAMinute) {
  for (const char* text :
       {"2026-02-29T10:00", "2026-13-01T10:00", "2026-01-01T24:00", "2026-01-01T10:60", "2026-01-01 10:00",
        "2026-01-01T10:00Z", "", "x026-01-01T10:00", "2026-01-01T1x:00"})
    EXPECT_FALSE(read_local_time(text)) << text;
  EXPECT_TRUE(read_local_time("2028-02-29T23:59"));
}

}  // namespace
}  // namespace nightlatch::calendar
