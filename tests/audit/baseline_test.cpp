// What is new since an earlier audit, and what has risen above it for long.
#include "audit/baseline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/errors.hpp"

namespace nightlatch::audit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t ten = 1'795'255'200'000'000;
constexpr std::int64_t hour = 3'600'000'000;

class Baselines : public testing::Test {
 protected:
  // One log of its own.
  struct Log {
    Networks networks{};
    AllowList none{};
    Tally tally{shipped_taxonomy(), networks, none};
    scan::Coverage coverage{};

    void see(std::string_view uri, std::int64_t time, std::string_view ip = "10.0.0.5") {
      scan::Event event;
      event.stage = scan::Stage::response_complete;
      event.uri = uri;
      event.verb = "get";
      event.username = scan::anonymous_user;
      event.last_ip = ip;
      event.decision = scan::Decision::allow;
      event.code = 200;
      event.received_us = time;
      tally.take(event, scan::Caller::anonymous);
      ++coverage.events;
      coverage.first_us = coverage.first_us == 0 ? time : std::min(coverage.first_us, time);
      coverage.last_us = std::max(coverage.last_us, time);
    }
    // One every `step`, over some hours.
    void see_often(std::string_view uri, std::int64_t from, int hours, std::int64_t step) {
      for (std::int64_t time = from; time < from + hours * hour; time += step) see(uri, time);
    }
    [[nodiscard]] Verdict verdict() const { return judge(tally, shipped_taxonomy(), coverage, {}); }
    [[nodiscard]] Baseline baseline() const { return baseline_of(verdict(), shipped_taxonomy(), coverage); }
    [[nodiscard]] News since(const Baseline& baseline) const {
      return news_of(verdict(), tally.histograms(), shipped_taxonomy(), baseline);
    }
  };
};

TEST_F(Baselines, TheSameLogHasNothingNew) {
  Log log;
  log.see_often("/livez", ten, 3, hour / 60);
  log.see("/version", ten);
  News news = log.since(log.baseline());
  EXPECT_THAT(news.endpoints, testing::Each(false));
  EXPECT_THAT(news.sources, testing::Each(false));
  EXPECT_THAT(news.risen, IsEmpty());
  EXPECT_EQ(news.worst, Severity::none);
}

TEST_F(Baselines, ANewEndpointAndANewSourceAreNew) {
  Log before;
  before.see("/livez", ten);
  Log now;
  now.see("/livez", ten + hour);
  now.see("/api/v1/secrets", ten + hour);        // a known address asks for something else
  now.see("/livez", ten + hour, "203.0.113.9");  // another one asks for the same
  News news = now.since(before.baseline());
  Verdict verdict = now.verdict();
  ASSERT_EQ(verdict.endpoints.size(), 2U);
  EXPECT_EQ(verdict.endpoints[0].shape, "/api/v1/secrets");
  EXPECT_THAT(news.endpoints, ElementsAre(true, false));
  EXPECT_THAT(news.sources, ElementsAre(true, true));
  EXPECT_EQ(news.worst, Severity::critical);
}

TEST_F(Baselines, MoreThanTwiceTheRateForAnHourHasRisen) {
  Log before;
  before.see_often("/version", ten, 10, hour / 20);  // 20 an hour
  Log now;
  now.see_often("/version", ten + 24 * hour, 2, hour / 20);
  now.see_often("/version", ten + 26 * hour, 2, hour / 100);
  now.see_often("/version", ten + 28 * hour, 4, hour / 20);
  News news = now.since(before.baseline());
  ASSERT_EQ(news.risen.size(), 1U);
  const Rise& rise = news.risen.front();
  EXPECT_EQ(shipped_taxonomy().classes[rise.request_class].name, "version");
  EXPECT_EQ(rise.usual_per_hour, 20U);
  EXPECT_NEAR(static_cast<double>(rise.per_hour), 100, 5);
  EXPECT_NEAR(static_cast<double>(rise.from_us - ten), 26.0 * hour, hour / 4.0);
  EXPECT_NEAR(static_cast<double>(rise.to_us - ten), 28.0 * hour, hour / 4.0);
  EXPECT_EQ(news.worst, Severity::low);
}

TEST_F(Baselines, AShortPeakHasNotRisen) {
  Log before;
  before.see_often("/version", ten, 10, hour / 20);
  Log now;
  now.see_often("/version", ten, 10, hour / 20);
  for (int i = 0; i < 500; ++i) now.see("/version", ten + 5 * hour + i * 1'000'000);
  EXPECT_THAT(now.since(before.baseline()).risen, IsEmpty());
}

TEST_F(Baselines, AreReadAsTheyAreWritten) {
  Log log;
  log.see("/livez", ten);
  log.see("/caf\xe9", ten);  // a path that is no UTF-8 is replaced, and then new every time
  std::string json = to_json(log.baseline());
  Baseline there = parse_baseline(json, "b.json").value();
  EXPECT_EQ(to_json(there), json);
  EXPECT_EQ(there.from_us, ten);
  EXPECT_TRUE(there.whole);
  EXPECT_EQ(there.sources.at("10.0.0.5").size(), 2U);
}

TEST_F(Baselines, OfAnotherKindAreRefused) {
  for (const char* json : {"", "[]", "{}", R"({"schema":"nightlatch.dev/audit/v1"})",
                           R"({"schema":"nightlatch.dev/baseline/v1"})"}) {
    auto read = parse_baseline(json, "b.json");
    ASSERT_FALSE(read.has_value()) << json;
    EXPECT_EQ(read.error().code.number, audit_errors::bad_baseline.number);
  }
  EXPECT_EQ(parse_baseline("{}", "b.json").error().message, "b.json: it is no nightlatch.dev/baseline/v1");
}

}  // namespace
}  // namespace nightlatch::audit
