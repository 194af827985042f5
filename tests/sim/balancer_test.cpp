#include "sim/balancer.hpp"

#include <memory>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightlatch::sim {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using Kind = Balancer::Kind;

// Three nodes behind a load balancer that checks them every 2 s, rise 2, fall 3.
class BehindBalancer : public testing::Test {
 protected:
  BehindBalancer() {
    for (const char* name : {"cp1", "cp2", "cp3"})
      nodes.push_back(std::make_unique<SimNode>(name, "old", behaviours));
    be(Kind::spreads);
  }

  void be(Kind kind) {
    std::vector<const SimNode*> all;
    for (const auto& node : nodes) all.push_back(node.get());
    balancer = Balancer(kind, {}, all);
    pass(10s);
  }

  void pass(Millis time) {
    for (Millis until = now + time; now < until;) {
      now += 100ms;
      for (const auto& node : nodes) node->advance(now);
      balancer.advance(now);
    }
  }

  facts::Seen connect() {
    return balancer.connect({"GET", "/readyz", facts::Credentials::admin, facts::Purpose::ready, {200}});
  }

  // The certificates that twelve good connections show.
  std::set<std::string> seen() {
    std::set<std::string> all;
    for (int i = 0; i < 12; ++i) {
      facts::Seen one = connect();
      if (one.as_expected()) all.insert(one.certificate);
    }
    return all;
  }

  std::map<std::string, Behaviour> behaviours;
  std::vector<std::unique_ptr<SimNode>> nodes;
  Balancer balancer;
  Millis now{0};
};

TEST_F(BehindBalancer, OneThatSpreadsShowsEveryNode) {
  EXPECT_THAT(seen(), UnorderedElementsAre("certificate of cp1", "certificate of cp2", "certificate of cp3"));
}

TEST_F(BehindBalancer, OneThatHidesShowsItsOwnCertificate) {
  be(Kind::hides);
  EXPECT_THAT(seen(), UnorderedElementsAre("certificate of the load balancer"));
}

TEST_F(BehindBalancer, OneThatSticksStaysWhereItCameTo) {
  be(Kind::sticks);
  EXPECT_THAT(seen(), UnorderedElementsAre("certificate of cp1"));
  nodes[0]->reboot(30s);
  pass(10s);
  EXPECT_THAT(seen(), UnorderedElementsAre("certificate of cp2"));
  pass(2min);
  ASSERT_TRUE(nodes[0]->serving());
  EXPECT_THAT(seen(), UnorderedElementsAre("certificate of cp2"));
}

TEST_F(BehindBalancer, AnAbsentOneAnswersNothing) {
  balancer = Balancer();
  EXPECT_FALSE(balancer.is_there());
  EXPECT_EQ(connect().status, 0);
}

TEST_F(BehindBalancer, ANodeIsUsedAgainOnceItHasPassedItsChecks) {
  nodes[1]->reboot(30s);
  pass(1s);
  bool some_failed = false;
  for (int i = 0; i < 3; ++i) some_failed = some_failed || connect().status == 0;
  EXPECT_TRUE(some_failed) << "its checks have not failed often enough yet";
  pass(8s);
  Millis without = now;
  EXPECT_THAT(seen(), UnorderedElementsAre("certificate of cp1", "certificate of cp3"));
  EXPECT_FALSE(balancer.has_reached(*nodes[1], without));
  while (!nodes[1]->serving()) pass(100ms);
  pass(1s);
  EXPECT_EQ(seen().size(), 2U) << "one success is not enough";
  pass(5s);
  EXPECT_EQ(seen().size(), 3U);
  EXPECT_TRUE(balancer.has_reached(*nodes[1], without));
}

TEST_F(BehindBalancer, ANodeThatIsNeverTakenBackIsUsedUntilItGoesAway) {
  balancer.never_take_back(*nodes[1]);
  pass(10s);
  EXPECT_EQ(seen().size(), 3U);
  nodes[1]->reboot(30s);
  pass(5min);
  ASSERT_TRUE(nodes[1]->serving());
  EXPECT_EQ(seen().size(), 2U);
  balancer.heal();
  pass(10s);
  EXPECT_EQ(seen().size(), 3U);
}

TEST_F(BehindBalancer, ASilentOneAnswersNothingForAWhile) {
  balancer.fall_silent(now + 5s);
  EXPECT_THAT(seen(), IsEmpty());
  pass(6s);
  EXPECT_THAT(seen(), Not(IsEmpty()));
}

TEST_F(BehindBalancer, ASlowHealthCheckNoticesLate) {
  balancer.check_slowly(60s);
  nodes[1]->reboot(5min);
  pass(2min);
  EXPECT_EQ(connect().status * connect().status * connect().status, 0) << "one of three connections fails";
  pass(2min);
  EXPECT_THAT(seen(), UnorderedElementsAre("certificate of cp1", "certificate of cp3"));
}

TEST_F(BehindBalancer, AHealthCheckOfAClosedPathDropsANodeThatClosesIt) {
  balancer.ask_closed_path();
  behaviours["old"].closed_status = 200;
  pass(10s);
  EXPECT_EQ(seen().size(), 3U);
  behaviours["old"].closed_status = 401;
  pass(10s);
  EXPECT_THAT(seen(), IsEmpty());
  balancer.heal();
  pass(10s);
  EXPECT_EQ(seen().size(), 3U);
}

}  // namespace
}  // namespace nightlatch::sim
