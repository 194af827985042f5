// The filter finds every line that tells of anonymous access, and little else.
#include "scan/raw_filter.hpp"

#include <random>

#include <gtest/gtest.h>

#include "scan/audit_line.hpp"

namespace nightlatch::scan {
namespace {

bool is_found(const std::string& text) {
  Padded padded(text);
  const char* begin = padded.text().data();
  const char* end = begin + padded.text().size();
  Hit hit = find_candidate(begin, end);
  Hit plain = find_candidate_plainly(begin, end);
  EXPECT_EQ(hit.at, plain.at) << text;
  EXPECT_EQ(hit.line_ends, plain.line_ends) << text;
  return hit.at != end;
}

TEST(RawFilter, FindsTheThreeWordsAsTheyAreAndEscaped) {
  EXPECT_TRUE(is_found(text_of({})));
  EXPECT_TRUE(is_found(text_of(rejected_line())));
  EXPECT_TRUE(is_found("system:anonymous"));
  EXPECT_TRUE(is_found("system:unauthenticated"));
  EXPECT_TRUE(is_found(R"("user":{})"));
  EXPECT_TRUE(is_found(R"({"log":"{\"user\":{},\"a\":1}"})"));
  EXPECT_TRUE(is_found(R"({"log":"{\\\"user\\\":{},\\\"a\\\":1}"})"));
}

TEST(RawFilter, LetsTheOthersPassBy) {
  EXPECT_FALSE(is_found(text_of(somebody())));
  for (const char* text : {"", ":", ":{}", R"("user":{)", R"("user":{"})", R"("metadata":{},"emptyDir":{})",
                           "system:anon", "xystem:anonymous", R"("superuser":{})", "system:unauthenticate"})
    EXPECT_FALSE(is_found(text)) << text;
}

TEST(RawFilter, FindsAWordAtEveryPlaceAndCountsTheLinesBefore) {
  for (std::size_t before = 0; before < 300; ++before) {
    std::string text;
    for (std::size_t i = 0; i < before; ++i) text += i % 50 == 49 ? '\n' : ':';
    for (const char* word : {"system:anonymous", R"("user":{})"})
      EXPECT_TRUE(is_found(text + word + "\n\n")) << before;
    EXPECT_FALSE(is_found(text));
  }
}

TEST(RawFilter, AgreesWithItsPlainTwinOnRandomText) {
  std::mt19937 random(17);
  const std::string_view pieces[] = {
      ":",  ":a", ":an",  "system", ":anonymous", ":unauthenticated", "\"user\"", ":{}",
      "\n", "r",  "\\\"", "\"",     "user",       "xxxxxxxxxxxxxxxxx"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    std::size_t count = random() % 60;
    for (std::size_t i = 0; i < count; ++i) text += pieces[random() % std::size(pieces)];
    static_cast<void>(is_found(text));
  }
}

TEST(RawFilter, KnowsWhichLinesItMayDecideAbout) {
  auto decides = [](const std::string& line) { return is_filterable(Padded(line).text()); };
  EXPECT_TRUE(decides(text_of({})));
  EXPECT_TRUE(decides(text_of(rejected_line())));
  EXPECT_TRUE(decides("2026-11-21T10:00:00Z stdout F " + text_of({})));
  EXPECT_TRUE(decides(R"({"log":"{\"kind\":\"Event\",\"user\":{\"username\":\"a\"}}"})"));
  EXPECT_FALSE(decides(R"({"log":"{\"kind\":\"Event\",\"user\": {\"username\":\"a\"}}"})"));
  EXPECT_FALSE(decides(R"({"kind": "Event", "user": {"username": "a"}})"));
  EXPECT_FALSE(decides(R"(2026-11-21T23:15:50Z AUDIT: id="a" user="<none>")"));
  EXPECT_FALSE(decides(R"({"protoPayload":{"authenticationInfo":{}}})"));
  EXPECT_FALSE(decides(""));
}

TEST(RawFilter, IsNotSwitchedOnByWhatAClientSends) {
  // A line with blanks, in which a client writes what a line without blanks has.
  Padded line(R"({"kind": "Event", "userAgent": "x\",\"user\":{}", "user": {"username": "a"}})");
  EXPECT_FALSE(is_filterable(line.text()));
}

}  // namespace
}  // namespace nightlatch::scan
