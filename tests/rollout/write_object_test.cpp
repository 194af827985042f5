// A write to the API comes where the plan's list has it (S20).
#include "rollout/write_object.hpp"

#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using node::Verb;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

plan::ObjectChange object_change() {
  plan::ObjectChange change;
  change.object = {
      .group = {}, .version = "v1", .kind = "ConfigMap", .name_space = "kube-system", .name = "settings"};
  change.field = "/data/text";
  change.sha256_before = std::string(64, '1');
  change.sha256_after = std::string(64, '2');
  change.when_unwritable = facts::WhenUnwritable::go_on_and_tell;
  return change;
}

plan::Plan with_change(plan::Direction direction = plan::Direction::apply) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.direction = direction;
  bool is_first = direction == plan::Direction::rollback;
  plan.changes.insert(is_first ? plan.changes.begin() : plan.changes.end(), object_change());
  plan::seal(plan);
  return plan;
}

// "cp1 swapped", "object", …: the order of what was done.
std::vector<std::string> done(const Rolling& rolling) {
  std::vector<std::string> steps;
  for (const Record& record : rolling.records) {
    if (record.phase != Phase::done) continue;
    if (record.step == "swapped") steps.push_back(record.node + " swapped");
    if (record.step == "object" || record.step == "verified") steps.push_back(record.step);
  }
  return steps;
}

TEST(WriteObject, ComesAfterTheLastNodeAndIsSeenBeforeTheEnd) {
  Rolling rolling(with_change());
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::done);
  EXPECT_THAT(result.objects_left, IsEmpty());
  EXPECT_THAT(done(rolling), ElementsAre("cp1 swapped", "cp2 swapped", "object", "verified"));
}

TEST(WriteObject, GoesFirstOnTheWayBack) {
  Rolling rolling(with_change(plan::Direction::rollback));
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_THAT(done(rolling), ElementsAre("object", "cp1 swapped", "cp2 swapped", "verified"));
}

TEST(WriteObject, AStoppedRollLeavesIt) {
  Rolling rolling(with_change());
  rolling.node(1).instead = [](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::stage) return std::nullopt;
    node::Reply reply;
    reply.kind = node::ReplyKind::refused;
    reply.why = "disk full";
    return reply;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_THAT(result.objects_left, ElementsAre(object_change().object));
  EXPECT_THAT(done(rolling), ElementsAre("cp1 swapped"));
}

TEST(WriteObject, ARefusalEndsTheRunAsNotWhole) {
  Rolling rolling(with_change());
  rolling.write_object = [](const plan::ObjectChange&) {
    return facts::ObjectWritten{.result = WriteResult::refused, .why = "403: forbidden"};
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.outcome, Outcome::stopped);
  EXPECT_EQ(result.cluster, ClusterState::new_state);
  EXPECT_THAT(result.objects_left, ElementsAre(object_change().object));
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::object_left.number);
  EXPECT_EQ(result.trouble->why, "ConfigMap kube-system/settings: 403: forbidden");
  EXPECT_THAT(done(rolling), ElementsAre("cp1 swapped", "cp2 swapped", "verified"));
  EXPECT_EQ(rolling.records.back().data.at("object.ConfigMap kube-system/settings"), "left");
}

TEST(WriteObject, NodesGoBackWhetherItCanBeWrittenOrNot) {
  Rolling rolling(with_change(plan::Direction::rollback));
  rolling.write_object = [](const plan::ObjectChange&) {
    return facts::ObjectWritten{.result = WriteResult::refused, .why = "403: forbidden"};
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_THAT(done(rolling), ElementsAre("cp1 swapped", "cp2 swapped", "verified"));
}

TEST(WriteObject, ALostAnswerIsAskedForAgain) {
  Rolling rolling(with_change());
  int asked = 0;
  rolling.write_object = [&](const plan::ObjectChange&) {
    return ++asked < 4 ? facts::ObjectWritten{.result = WriteResult::lost, .why = "no answer"}
                       : facts::ObjectWritten{.result = WriteResult::written, .why = {}};
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_EQ(asked, 4);
}

TEST(WriteObject, SilenceForAMinuteIsSaidToBeNotKnown) {
  Rolling rolling(with_change());
  int asked = 0;
  rolling.write_object = [&](const plan::ObjectChange&) {
    ++asked;
    return facts::ObjectWritten{.result = WriteResult::lost, .why = "no answer"};
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_THAT(result.trouble->why, HasSubstr("no answer; whether it was written is not known"));
  EXPECT_GT(asked, 20);
  EXPECT_LT(asked, 35);
}

// Simulated roll 95312: the write may have landed, and nobody may call the object what it was.
TEST(WriteObject, AWriteWithoutAnAnswerIsNotKnown) {
  Rolling rolling(with_change());
  rolling.write_object = [](const plan::ObjectChange&) {
    return facts::ObjectWritten{.result = WriteResult::lost, .why = "no answer"};
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(outcome_of(result, object_change().object), ObjectOutcome::unknown);
  ASSERT_TRUE(result.trouble);
  EXPECT_THAT(result.trouble->why, HasSubstr("whether it was written is not known"));
  EXPECT_EQ(rolling.records.back().data.at("object.ConfigMap kube-system/settings"), "unknown");
}

// Simulated roll 3419.
TEST(WriteObject, AJournalThatFailsBehindTheWriteDoesNotCallItLeft) {
  Rolling rolling(with_change());
  rolling.fail_record("", "object");
  EXPECT_THAT(rolling.finish().objects_left, ElementsAre(object_change().object))
      << "the record before the write: nothing was written";
  Rolling behind(with_change());
  behind.write_object = [&](const plan::ObjectChange&) {
    behind.fail_record("", "object");
    return facts::ObjectWritten{.result = WriteResult::written, .why = {}};
  };
  EXPECT_THAT(behind.finish().objects_left, IsEmpty());
}

TEST(WriteObject, AnInterruptionBeforeItLeavesIt) {
  Rolling rolling(with_change());
  int asked = 0;
  rolling.write_object = [&](const plan::ObjectChange&) {
    ++asked;
    return facts::ObjectWritten{.result = WriteResult::written, .why = {}};
  };
  rolling.interrupt_after("", "object");
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::interrupted);
  EXPECT_THAT(result.objects_left, ElementsAre(object_change().object));
  EXPECT_EQ(asked, 0);
}

TEST(WriteObject, NothingElseToDoIsARunAllTheSame) {
  plan::Plan plan = with_change();
  for (const plan::NodePlan& node : plan.nodes) plan.leave_alone(node);
  EXPECT_FALSE(plan.changes_nothing());
  plan.changes.clear();
  EXPECT_TRUE(plan.changes_nothing());
}

}  // namespace
}  // namespace nightlatch::rollout
