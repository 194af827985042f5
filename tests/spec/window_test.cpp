#include "spec/window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spec/errors.hpp"
#include "spec/playbook.hpp"

namespace nightlatch::spec {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result<Playbook> with(const std::string& window) {
  return parse_playbook("apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec: {window: {" + window + "}}\n",
                        "x.yaml");
}
std::string error_of_window(const std::string& window) {
  auto read = with(window);
  return read ? "" : std::to_string(read.error().code.number) + " " + read.error().message;
}

TEST(WindowOfAPlaybook, IsReadWithItsDaysTimesAndCalendar) {
  auto read = with(
      "timezone: Europe/Berlin, allow: [{days: [Sat, Sun], start: \"22:30\", duration: 4h}], dates: [{from: "
      "\"2026-12-05T20:00\", to: \"2026-12-06T02:00\"}], deny: [{start: \"00:00\", duration: 1h}, {from: "
      "\"2026-12-24T00:00\", to: \"2026-12-27T00:00\"}], calendar: ~/freeze.ics");
  ASSERT_TRUE(read) << read.error().message;
  const calendar::WindowRules& window = read->window;
  EXPECT_TRUE(window.is_stated());
  EXPECT_EQ(window.timezone, "Europe/Berlin");
  ASSERT_EQ(window.allow.weekly.size(), 1U);
  EXPECT_THAT(window.allow.weekly[0].days, ElementsAre(Saturday, Sunday));
  EXPECT_EQ(window.allow.weekly[0].start, hours(22) + minutes(30));
  EXPECT_EQ(window.allow.weekly[0].duration, hours(4));
  EXPECT_EQ(window.allow.dated.size(), 1U);
  EXPECT_THAT(window.deny.weekly.at(0).days, IsEmpty());
  EXPECT_EQ(window.deny.dated.size(), 1U);
  EXPECT_EQ(window.calendar, "~/freeze.ics");
}

TEST(WindowOfAPlaybook, IsNotStatedWhereNothingIsSaid) {
  EXPECT_FALSE(with("")->window.is_stated());
}

TEST(WindowOfAPlaybook, IsRefusedWhereItCannotBeMeant) {
  EXPECT_THAT(error_of_window("allow: [{start: \"22:00\", duration: 4h}]"),
              HasSubstr("1105 spec.window has no timezone"));
  EXPECT_THAT(error_of_window("timezone: Europe/Berlin"),
              HasSubstr("neither what is allowed nor what is denied"));
  EXPECT_THAT(
      error_of_window("timezone: UTC, dates: [{from: \"2026-12-05T20:00\", to: \"2026-12-05T20:00\"}]"),
      HasSubstr("1105 it ends at 2026-12-05T20:00 and begins at 2026-12-05T20:00"));
  for (const char* denied :
       {"{}", "{start: \"22:00\"}", "{from: \"2026-12-05T20:00\"}", "{days: [Mon]}",
        "{start: \"22:00\", duration: 1h, from: \"2026-12-05T20:00\", to: \"2026-12-05T21:00\"}",
        "{days: [Mon], from: \"2026-12-05T20:00\", to: \"2026-12-05T21:00\"}"})
    EXPECT_THAT(error_of_window(std::string("timezone: UTC, deny: [") + denied + "]"),
                HasSubstr("1105 a denied time has either"))
        << denied;
  EXPECT_THAT(error_of_window("timezone: UTC, allow: [{days: [Sab], start: \"22:00\", duration: 4h}]"),
              HasSubstr("1105"));
  EXPECT_THAT(error_of_window("timezone: UTC, allow: [{start: \"24:00\", duration: 4h}]"), HasSubstr("1105"));
  EXPECT_THAT(
      error_of_window("timezone: UTC, dates: [{from: \"2026-02-30T20:00\", to: \"2026-12-05T20:00\"}]"),
      HasSubstr("1105"));
}

}  // namespace
}  // namespace nightlatch::spec
