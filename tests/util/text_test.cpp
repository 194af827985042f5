#include "util/text.hpp"

#include <gtest/gtest.h>

namespace nightlatch {
namespace {

using namespace std::chrono_literals;

TEST(HumanDuration, IsRoundedAsPeopleSayIt) {
  EXPECT_EQ(human_duration(800ms), "800 ms");
  EXPECT_EQ(human_duration(999ms), "999 ms");
  EXPECT_EQ(human_duration(4100ms), "4.1 s");
  EXPECT_EQ(human_duration(38s), "38 s");
  EXPECT_EQ(human_duration(160s), "2 min 40 s");
  EXPECT_EQ(human_duration(2min), "2 min");
  EXPECT_EQ(human_duration(65min), "1 h 5 min");
  EXPECT_EQ(human_duration(2h), "2 h");
}

TEST(HumanDuration, NeverSaysSixtyOfAUnit) {
  EXPECT_EQ(human_duration(9'960ms), "10 s");
  EXPECT_EQ(human_duration(59'700ms), "1 min");
  EXPECT_EQ(human_duration(119'600ms), "2 min");
  EXPECT_EQ(human_duration(3'599'700ms), "1 h");
}

TEST(LastLineOf, IsThatOfTheTrimmedText) {
  EXPECT_EQ(last_line_of("a\nb c\r\n\n"), "b c");
  EXPECT_EQ(last_line_of("one"), "one");
  EXPECT_EQ(last_line_of(" \n"), "");
}

TEST(DidYouMean, FindsATypingErrorAndAPrefix) {
  std::vector<std::string> profiles{"closed", "health-only", "kubeadm-join", "metrics"};
  EXPECT_EQ(did_you_mean("helth-only", profiles), "health-only");
  EXPECT_EQ(did_you_mean("health", profiles), "health-only");
  EXPECT_EQ(did_you_mean("metric", profiles), "metrics");
}

TEST(DidYouMean, StaysSilentWhenNothingIsNear) {
  std::vector<std::string> profiles{"closed", "health-only"};
  EXPECT_EQ(did_you_mean("postgres", profiles), std::nullopt);
  EXPECT_EQ(did_you_mean("closed", std::vector<std::string>{}), std::nullopt);
}

TEST(PlaceAt, CountsLinesAndColumnsFromOne) {
  SourcePlace place = place_at("a: 1\nprofile: health\n", 14, "p.yaml", 6);
  EXPECT_EQ(place.file, "p.yaml");
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 10U);
  EXPECT_EQ(place.text, "profile: health");
  EXPECT_EQ(place.width, 6U);
}

TEST(PlaceAt, TheFirstByteIsLineOneColumnOne) {
  SourcePlace place = place_at("\nsecond", 0, "f");
  EXPECT_EQ(place.line, 1U);
  EXPECT_EQ(place.column, 1U);
  EXPECT_EQ(place.text, "");
}

TEST(PlaceAt, TheNewlineBelongsToTheLineItEnds) {
  SourcePlace place = place_at("abc\ndef", 3, "f");
  EXPECT_EQ(place.line, 1U);
  EXPECT_EQ(place.column, 4U);
  EXPECT_EQ(place.text, "abc");
  EXPECT_EQ(place_at("abc\ndef", 4, "f").line, 2U);
}

TEST(PlaceAt, AnOffsetAtOrBeyondTheEndIsTheEnd) {
  for (std::size_t offset : {7U, 900U}) {
    SourcePlace place = place_at("abc\ndef", offset, "f");
    EXPECT_EQ(place.line, 2U);
    EXPECT_EQ(place.column, 4U);
    EXPECT_EQ(place.text, "def");
  }
  EXPECT_EQ(place_at("", 5, "f").column, 1U);
}

TEST(PlaceAt, ACarriageReturnIsNotPartOfTheLine) {
  SourcePlace place = place_at("abc\r\ndef\r\n", 6, "f");
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 2U);
  EXPECT_EQ(place.text, "def");
}

TEST(PlaceAt, PointsWithOneCaretAtLeast) {
  EXPECT_EQ(place_at("abc", 1, "f", 0).width, 1U);
}

TEST(Split, KeepsEmptyPartsAndJoinIsItsInverse) {
  std::vector<std::string> parts = split(",a,,b,", ',');
  EXPECT_EQ(parts, (std::vector<std::string>{"", "a", "", "b", ""}));
  EXPECT_EQ(join(parts, ","), ",a,,b,");
  EXPECT_EQ(split("", ','), std::vector<std::string>{""});
}

TEST(Trim, TakesWhiteSpaceFromBothEndsOnly) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(UtcTimestamp, IsIso8601) {
  EXPECT_EQ(utc_timestamp(std::chrono::system_clock::time_point{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_timestamp(std::chrono::system_clock::time_point{1795310045s}), "2026-11-22T01:14:05Z");
}

TEST(ParseUtcTimestamp, ReadsWhatIsWrittenByTheApi) {
  auto when = std::chrono::system_clock::time_point(std::chrono::seconds(1'795'310'045));
  EXPECT_EQ(parse_utc_timestamp(utc_timestamp(when)), when);
  for (const char* text : {"", "2026-11-22", "2026-11-22T01:14:05", "2026-11-22T01:14:05+01:00"})
    EXPECT_EQ(parse_utc_timestamp(text), std::nullopt) << text;
}

TEST(IsAmong, ComparesWholeNames) {
  const std::vector<std::string> names{"cp1", "cp2"};
  EXPECT_TRUE(is_among("cp2", names));
  EXPECT_FALSE(is_among("cp", names));
  EXPECT_FALSE(is_among("cp1", {}));
}

TEST(MessageAndDetails, StandOnOneLine) {
  Error error{.code = {1203, Exit::usage, "", ""}, .message = "no answer", .details = {"a", "b"}};
  EXPECT_EQ(message_and_details(error, "; "), "no answer; a; b");
  EXPECT_EQ(code_name(error.code.number), "NL1203");
}

}  // namespace
}  // namespace nightlatch
