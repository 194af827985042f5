// Counting in bounded memory, and what the counts mean.
#include "audit/tally.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/errors.hpp"
#include "audit/verdict.hpp"
#include "audit/what_if.hpp"

namespace nightlatch::audit {
namespace {

using scan::Decision;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t at_ten = 1'795'255'200'000'000;

scan::Event event_of(std::string_view uri, std::string_view ip = "10.0.0.5",
                     Decision decision = Decision::allow, int code = 200) {
  scan::Event event;
  event.audit_id = "a";
  event.stage = scan::Stage::response_complete;
  event.uri = uri;
  event.verb = "get";
  event.username = scan::anonymous_user;
  event.last_ip = ip;
  event.user_agent = "curl/8";
  event.decision = decision;
  event.code = code;
  event.received_us = at_ten;
  return event;
}

class Tallies : public testing::Test {
 protected:
  void see(const scan::Event& event, scan::Caller caller = scan::Caller::anonymous) {
    tally.take(event, caller);
  }
  Verdict verdict(const scan::Coverage& coverage = seen()) {
    return judge(tally, shipped_taxonomy(), coverage, {});
  }
  static scan::Coverage seen() {
    scan::Coverage coverage;
    coverage.lines = coverage.events = 100;
    coverage.first_us = coverage.last_us = at_ten;
    coverage.stages[static_cast<std::size_t>(scan::Stage::response_complete)] = 100;
    return coverage;
  }
  static std::string class_name(const Endpoint& row) {
    return shipped_taxonomy().classes[row.request_class].name;
  }

