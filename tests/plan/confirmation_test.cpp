#include "plan/confirmation.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/outcome.hpp"

namespace nightlatch::plan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* run = "20261122T0114-7f3a";

// cp1 is confirmed, cp2 waits for its confirmation, cp3 was never begun.
class MakeConfirmation : public testing::Test {
 protected:
  MakeConfirmation() {
    carry_out(request_, original_, {"cp1", "cp2"});
    request_.facts.nodes[1].guard = facts::Guard{run, 60};
  }
  Plan make() { return make_confirmation(*original_.plan, run, request_.facts); }

  PlanRequest request_ = healthy_request();
  PlanOutcome original_ = make_plan(request_);
};

TEST_F(MakeConfirmation, KeepsWhatLiesOnTheNodesThatWait) {
  Plan plan = make();
  EXPECT_THAT(changed_nodes(plan), ElementsAre("cp2"));
  EXPECT_EQ(plan.nodes.front().name, "cp2");
  EXPECT_TRUE(plan.finishes_confirm(plan.nodes.front()));
  EXPECT_FALSE(plan.swaps(plan.nodes.front()));
  EXPECT_EQ(plan.of_run, run);
  const ManifestChange& was = change_at(*original_.plan, "cp2");
  const ManifestChange& kept = change_at(plan, "cp2");
  EXPECT_EQ(kept.previous_run, run);
  EXPECT_EQ(kept.backup_sha256(), was.sha256_before) << "as the run's directory on the node has them";
  EXPECT_EQ(kept.staged_sha256(), was.sha256_after);
  EXPECT_EQ(plan.sha256_at_start(plan.nodes.front()), was.sha256_after);
  EXPECT_EQ(plan.sha256_at_end(plan.nodes.front()), was.sha256_after);
  EXPECT_EQ(kept.config_sha256, was.config_sha256) << "for the gate of the loaded configuration";
  EXPECT_FALSE(plan.nodes.front().gates.empty());
}

TEST_F(MakeConfirmation, WatchesTheOthersAsTheyAre) {
  Plan plan = make();
  ASSERT_EQ(plan.nodes.size(), 3U);
  for (const NodePlan& node : plan.nodes) {
    if (node.name == "cp2") continue;
    EXPECT_FALSE(plan.is_changed(node)) << node.name;
    EXPECT_EQ(node.stays_behind, node.name == "cp3") << node.name;
    EXPECT_EQ(node.before, node.after) << node.name;
  }
  EXPECT_EQ(plan.sha256_at_end(plan.nodes.back()), request_.facts.nodes[2].manifest.sha256);
}

TEST_F(MakeConfirmation, WritesNoObjectAndNamesNobodyWhoWasNotRead) {
  original_.plan->changes.emplace_back(ObjectChange{});
  request_.facts.nodes.erase(request_.facts.nodes.begin());
  Plan plan = make();
  EXPECT_THAT(plan.object_changes(), IsEmpty()) << "they are left to resume";
  EXPECT_EQ(plan.nodes.size(), 2U);
}

TEST_F(MakeConfirmation, IsEmptyWhereNoNodeWaitsForThatRun) {
  request_.facts.nodes[1].guard->run = "another";
  EXPECT_TRUE(make().changes_nothing());
}

// The copy in the state directory is read by history.
TEST_F(MakeConfirmation, ComesBackFromItsFile) {
  Plan plan = make();
  auto read = from_json(to_json(plan), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->changes, plan.changes);
  EXPECT_EQ(read->hash, plan.hash);
  EXPECT_NE(plan.hash, original_.plan->hash);
}

}  // namespace
}  // namespace nightlatch::plan
