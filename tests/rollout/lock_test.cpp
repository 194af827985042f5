// A run whose lock of the cluster is lost.
#include <gtest/gtest.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using node::Verb;

TEST(Run, ALostLockFinishesTheNodeAtHandAndBeginsNoOther) {
  Rolling rolling({"cp1", "cp2"});
  rolling.lose_lock_after("cp1", "gated");
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::confirmed, NodeOutcome::untouched}));
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.outcome, Outcome::stopped);
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::lock_lost.number);
  EXPECT_EQ(result.trouble->why, "another run holds it");
}

TEST(Run, ALostLockBeforeAnySwapChangesNothingAndIsNine) {
  for (const char* step : {"config", "preflight", "staged", "armed"}) {
    Rolling rolling({"cp1", "cp2"});
    rolling.lose_lock_after("cp1", step);
    const RunResult& result = rolling.finish();
    EXPECT_EQ(result.exit, Exit::locked) << step;
    EXPECT_EQ(result.cluster, ClusterState::old_state) << step;
    EXPECT_EQ(rolling.node(0).count(Verb::swap), 0U) << step;
  }
}

TEST(Run, ALockThatIsLostWhenNothingIsLeftToDoEndsNothing) {
  for (const char* step : {"soaked", "confirmed"}) {
    Rolling rolling({"cp1"});
    rolling.lose_lock_after("cp1", step);
    EXPECT_EQ(rolling.finish().exit, Exit::done) << step;
  }
}

TEST(Run, ItsFirstRecordSaysWhatKeepsOthersAway) {
  Rolling rolling(plan_for({"cp1"}), Prompting::assume_yes,
                  RunOptions{.balancer = {}, .lock = "the cluster's"});
  (void)rolling.finish();
  EXPECT_EQ(rolling.records.front().data.at("lock"), "the cluster's");
}

}  // namespace
}  // namespace nightlatch::rollout
