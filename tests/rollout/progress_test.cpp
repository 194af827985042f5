#include "rollout/progress.hpp"

#include <gtest/gtest.h>

#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

Record record(std::int64_t time, std::string node, std::string step, Phase phase,
              std::map<std::string, std::string> data = {}) {
  return {0, time, "r1", std::move(node), std::move(step), phase, std::move(data)};
}

TEST(Progress, KnowsTheRunFromItsFirstRecord) {
  RunProgress progress;
  progress.fold(record(1000, "", "run", Phase::intend,
                       {{"plan", "7f3a"}, {"direction", "rollback"}, {"by", "ana@b"}, {"of", "r0"}}));
  EXPECT_EQ(progress.run, "r1");
  EXPECT_EQ(progress.plan, "7f3a");
  EXPECT_EQ(progress.direction, "rollback");
  EXPECT_EQ(progress.by, "ana@b");
  EXPECT_EQ(progress.of, "r0");
  EXPECT_EQ(progress.began_ms, 1000);
  EXPECT_TRUE(progress.end.empty());
}

TEST(Progress, MeasuresEachStepAndAddsUpThoseThatWereRepeated) {
  RunProgress progress;
  progress.fold(record(1000, "cp1", "preflight", Phase::intend));
  progress.fold(record(1300, "cp1", "preflight", Phase::done));
  progress.fold(record(5000, "cp1", "preflight", Phase::intend));
  progress.fold(record(5200, "cp1", "preflight", Phase::done));
  progress.fold(record(5200, "cp1", "staged", Phase::intend));
  const NodeProgress* node = progress.find("cp1");
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->took_ms.at("preflight"), 500);
  EXPECT_FALSE(node->took_ms.contains("staged"));
  EXPECT_EQ(node->step, "staged");
  EXPECT_EQ(node->phase, Phase::intend);
  EXPECT_EQ(node->began_ms, 1000);
  EXPECT_EQ(node->step_ms, 5200);
}

TEST(Progress, ANodesOwnWayBeginsAfterWhatIsDoneForAll) {
  RunProgress progress;
  progress.fold(record(1000, "cp1", "surveyed", Phase::intend));
  progress.fold(record(4000, "cp1", "surveyed", Phase::done));
  progress.fold(record(4000, "cp1", "config", Phase::intend));
  progress.fold(record(4100, "cp1", "config", Phase::done));
  progress.fold(record(4200, "cp1", "preflight", Phase::intend));
  EXPECT_EQ(progress.find("cp1")->began_ms, 4200);
  EXPECT_EQ(progress.find("cp1")->took_ms.at("surveyed"), 3000);
}

TEST(Progress, KeepsTheFirstFailureAsTheReason) {
  RunProgress progress;
  progress.fold(record(1, "cp1", "gated", Phase::intend));
  progress.fold(record(2, "cp1", "gated", Phase::failed, {{"code", "4206"}, {"why", "401"}}));
  progress.fold(record(3, "cp1", "regated", Phase::failed, {{"code", "4301"}, {"why", "later"}}));
  EXPECT_EQ(progress.find("cp1")->code, 4206);
  EXPECT_EQ(progress.find("cp1")->why, "401");
  EXPECT_EQ(progress.find("cp1")->step, "regated");
}

TEST(Progress, TellsTheEndOnceThereIsOne) {
  RunProgress progress;
  progress.fold(record(1, "", "verified", Phase::done));
  EXPECT_TRUE(progress.end.empty());
  progress.fold(record(9, "", "run", Phase::failed, {{"exit", "10"}}));
  EXPECT_EQ(progress.end.at("exit"), "10");
  EXPECT_EQ(progress.last_ms, 9);
}

TEST(Progress, AWholeRunFoldsToItsNodesInOrder) {
  Rolling rolling({"cp3", "cp1"});
  (void)rolling.finish();
  RunProgress progress;
  for (const Record& one : rolling.records) progress.fold(one);
  ASSERT_EQ(progress.nodes.size(), 2U);
  EXPECT_EQ(progress.nodes[0].node, "cp3");
  EXPECT_EQ(progress.nodes[1].step, "confirmed");
  EXPECT_EQ(progress.nodes[1].phase, Phase::done);
  EXPECT_EQ(progress.end.at("outcome"), "done");
  EXPECT_EQ(progress.find("cp2"), nullptr);
}

}  // namespace
}  // namespace nightlatch::rollout
