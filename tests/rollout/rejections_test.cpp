// S19: the rate of rejected requests (429) is as before when the next node begins.
#include "rollout/rejections.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rollout/scripted_node.hpp"

namespace nightlatch::rollout {
namespace {

using namespace std::chrono_literals;
using testing::DoubleNear;
using testing::Optional;

class RejectionsTest : public testing::Test {
 protected:
  // One round at a time of its own: what each API server's counter says, or that it says nothing.
  void round(const std::vector<std::optional<facts::Rejected>>& told) {
    for (std::size_t node = 0; node < told.size(); ++node) {
      ASSERT_EQ(rejections_.next_to_ask(now_), plan_.nodes[node].name);
      facts::Seen seen{Rejections::question(), told[node] ? 200 : 0, "cp1 through SSH", "no answer", 5ms};
      seen.rejected = told[node];
      for (int tries = told[node] ? 1 : 3; tries > 0; --tries) rejections_.on_seen(seen, now_);
    }
    now_ += 5s;
  }

  plan::Plan plan_ = plan_for({"cp1", "cp2", "cp3"});
  Rejections rejections_{plan_};
  Millis now_ = 1000ms;
};

TEST_F(RejectionsTest, OneRoundIsNoRate) {
  EXPECT_EQ(rejections_.per_second(), std::nullopt);
  round({{{7, "a"}}, {{0, "b"}}, {{0, "c"}}});
  EXPECT_EQ(rejections_.per_second(), std::nullopt);
  EXPECT_EQ(rejections_.unknown(), "");
}

TEST_F(RejectionsTest, TheRateIsTheSumOverAllApiServersBetweenTwoRounds) {
  round({{{1000, "a"}}, {{0, "b"}}, {{3, "c"}}});
  round({{{1010, "a"}}, {{5, "b"}}, {{3, "c"}}});
  EXPECT_THAT(rejections_.per_second(), Optional(DoubleNear(3.0, 1e-9)));
  round({{{1010, "a"}}, {{5, "b"}}, {{3, "c"}}});
  EXPECT_THAT(rejections_.per_second(), Optional(DoubleNear(0.0, 1e-9))) << "of the last two only";
}

TEST_F(RejectionsTest, ARoundIsDueFiveSecondsAfterTheOneBefore) {
  round({{{0, "a"}}, {{0, "b"}}, {{0, "c"}}});
  EXPECT_EQ(rejections_.next_to_ask(now_ - 1ms), std::nullopt);
  EXPECT_EQ(rejections_.next_to_ask(now_), "cp1");
}

TEST_F(RejectionsTest, AnotherProcessBeginsAnotherCount) {
  round({{{0, "a"}}, {{0, "b"}}, {{0, "c"}}});
  round({{{50, "a, restarted"}}, {{0, "b"}}, {{0, "c"}}});
  EXPECT_EQ(rejections_.per_second(), std::nullopt);
  round({{{50, "a, restarted"}}, {{0, "b"}}, {{0, "c"}}});
  EXPECT_THAT(rejections_.per_second(), Optional(DoubleNear(0.0, 1e-9)));
}

TEST_F(RejectionsTest, ACounterThatFallsIsNoRate) {
  round({{{9, "a"}}, {{0, "b"}}, {{0, "c"}}});
  round({{{8, "a"}}, {{0, "b"}}, {{0, "c"}}});
  EXPECT_EQ(rejections_.per_second(), std::nullopt);
}

TEST_F(RejectionsTest, OneCounterThatIsNotReadLeavesAllUnknownAndIsNamed) {
  round({{{0, "a"}}, {{0, "b"}}, {{0, "c"}}});
  round({{{0, "a"}}, std::nullopt, {{0, "c"}}});
  EXPECT_EQ(rejections_.per_second(), std::nullopt);
  EXPECT_EQ(rejections_.unknown(), "the API server of cp2 does not answer: no answer (cp1 through SSH)");
  round({{{0, "a"}}, {{0, "b"}}, {{0, "c"}}});
  EXPECT_EQ(rejections_.per_second(), std::nullopt) << "its two rounds are yet to come";
  EXPECT_EQ(rejections_.unknown(), "");
}

// With a member of etcd away, every third GET /metrics takes 20 s and is given up before.
TEST_F(RejectionsTest, OneThatDoesNotAnswerIsAskedThreeTimesInARound) {
  round({{{0, "a"}}, {{0, "b"}}, {{0, "c"}}});
  facts::Seen slow{Rejections::question(), 0, "cp1 through SSH", "no answer", 5s};
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(rejections_.next_to_ask(now_), "cp1");
    rejections_.on_seen(slow, now_);
  }
  round({{{10, "a"}}, {{0, "b"}}, {{0, "c"}}});
  EXPECT_THAT(rejections_.per_second(), Optional(DoubleNear(2.0, 1e-9)));
  EXPECT_EQ(rejections_.unknown(), "");
}

TEST_F(RejectionsTest, WhyItIsNotReadIsSaid) {
  for (int status : {200, 403}) {
    Rejections rejections(plan_);
    (void)rejections.next_to_ask(now_);
    rejections.on_seen({Rejections::question(), status, "this workstation", {}, 5ms}, now_);
    EXPECT_EQ(rejections.unknown(), status == 200 ? "cp1: /metrics does not count them (this workstation)"
                                                  : "cp1: GET /metrics answered 403 (this workstation)");
  }
}

TEST(RejectsMore, AQuarterOnTopAndOneInFiveSecondsAreNoMatterOfARoll) {
  EXPECT_FALSE(rejects_more(0.0, 0.0));
  EXPECT_FALSE(rejects_more(0.2, 0.0));
  EXPECT_TRUE(rejects_more(0.4, 0.0));
  EXPECT_FALSE(rejects_more(12.5, 10.0));
  EXPECT_TRUE(rejects_more(13.0, 10.0));
  EXPECT_FALSE(rejects_more(1.0, 10.0)) << "fewer are welcome";
}

}  // namespace
}  // namespace nightlatch::rollout
