// The made-up change of ARCHITECTURE.md's worked example, carried out: it stops the roll that cannot write
// it.
#include "banner_change.hpp"

#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// `position`: in the list, among two nodes.
plan::Plan with_banner(std::ptrdiff_t position) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.changes.emplace(plan.changes.begin() + position, *test::plan_banner("welcome\n"));
  plan::seal(plan);
  return plan;
}

facts::ObjectWritten refused(const plan::ObjectChange&) {
  return {.result = WriteResult::refused, .why = "403: forbidden"};
}

// "cp1 swapped" and "ConfigMap ...", in the order in which they were done.
std::vector<std::string> done(const Rolling& rolling) {
  std::vector<std::string> steps;
  for (const Record& record : rolling.records) {
    if (record.phase != Phase::done) continue;
    if (record.step == "swapped") steps.push_back(record.node);
    if (record.step == object_step) steps.push_back(record.data.at("object"));
  }
  return steps;
}

TEST(BannerChange, IsWrittenWhereTheListHasIt) {
  const std::string banner = "ConfigMap kube-public/banner";
  Rolling first(with_banner(0));
  EXPECT_EQ(first.finish().exit, Exit::done);
  EXPECT_THAT(done(first), ElementsAre(banner, "cp1", "cp2"));
  Rolling between(with_banner(1));
  EXPECT_EQ(between.finish().exit, Exit::done);
  EXPECT_THAT(done(between), ElementsAre("cp1", banner, "cp2"));
  Rolling last(with_banner(2));
  EXPECT_EQ(last.finish().exit, Exit::done);
  EXPECT_THAT(done(last), ElementsAre("cp1", "cp2", banner));
}

TEST(BannerChange, ARollThatCannotWriteItDoesNotBegin) {
  Rolling rolling(with_banner(0));
  rolling.write_object = refused;
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.outcome, Outcome::stopped);
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_THAT(outcomes(result), ElementsAre(NodeOutcome::untouched, NodeOutcome::untouched));
  EXPECT_THAT(result.objects_left, ElementsAre(test::banner()));
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::object_left.number);
  EXPECT_EQ(result.trouble->why, "ConfigMap kube-public/banner: 403: forbidden");
  EXPECT_THAT(rolling.node(0).requests, IsEmpty()) << "no config file was placed either";
}

TEST(BannerChange, BetweenTwoNodesItStopsTheRollThere) {
  Rolling rolling(with_banner(1));
  rolling.write_object = refused;
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.cluster, ClusterState::mixed);
  EXPECT_THAT(outcomes(result), ElementsAre(NodeOutcome::confirmed, NodeOutcome::untouched));
}

// Two objects of one list: each is asked for by name, and only one stops the roll.
TEST(BannerChange, AnObjectThatStopsNothingDoesNotKeepItFromBeingWritten) {
  plan::Plan plan = with_banner(0);
  plan::ObjectChange other = *test::plan_banner("other\n");
  other.object.name = "other";
  other.when_unwritable = facts::WhenUnwritable::go_on_and_tell;
  plan.changes.emplace(plan.changes.begin(), other);
  plan::seal(plan);
  Rolling rolling(plan);
  rolling.write_object = [](const plan::ObjectChange& change) {
    return change.object.name == "other" ? refused(change)
                                         : facts::ObjectWritten{.result = WriteResult::written, .why = {}};
  };
  const RunResult& result = rolling.finish();
  EXPECT_THAT(outcomes(result), ElementsAre(NodeOutcome::confirmed, NodeOutcome::confirmed));
  EXPECT_THAT(result.objects_left, ElementsAre(other.object));
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(rolling.records.back().data.at("object.ConfigMap kube-public/banner"), "changed");
  EXPECT_EQ(rolling.records.back().data.at("object.ConfigMap kube-public/other"), "left");
}

}  // namespace
}  // namespace nightlatch::rollout
