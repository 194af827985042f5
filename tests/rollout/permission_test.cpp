// A node is begun only with a permission of that moment, where the run needs one.
#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/progress.hpp"
#include "rollout/rolling.hpp"
#include "rollout/run.hpp"

namespace nightlatch::rollout {
namespace {

using node::Verb;
using testing::ElementsAre;

const RunOptions asking{.to_begin = Asking::before_each_node};

Permission ended() {
  return {.why_not = rollout_errors::approval_ended, .why = "its approvals expired at 01:00"};
}

TEST(Permission, IsAskedForEachNodeAtTheEndOfItsPreflight) {
  Rolling rolling(plan_for({"cp1", "cp2"}), Prompting::assume_yes, asking);
  std::vector<std::string> asked;
  rolling.permission = [&](const AskToBegin& question) {
    asked.push_back(question.node + (question.is_first ? " first" : " later"));
    EXPECT_EQ(rolling.node(question.node).count(Verb::stage), 0U);
    return Permission::given();
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_THAT(asked, ElementsAre("cp1 first", "cp2 later"));
}

TEST(Permission, WithoutOneTheFirstNodeIsNotTouched) {
  Rolling rolling(plan_for({"cp1", "cp2"}), Prompting::assume_yes, asking);
  rolling.permission = [](const AskToBegin&) { return ended(); };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.outcome, Outcome::paused);
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::approval_ended.number);
  EXPECT_EQ(result.nodes[0].trouble->why, "cp1 was not begun: its approvals expired at 01:00");
  EXPECT_EQ(rolling.node(0).count(Verb::stage) + rolling.node(1).count(Verb::stage), 0U);
}

TEST(Permission, ThatEndsBetweenTwoNodesPausesTheRoll) {
  Rolling rolling(plan_for({"cp1", "cp2", "cp3"}), Prompting::assume_yes, asking);
  rolling.permission = [](const AskToBegin& question) {
    return question.node == "cp1" ? Permission::given() : ended();
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result),
            (std::vector{NodeOutcome::confirmed, NodeOutcome::untouched, NodeOutcome::untouched}));
  EXPECT_EQ(result.outcome, Outcome::paused);
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(rolling.node(1).count(Verb::stage), 0U);
}

// A person may think for hours, and the answer of before says nothing then.
TEST(Permission, IsAskedForAgainAfterAPersonHasAgreed) {
  Rolling rolling(plan_for({"cp1"}), Prompting::ask, asking);
  rolling.permission = [&](const AskToBegin& question) {
    EXPECT_TRUE(question.is_first);
    return rolling.asked_person.empty() ? Permission::given() : ended();
  };
  EXPECT_EQ(rolling.finish().outcome, Outcome::paused);
  EXPECT_THAT(rolling.asked_person, ElementsAre("cp1"));
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

TEST(Permission, IsNotNeededByARunThatHasNothingToWaitFor) {
  Rolling rolling({"cp1"});
  EXPECT_EQ(rolling.finish().exit, Exit::done);
}

TEST(Permission, AnAnswerThatSaysNothingIsNone) {
  EXPECT_TRUE(answer_of<AskToBegin>(PauseEnded{}).why_not);
}

TEST(Permission, AnInterruptionWhileItIsAskedForLeavesTheNodeOld) {
  Rolling rolling(plan_for({"cp1"}), Prompting::assume_yes, asking);
  rolling.permission = [](const AskToBegin&) { return Permission::given(); };
  rolling.interrupt_after("cp1", "preflight");
  EXPECT_EQ(rolling.finish().exit, Exit::interrupted);
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

// What the run was told to record of its approvals stands in its first record.
TEST(Permission, TheFirstRecordSaysWhoHasApproved) {
  RunOptions options = asking;
  options.record = {{"approvedBy", "ana, bo"}, {"appliedBy", "carl"}};
  Rolling rolling(plan_for({"cp1"}), Prompting::assume_yes, options);
  rolling.permission = [](const AskToBegin&) { return Permission::given(); };
  rolling.finish();
  RunProgress progress;
  for (const Record& record : rolling.records) progress.fold(record);
  EXPECT_EQ(progress.approved_by, "ana, bo");
  EXPECT_EQ(progress.applied_by, "carl");
}

}  // namespace
}  // namespace nightlatch::rollout
