#include "calendar/icalendar.hpp"

#include <gmock/gmock.h>

#include "calendar/errors.hpp"
#include "calendar/sample_zones.hpp"

namespace nightlatch::calendar {
namespace {

using testing::HasSubstr;

Result<Zone> zone_named(const std::string& name) {
  if (name == "Europe/Berlin") return berlin();
  return fail(calendar_errors::zone_unknown, "there is no time zone \"" + name + "\"");
}

std::string calendar(const std::string& body) {
  std::string text =
      "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\nX-WR-CALNAME:freezes\n" + body + "END:VCALENDAR\n";
  std::string lines;
  for (char c : text) lines += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return lines;
}
std::string event(const std::string& lines) {
  return "BEGIN:VEVENT\nUID:1@x\nDTSTAMP:20260101T000000Z\nSUMMARY:freeze\n" + lines + "END:VEVENT\n";
}

Result<std::vector<Interval>> read(const std::string& bytes, const std::string& from = "2026-01-01T00:00:00Z",
                                   const std::string& until = "2027-01-01T00:00:00Z") {
  Zone zone = berlin();
  return read_calendar({.bytes = bytes,
                        .file = "freeze.ics",
                        .zone = zone,
                        .zone_named = zone_named,
                        .within = {at(from), at(until)}});
}
std::string times(const std::string& lines, const std::string& from = "2026-01-01T00:00:00Z",
                  const std::string& until = "2027-01-01T00:00:00Z") {
  auto found = read(calendar(event(lines)), from, until);
  if (!found) return found.error().message;
  std::sort(found->begin(), found->end(),
            [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  found->erase(std::unique(found->begin(), found->end()), found->end());
  return text_of(*found);
}

TEST(Calendar, AnEventWithAZoneInUtcAndWithoutOne) {
  EXPECT_EQ(times("DTSTART;TZID=Europe/Berlin:20261224T180000\nDTEND;TZID=Europe/Berlin:20261224T220000\n"),
            "2026-12-24T17:00:00Z to 2026-12-24T21:00:00Z\n");
  EXPECT_EQ(times("DTSTART:20261224T180000Z\nDURATION:PT1H30M\n"),
            "2026-12-24T18:00:00Z to 2026-12-24T19:30:00Z\n");
  EXPECT_EQ(times("DTSTART:20261224T180000\nDTEND:20261224T190000\n"),
            "2026-12-24T17:00:00Z to 2026-12-24T18:00:00Z\n");
}

TEST(Calendar, AWholeDayLastsFromMidnightToMidnightAndItsEndIsNotPartOfIt) {
  EXPECT_EQ(times("DTSTART;VALUE=DATE:20261224\n"), "2026-12-23T23:00:00Z to 2026-12-24T23:00:00Z\n");
  EXPECT_EQ(times("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\n"),
            "2026-12-23T23:00:00Z to 2026-12-26T23:00:00Z\n");
  EXPECT_EQ(times("DTSTART;VALUE=DATE:20261025\n"), "2026-10-24T22:00:00Z to 2026-10-25T23:00:00Z\n")
      << "the day of 25 hours";
}

TEST(Calendar, ARuleRecursInTheLocalTimeOfItsEvent) {
  EXPECT_EQ(times("DTSTART;TZID=Europe/Berlin:20260320T200000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3\n"),
            "2026-03-20T19:00:00Z to 2026-03-20T20:00:00Z\n"
            "2026-03-27T19:00:00Z to 2026-03-27T20:00:00Z\n"
            "2026-04-03T18:00:00Z to 2026-04-03T19:00:00Z\n");
}

TEST(Calendar, ARuleEndsWithItsLastDayWhicheverWayItIsWritten) {
  const std::string first = "DTSTART;TZID=Europe/Berlin:20260601T233000\nDURATION:PT15M\n";
  const std::string two =
      "2026-06-01T21:30:00Z to 2026-06-01T21:45:00Z\n2026-06-02T21:30:00Z to 2026-06-02T21:45:00Z\n";
  EXPECT_EQ(times(first + "RRULE:FREQ=DAILY;UNTIL=20260602T213000Z\n"), two);
  EXPECT_EQ(times(first + "RRULE:FREQ=DAILY;UNTIL=20260602\n"), two);
}

TEST(Calendar, WhatARuleLeavesOutIsLeftOut) {
  EXPECT_EQ(times("DTSTART;TZID=Europe/Berlin:20260601T200000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4\n"
                  "EXDATE;TZID=Europe/Berlin:20260602T200000,20260603T200000\n"),
            "2026-06-01T18:00:00Z to 2026-06-01T19:00:00Z\n"
            "2026-06-04T18:00:00Z to 2026-06-04T19:00:00Z\n");
  EXPECT_EQ(times("DTSTART;TZID=Europe/Berlin:20260601T200000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\n"
                  "EXDATE:20260602T180000Z\n"),
            "2026-06-01T18:00:00Z to 2026-06-01T19:00:00Z\n");
}

TEST(Calendar, AYearlyRuleReachesFromLongAgo) {
  EXPECT_EQ(times("DTSTART;VALUE=DATE:19990501\nRRULE:FREQ=YEARLY\n"),
            "2026-04-30T22:00:00Z to 2026-05-01T22:00:00Z\n");
  EXPECT_EQ(times("DTSTART;VALUE=DATE:20200131\nRRULE:FREQ=MONTHLY;BYDAY=-1FR\n", "2026-05-01T00:00:00Z",
                  "2026-06-01T00:00:00Z"),
            "2026-05-28T22:00:00Z to 2026-05-29T22:00:00Z\n");
}

TEST(Calendar, TheDoubledHourIsDeniedBothTimes) {
  EXPECT_EQ(times("DTSTART;TZID=Europe/Berlin:20261025T020000\nDTEND;TZID=Europe/Berlin:20261025T030000\n"),
            "2026-10-25T00:00:00Z to 2026-10-25T02:00:00Z\n");
}

TEST(Calendar, AnEventThatWasCalledOffIsNone) {
  EXPECT_EQ(times("DTSTART:20261224T180000Z\nDURATION:PT1H\nSTATUS:CANCELLED\n"), "");
  EXPECT_NE(times("DTSTART:20261224T180000Z\nDURATION:PT1H\nSTATUS:TENTATIVE\nTRANSP:TRANSPARENT\n"), "");
}

// --- what is refused

TEST(Calendar, WhatWouldMoveAnEventIsRefusedByItsName) {
  auto why = [](const std::string& body) {
    auto found = read(calendar(body));
    EXPECT_FALSE(found) << body;
    if (found) return std::string();
    EXPECT_EQ(found.error().code.number, calendar_errors::calendar_unsupported.number);
    return found.error().message;
  };
  EXPECT_EQ(why(event("DTSTART:20261224T180000Z\nRDATE:20261225T180000Z\n")),
            "freeze.ics: the event \"freeze\" has RDATE");
  EXPECT_EQ(why(event("DTSTART:20261224T180000Z\nRECURRENCE-ID:20261224T180000Z\n")),
            "freeze.ics: the event \"freeze\" has RECURRENCE-ID");
  EXPECT_THAT(why("BEGIN:VTODO\nUID:2\nEND:VTODO\n"), HasSubstr("the calendar has VTODO"));
  EXPECT_THAT(why(event("DTSTART:20260101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY\n")),
              HasSubstr("more than 20000 occurrences"));
}

TEST(Calendar, AZoneThatNobodyKnowsIsRefusedAlsoWhereTheFileDescribesIt) {
  auto found =
      read(calendar("BEGIN:VTIMEZONE\nTZID:Customized\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
                    "TZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n" +
                    event("DTSTART;TZID=Customized:20261224T180000\nDURATION:PT1H\n")));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code.number, calendar_errors::zone_unknown.number);
}

TEST(Calendar, WhatIsNoCalendarIsAnError) {
  for (const std::string& bytes :
       {std::string(), std::string("a: b\n"), calendar(event("SUMMARY:no time\n")),
        calendar(event("DTSTART:yesterday\n")), calendar(event("DTSTART:20261324T180000Z\n"))}) {
    auto found = read(bytes);
    ASSERT_FALSE(found) << bytes;
    EXPECT_EQ(found.error().code.number, calendar_errors::not_a_calendar.number) << found.error().message;
  }
}

// libical would read up to it, and overlook the freeze behind it.
TEST(Calendar, ANulByteIsRefused) {
  std::string bytes = calendar(event("DTSTART:20261224T180000Z\nDTEND:20261224T190000Z\n"));
  ASSERT_TRUE(read(bytes));
  for (std::size_t at : {bytes.size(), bytes.size() / 2, std::size_t(0)}) {
    std::string with = bytes;
    with.insert(at, 1, '\0');
    auto found = read(with);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code.number, calendar_errors::not_a_calendar.number);
    EXPECT_EQ(found.error().message, "freeze.ics: it holds a NUL byte");
  }
}

// Found by icalendar_fuzz: libical has no name for it.
TEST(Calendar, AComponentThatNobodyKnowsIsRefused) {
  auto found = read(calendar("BEGIN:VEV\xc5NT\nUID:1\nDTSTART:20261225T180000Z\nEND:VEVENT\n"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code.number, calendar_errors::calendar_unsupported.number);
  EXPECT_THAT(found.error().message, HasSubstr("something unknown"));
}

}  // namespace
}  // namespace nightlatch::calendar