  Networks networks{.nodes = parse_networks("10.0.0.0/24").value(),
                    .load_balancers = parse_networks("10.0.1.5").value()};
  AllowList none;
  Tally tally{shipped_taxonomy(), networks, none};
};

TEST_F(Tallies, TheDecisionCountsBeforeTheCode) {
  auto outcome = [](Decision decision, int code) {
    return outcome_of(event_of("/", "", decision, code), scan::Caller::anonymous);
  };
  EXPECT_EQ(outcome(Decision::allow, 404), Outcome::allowed);
  EXPECT_EQ(outcome(Decision::allow, 401), Outcome::allowed);
  EXPECT_EQ(outcome(Decision::forbid, 403), Outcome::forbidden);
  EXPECT_EQ(outcome(Decision::absent, 403), Outcome::forbidden);
  EXPECT_EQ(outcome(Decision::absent, 101), Outcome::allowed);
  EXPECT_EQ(outcome(Decision::absent, 201), Outcome::allowed);
  EXPECT_EQ(outcome(Decision::absent, 429), Outcome::other);
  EXPECT_EQ(outcome(Decision::absent, 0), Outcome::other);
  EXPECT_EQ(outcome_of(event_of("/", "", Decision::absent, 401), scan::Caller::rejected),
            Outcome::unauthenticated);
}

TEST_F(Tallies, EqualRequestsAreOneRow) {
  for (int i = 0; i < 3; ++i) see(event_of(i == 0 ? "/api/v1/pods/a?x=1" : "/api/v1/pods/b?x=2"));
  Verdict judged = verdict();
  ASSERT_EQ(judged.endpoints.size(), 1U);
  EXPECT_EQ(judged.endpoints[0].shape, "/api/v1/pods/{name}");
  EXPECT_EQ(judged.endpoints[0].requests, 3U);
  EXPECT_EQ(judged.endpoints[0].example, "/api/v1/pods/a");
  EXPECT_EQ(judged.totals.all(), 3U);
  EXPECT_EQ(judged.worst, Severity::high);
}

TEST_F(Tallies, SeverityComesFromClassOutcomeAndPlace) {
  auto worst = [&](const scan::Event& event, scan::Caller caller = scan::Caller::anonymous) {
    Tally one{shipped_taxonomy(), networks, none};
    one.take(event, caller);
    return name(judge(one, shipped_taxonomy(), seen(), {}).worst);
  };
  auto rejected = [](std::string_view uri, std::string_view ip) {
    scan::Event event = event_of(uri, ip, Decision::absent, 401);
    event.username = {};
    return event;
  };
  EXPECT_EQ(worst(event_of("/livez")), "none");
  EXPECT_EQ(worst(event_of("/livez", "203.0.113.9")), "info");
  EXPECT_EQ(worst(event_of("/livez", "10.0.0.5", Decision::forbid, 403)), "low");
  EXPECT_EQ(worst(rejected("/livez", "10.0.0.5"), scan::Caller::rejected), "high");
  EXPECT_EQ(worst(rejected("/livez", "10.0.1.5"), scan::Caller::rejected), "high");
  EXPECT_EQ(worst(rejected("/livez", "10.9.9.9"), scan::Caller::rejected), "none");
  EXPECT_EQ(worst(event_of("/api/v1/secrets")), "critical");
  EXPECT_EQ(worst(event_of("/api/v1/secrets", "10.0.0.5", Decision::forbid, 403)), "high");
  EXPECT_EQ(worst(event_of("/%76ersion")), "medium");
  EXPECT_EQ(worst(event_of("/api/v1/secret%73")), "critical");
  EXPECT_EQ(worst(event_of("/phpinfo.php", "203.0.113.9", Decision::forbid, 403)), "low");
  scan::Event impersonating = event_of("/api/v1/pods", "10.0.0.5", Decision::absent, 403);
  impersonating.message =
      "users \"admin\" is forbidden: User \"system:anonymous\" cannot impersonate resource";
  EXPECT_EQ(worst(impersonating), "high");
  EXPECT_EQ(worst(event_of("/api/v1/secrets", "10.0.0.5", Decision::absent, 0)), "none");
}

TEST_F(Tallies, ImpersonationBySomebodyKnownStandsApart) {
  see(event_of("/api/v1/secrets"), scan::Caller::posing_as_anonymous);
  EXPECT_EQ(verdict().totals.posing, 1U);
  EXPECT_EQ(verdict().totals.all(), 0U);
  EXPECT_EQ(verdict().worst, Severity::none);
}

TEST_F(Tallies, ManyClassesFromOneAddressAreASweep) {
  for (const char* uri : {"/version", "/metrics", "/api", "/openapi/v2", "/phpinfo.php"})
    see(event_of(uri, "10.9.9.9", Decision::forbid, 403));
  EXPECT_EQ(verdict().worst, Severity::medium);
  see(event_of("/logs/", "10.9.9.9", Decision::forbid, 403));
  Verdict judged = verdict();
  EXPECT_TRUE(is_sweep(judged.sources[0]));
  EXPECT_EQ(judged.worst, Severity::critical);
}

TEST_F(Tallies, MemoryIsBoundedAndTotalsStayExact) {
  for (int i = 0; i < 20'000; ++i) {
    std::string uri = fmt::format("/apis/g{}/v1/things", i);
    std::string ip = fmt::format("203.{}.{}.9", i / 250, i % 250);
    see(event_of(uri, ip));
  }
  for (int i = 0; i < 100; ++i) see(event_of("/api/v1/secrets", "10.9.9.9"));
  Verdict judged = verdict();
  EXPECT_EQ(judged.totals.all(), 20'100U);
  EXPECT_EQ(judged.totals.by_severity[static_cast<std::size_t>(Severity::critical)], 20'100U);
  EXPECT_LE(judged.endpoints.size(), Tally::most_endpoints + 50);
  EXPECT_LE(judged.sources.size(), Tally::most_sources);
  EXPECT_TRUE(judged.truncated);
  EXPECT_THAT(judged.merged, Contains(HasSubstr("requests of rare sources")));
  std::uint64_t rows = 0;
  for (const Endpoint& row : judged.endpoints) rows += row.requests;
  EXPECT_EQ(rows, 20'100U);
  EXPECT_EQ(judged.sources[0].requests, 100U);
}

TEST_F(Tallies, OfSeveralThreadsAreAddedUp) {
  Tally other{shipped_taxonomy(), networks, none};
  for (int i = 0; i < 5; ++i) see(event_of("/livez"));
  scan::Event earlier = event_of("/livez");
  earlier.received_us = at_ten - 1;
  earlier.user_agent = "first";
  other.take(earlier, scan::Caller::anonymous);
  other.take(event_of("/version", "203.0.113.9"), scan::Caller::anonymous);
  tally.add(other);
  Verdict judged = verdict();
  EXPECT_EQ(judged.totals.all(), 7U);
  EXPECT_EQ(judged.endpoints.size(), 2U);
  EXPECT_EQ(judged.endpoints[1].requests, 6U);
  EXPECT_EQ(judged.endpoints[1].agent, "first");
  EXPECT_EQ(judged.endpoints[1].times.first_us, at_ten - 1);
  EXPECT_EQ(judged.sources.size(), 2U);
  see(event_of("/livez"));
  EXPECT_EQ(verdict().totals.all(), 8U);
}

TEST_F(Tallies, TooLittleIsSaid) {
  EXPECT_THAT(verdict().too_little, IsEmpty());
  EXPECT_THAT(verdict(scan::Coverage{}).too_little,
              ElementsAre("no audit event was found in 0 bytes and 0 lines"));
  scan::Coverage coverage = seen();
  coverage.malformed = 2;
  coverage.too_long = 1;
  coverage.damaged = {"a.gz: torn"};
  EXPECT_THAT(verdict(coverage).too_little,
              ElementsAre("a.gz: torn", "1 lines are longer than 4 MiB and were not read",
                          "2 of 100 lines are damaged JSON"));
  coverage = seen();
  coverage.families["a"].spans = {{at_ten, at_ten + 50}};
  coverage.last_us = at_ten + 50;
  EXPECT_EQ(judge(tally, shipped_taxonomy(), coverage, {at_ten, at_ten + 100}).too_little.size(), 1U);
  EXPECT_EQ(judge(tally, shipped_taxonomy(), coverage, {at_ten, at_ten + 50}).covered_percent, 100);
}

TEST_F(Tallies, WhatIfTellsWhoWouldBreak) {
  see(event_of("/livez?verbose"));
  see(event_of("/livez/"));
  see(event_of("/version", "10.0.1.5"));
  see(event_of("/version", "10.0.1.5"));
  see(event_of("/api", "10.0.1.5", Decision::forbid, 403));
  WhatIf result =
      what_if(tally, {.state = access::ExposureState::restricted, .paths = {"/livez"}, .why = ""});
  ASSERT_EQ(result.breaks.size(), 2U);
  EXPECT_EQ(result.breaks[0].path, "/version");
  EXPECT_EQ(result.breaks[0].requests, 2U);
  EXPECT_EQ(result.stays.size(), 1U);
  ASSERT_EQ(result.missing_paths.size(), 2U);
  EXPECT_EQ(result.missing_paths[0].path, "/livez/");
  EXPECT_EQ(result.missing_paths[1].path, "/version");
  EXPECT_EQ(result.missing_paths[1].requests, 2U);
  EXPECT_EQ(result.missing_paths[1].callers, 1U);
  EXPECT_EQ(result.missing_paths[1].severity, Severity::low);
  EXPECT_TRUE(result.complete);
}

TEST_F(Tallies, WhatSomebodyAnswersForHasNoSeverity) {
  AllowList list = parse_allow_list(
                       "- {path: /metrics, from: 10.0.0.0/24, owner: a, reason: b, expires: 2026-12-31}\n"
                       "- {path: /api/v1/*, from: 10.0.0.5, owner: a, reason: b, expires: 2026-11-01}\n",
                       "allow.yaml", "2026-11-21")
                       .value();
  Tally one{shipped_taxonomy(), networks, list};
  one.take(event_of("/metrics?a"), scan::Caller::anonymous);
  EXPECT_EQ(judge(one, shipped_taxonomy(), seen(), {}).worst, Severity::none);
  EXPECT_THAT(one.answered_for(), ElementsAre(1U, 0U));
  one.take(event_of("/metrics", "10.0.9.9"), scan::Caller::anonymous);
  EXPECT_EQ(judge(one, shipped_taxonomy(), seen(), {}).worst, Severity::high);
  one.take(event_of("/api/v1/secrets"), scan::Caller::anonymous);  // the entry has expired
  EXPECT_EQ(judge(one, shipped_taxonomy(), seen(), {}).worst, Severity::critical);
}

TEST(AllowLists, NeedAnOwnerAReasonAndADay) {
  auto error_of = [](const std::string& yaml) {
    auto list = parse_allow_list(yaml, "allow.yaml", "2026-11-21");
    EXPECT_FALSE(list.has_value()) << yaml;
    return list ? std::string() : list.error().message;
  };
  EXPECT_EQ(error_of("a: b"), "a list of entries is expected");
  EXPECT_EQ(error_of("- {path: /a, from: 10.0.0.5, owner: x, expires: 2026-12-31}"),
            "an entry needs the key \"reason\"");
  EXPECT_EQ(error_of("- {path: /a, from: 10.0.0.5, owner: x, reason: y, expires: soon}"),
            "\"soon\" is no day such as 2026-12-31");
  EXPECT_EQ(error_of("- {agent: curl}"), "the key \"agent\" is not known");
  EXPECT_EQ(error_of("- {path: /a, from: x, owner: x, reason: y, expires: 2026-12-31}"),
            "\"x\" is no address and no network");
  EXPECT_EQ(parse_allow_list("[", "a", "2026-11-21").error().code.number,
            audit_errors::bad_allow_list.number);
}

TEST(Histograms, WidenWithTheTimeTheyCover) {
  Histogram bars;
  EXPECT_TRUE(bars.empty());
  bars.add(at_ten, 3);
  bars.add(at_ten - 3'600'000'000, 2);
  bars.add(at_ten + 86'400'000'000, 1);
  Histogram other;
  other.add(at_ten, 4);
  bars.add(other);
  std::uint64_t sum = 0;
  for (std::uint64_t count : bars.counts()) sum += count;
  EXPECT_EQ(sum, 10U);
  EXPECT_LE(bars.from_us(), at_ten - 3'600'000'000);
  EXPECT_GE(bars.width_us() * 48, 25 * 3'600'000'000);
}

TEST(PlacesOfAddresses, AreLookedUpInTheNetworks) {
  Networks networks{.nodes = parse_networks("10.0.0.0/24, fd00::/64").value(),
                    .load_balancers = parse_networks("10.0.0.9").value(),
                    .pods = parse_networks("10.244.0.0/16").value()};
  EXPECT_EQ(networks.place_of("127.0.0.1"), Place::loopback);
  EXPECT_EQ(networks.place_of("::1"), Place::loopback);
  EXPECT_EQ(networks.place_of("10.0.0.9"), Place::load_balancer);
  EXPECT_EQ(networks.place_of("::ffff:10.0.0.8"), Place::node);
  EXPECT_EQ(networks.place_of("fd00::7"), Place::node);
  EXPECT_EQ(networks.place_of("10.244.3.4"), Place::pod);
  EXPECT_EQ(networks.place_of("192.168.3.4"), Place::private_network);
  EXPECT_EQ(networks.place_of("203.0.113.9"), Place::public_network);
  EXPECT_EQ(networks.place_of("2001:db8::1"), Place::public_network);
  EXPECT_EQ(networks.place_of("nonsense"), Place::unknown);
  EXPECT_EQ(parse_network("10.0.0.0/33").error().code.number, audit_errors::bad_network.number);
  EXPECT_EQ(parse_network("10.0.0.0/33").error().message, "\"10.0.0.0/33\" is no address and no network");
}

}  // namespace
}  // namespace nightlatch::audit
