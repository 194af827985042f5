#include "operate/status.hpp"

#include "cluster/errors.hpp"
#include "operate/apply.hpp"
#include "operate/operate_bench.hpp"
#include "operate/playbooks.hpp"

namespace nightlatch::operate {
namespace {

using testing::HasSubstr;

class StatusOfRun : public Bench {
 protected:
  // A roll that ended; its id.
  std::string apply_now() {
    Ports all = ports();
    ApplyInput input;
    input.plan.playbook = load_playbook("health-only").value();
    input.choices.prompting = rollout::Prompting::assume_yes;
    auto run = apply(all, selection(), input);
    EXPECT_TRUE(run);
    return run ? run->run : std::string{};
  }
  Outcome<report::StatusReport> read(const std::string& run = {}) {
    Ports all = ports();
    return read_status(all, selection(), run);
  }
};

TEST_F(StatusOfRun, WithoutARunEveryNodeIsOldAndNoRunIsNamed) {
  auto report = read();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->run, "");
  EXPECT_EQ(report->nodes.size(), 3U);
  EXPECT_EQ(exit_of(*report), Exit::done);
}

TEST_F(StatusOfRun, AfterARollTheNodesAreNewAndTheJournalAddsWords) {
  std::string run = apply_now();
  auto report = read();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->run, run);
  EXPECT_EQ(report->cluster_state(), "new");
  for (const report::NodeStatus& node : report->nodes) EXPECT_EQ(node.step, "confirmed") << node.name;
  ASSERT_TRUE(report->journal);
  EXPECT_EQ(report->journal->run, run);
}

TEST_F(StatusOfRun, FromAnotherWorkstationTheNodesCopyOfThePlanDecides) {
  std::string run = apply_now();
  std::filesystem::remove_all(directory / "state");
  auto report = read();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->run, run);
  EXPECT_FALSE(report->journal);
  EXPECT_EQ(report->cluster_state(), "new");
}

TEST_F(StatusOfRun, WhatSomebodyElseWroteIsForeign) {
  static_cast<void>(apply_now());
  node("cp2").set_manifest(node("cp2").facts.manifest.bytes + "# by hand\n");
  auto report = read();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->nodes[1].side, "foreign");
}

TEST_F(StatusOfRun, AHostThatCannotBeReachedIsTold) {
  lose_host("cp3");
  auto report = read();
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->nodes[2].unread);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
}

TEST_F(StatusOfRun, AnApiThatIsAwayLeavesTheLockUnknown) {
  cluster.cluster_api->hold_lock_elsewhere("r1");
  EXPECT_TRUE(read()->lock);
  take_api_away();
  auto report = read();
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->lock);
  EXPECT_EQ(report->nodes.size(), 3U);
}

TEST_F(StatusOfRun, TheLockIsReadAndBrokenWithoutAskingANode) {
  Ports all = ports();
  cluster.cluster_api->hold_lock_elsewhere("r1");
  auto lease = read_lock(all, selection());
  ASSERT_TRUE(lease);
  EXPECT_EQ((*lease)->holder, "bo@desk");
  auto broken = break_lock(all, selection(), "bo went home");
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->run, "r1");
  EXPECT_EQ(cluster.cluster_api->lease->holder, "");
  EXPECT_THAT(cluster.cluster_api->lease->broken, HasSubstr("bo went home"));
  EXPECT_EQ(code_of(break_lock(all, selection(), "again")), cluster_errors::not_locked.number);
  take_api_away();
  EXPECT_EQ(code_of(read_lock(all, selection())), api_errors::unreachable.number);
  EXPECT_EQ(cluster.connected, 0);
}

}  // namespace
}  // namespace nightlatch::operate
