// kubeadm-config follows the nodes; in a rollback it goes first (S20).
#include "rollout/persist_kubeadm_config.hpp"

#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using node::Verb;
using testing::ElementsAre;
using testing::HasSubstr;

plan::Plan with_change(plan::Direction direction = plan::Direction::apply) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.direction = direction;
  plan.kubeadm_config = plan::KubeadmChange{std::string(64, '1'), std::string(64, '2'), {}, {}};
  plan::seal(plan);
  return plan;
}

// "cp1 swapped", "kubeadm-config", …: the order of what was done.
std::vector<std::string> done(const Rolling& rolling) {
  std::vector<std::string> steps;
  for (const Record& record : rolling.records) {
    if (record.phase != Phase::done) continue;
    if (record.step == "swapped") steps.push_back(record.node + " swapped");
    if (record.step == "kubeadm-config" || record.step == "verified") steps.push_back(record.step);
  }
  return steps;
}

TEST(PersistKubeadmConfig, ComesAfterTheLastNodeAndIsSeenBeforeTheEnd) {
  Rolling rolling(with_change());
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::done);
  EXPECT_FALSE(result.kubeadm_config_left);
  EXPECT_THAT(done(rolling), ElementsAre("cp1 swapped", "cp2 swapped", "kubeadm-config", "verified"));
}

TEST(PersistKubeadmConfig, GoesFirstOnTheWayBack) {
  Rolling rolling(with_change(plan::Direction::rollback));
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_THAT(done(rolling), ElementsAre("kubeadm-config", "cp1 swapped", "cp2 swapped", "verified"));
}

TEST(PersistKubeadmConfig, AStoppedRollLeavesIt) {
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
  EXPECT_TRUE(result.kubeadm_config_left);
  EXPECT_THAT(done(rolling), ElementsAre("cp1 swapped"));
}

TEST(PersistKubeadmConfig, ARefusalEndsTheRunAsNotWhole) {
  Rolling rolling(with_change());
  rolling.persist = [] { return KubeadmConfigPersisted{0, PersistResult::refused, "403: forbidden"}; };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.outcome, Outcome::stopped);
  EXPECT_EQ(result.cluster, ClusterState::new_state);
  EXPECT_TRUE(result.kubeadm_config_left);
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::kubeadm_config_left.number);
  EXPECT_EQ(result.trouble->why, "403: forbidden");
  EXPECT_THAT(done(rolling), ElementsAre("cp1 swapped", "cp2 swapped", "verified"));
  EXPECT_EQ(rolling.records.back().data.at("kubeadm-config"), "left");
}

TEST(PersistKubeadmConfig, NodesGoBackWhetherItCanBeWrittenOrNot) {
  Rolling rolling(with_change(plan::Direction::rollback));
  rolling.persist = [] { return KubeadmConfigPersisted{0, PersistResult::refused, "403: forbidden"}; };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_THAT(done(rolling), ElementsAre("cp1 swapped", "cp2 swapped", "verified"));
}

TEST(PersistKubeadmConfig, ALostAnswerIsAskedForAgain) {
  Rolling rolling(with_change());
  int asked = 0;
  rolling.persist = [&] {
    return ++asked < 4 ? KubeadmConfigPersisted{0, PersistResult::lost, "no answer"}
                       : KubeadmConfigPersisted{0, PersistResult::written, {}};
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_EQ(asked, 4);
}

TEST(PersistKubeadmConfig, SilenceForAMinuteIsSaidToBeNotKnown) {
  Rolling rolling(with_change());
  int asked = 0;
  rolling.persist = [&] {
    ++asked;
    return KubeadmConfigPersisted{0, PersistResult::lost, "no answer"};
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_THAT(result.trouble->why, HasSubstr("no answer; whether it was written is not known"));
  EXPECT_GT(asked, 20);
  EXPECT_LT(asked, 35);
}

// Simulated roll 3419.
TEST(PersistKubeadmConfig, AJournalThatFailsBehindTheWriteDoesNotCallItLeft) {
  Rolling rolling(with_change());
  rolling.fail_record("", "kubeadm-config");
  EXPECT_TRUE(rolling.finish().kubeadm_config_left) << "the record before the write: nothing was written";
  Rolling behind(with_change());
  behind.persist = [&] {
    behind.fail_record("", "kubeadm-config");
    return KubeadmConfigPersisted{0, PersistResult::written, {}};
  };
  EXPECT_FALSE(behind.finish().kubeadm_config_left);
}

TEST(PersistKubeadmConfig, AnInterruptionBeforeItLeavesIt) {
  Rolling rolling(with_change());
  int asked = 0;
  rolling.persist = [&] {
    ++asked;
    return KubeadmConfigPersisted{0, PersistResult::written, {}};
  };
  rolling.interrupt_after("", "kubeadm-config");
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::interrupted);
  EXPECT_TRUE(result.kubeadm_config_left);
  EXPECT_EQ(asked, 0);
}

TEST(PersistKubeadmConfig, NothingElseToDoIsARunAllTheSame) {
  plan::Plan plan = with_change();
  for (plan::NodePlan& node : plan.nodes) {
    node.action = plan::NodeAction::none;
    node.sha256_before = node.sha256_after;
  }
  EXPECT_FALSE(plan.changes_nothing());
  plan.kubeadm_config.reset();
  EXPECT_TRUE(plan.changes_nothing());
}

}  // namespace
}  // namespace nightlatch::rollout
