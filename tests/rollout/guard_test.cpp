// The run's side of the guard: it renews while it watches, and a node that its guard restored is gated (S2,
// S5).
#include <gmock/gmock.h>

#include "plan/estimate.hpp"
#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"
#include "rollout/run.hpp"

namespace nightlatch::rollout {
namespace {

using node::Reply;
using node::Request;
using node::Verb;
using testing::HasSubstr;
using namespace std::chrono_literals;

plan::Plan patient_plan(const std::vector<std::string>& names) {
  plan::Plan plan = plan_for(names);
  plan.playbook.gates.soak = 300s;
  plan.playbook.gates.timeout = 120s;
  plan.playbook.rollback.lease = 60s;
  return plan;
}

TEST(Guard, IsArmedWithTheLeaseAndTheCeilingOfThePlan) {
  Rolling rolling({"cp1"});
  (void)rolling.finish();
  for (const Request& request : rolling.node(0).requests) {
    if (request.verb != Verb::arm) continue;
    EXPECT_EQ(request.lease, rolling.plan.playbook.rollback.lease);
    EXPECT_EQ(request.ceiling, plan::ceiling(rolling.plan, plan::Turn::first, 0s));
  }
  EXPECT_EQ(rolling.node(0).count(Verb::arm), 1U);
}

// Nobody is left to renew its lease, so the screen says what happens next on the node, and when.
TEST(Guard, IsNamedWithItsTimeWhenTheJournalFails) {
  for (const char* step : {"swapped", "restarted", "gated"}) {
    Rolling rolling({"cp1", "cp2"});
    rolling.fail_record("cp1", step);
    const RunResult& result = rolling.finish();
    ASSERT_TRUE(result.trouble);
    EXPECT_EQ(result.trouble->code, rollout_errors::journal_unwritable.number);
    EXPECT_THAT(
        result.trouble->why,
        testing::MatchesRegex("No space left on device\\. cp1 is in mid-change: its guard puts the old "
                              "manifest back in [0-9]+ .*unless the run is confirmed"))
        << step;
  }
  Rolling rolling({"cp1"});
  rolling.fail_record("cp1", "staged");
  EXPECT_EQ(rolling.finish().trouble->why, "No space left on device") << "no guard was armed";
}

TEST(Guard, NoLeaseGoesBeyondTheCeiling) {
  plan::Plan plan = plan_for({"cp1"});
  plan.playbook.gates.soak = 3s;
  plan.playbook.gates.timeout = 50s;
  plan.playbook.rollback.lease = 600s;
  Rolling rolling(plan);
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  for (const Request& request : rolling.node(0).requests) {
    if (request.verb != Verb::arm) continue;
    EXPECT_EQ(request.lease, request.ceiling);
    EXPECT_LT(request.ceiling, 600s);
  }
  EXPECT_EQ(rolling.node(0).count(Verb::arm), 1U);
}

TEST(Guard, IsRenewedLongBeforeItsLeaseEndsAndNotAtEveryLook) {
  Rolling rolling(patient_plan({"cp1"}));
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_GE(rolling.node(0).count(Verb::renew), 300U / 30);
  EXPECT_LE(rolling.node(0).count(Verb::renew), 300U / 15);
  EXPECT_GT(rolling.node(0).count(Verb::state), 100U);
}

TEST(Guard, IsRenewedWhileTheNewPodIsWaitedFor) {
  Rolling rolling(patient_plan({"cp1"}));
  int looks = 0;
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb != Verb::await || ++looks > 10) return std::nullopt;
    Reply reply = rolling.node(0).ok();
    reply.pod.running = false;
    return reply;
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  std::size_t before_mark = 0;
  for (const Request& request : rolling.node(0).requests) {
    if (request.verb == Verb::mark) break;
    before_mark += request.verb == Verb::renew ? 1 : 0;
  }
  EXPECT_GE(before_mark, 3U) << "100 s of waiting, a lease of 60 s";
}

// A lease that has come to its ceiling, beside a pod that is away for `looks` of ten seconds.
void keep_away_at_the_ceiling(Rolling& rolling, int looks) {
  Millis ceiling = plan::ceiling(rolling.plan, plan::Turn::first, 0s);
  rolling.node(0).instead = [&rolling, ceiling,
                             looks](const Request& request) mutable -> std::optional<Reply> {
    ScriptedNode& node = rolling.node(0);
    if (request.verb == Verb::renew) {
      node.state.deadline_in =
          std::chrono::duration_cast<std::chrono::seconds>(ceiling - rolling.now()).count();
      return node.ok();
    }
    if (request.verb != Verb::await || node.state.step != node::Step::swapped || looks-- <= 0)
      return std::nullopt;
    Reply reply = node.ok();
    reply.pod.running = false;
    return reply;
  };
}

plan::Plan plan_with_a_near_ceiling() {
  plan::Plan plan = plan_for({"cp1"});
  plan.playbook.gates.soak = 3s;
  plan.playbook.gates.timeout = 50s;
  plan.playbook.rollback.lease = 120s;
  return plan;
}

TEST(Guard, PodIsSeenWhenItsLeaseCannotBeRenewedFurther) {
  Rolling rolling(plan_with_a_near_ceiling());
  keep_away_at_the_ceiling(rolling, 4);
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_LE(rolling.node(0).count(Verb::renew), 20U);
}

TEST(Guard, TimeoutOfTheGatesHoldsWhenItsLeaseCannotBeRenewedFurther) {
  Rolling rolling(plan_with_a_near_ceiling());
  keep_away_at_the_ceiling(rolling, 1000);
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::restored});
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::not_restarted.number);
}

TEST(Guard, NodeThatWasSilentForItsLeaseIsGatedAndReportedAsRestored) {
  Rolling rolling(patient_plan({"cp1", "cp2"}));
  int silent = 0;
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (rolling.node(0).state.step != node::Step::gated || request.verb == Verb::mark) return std::nullopt;
    if (++silent < 12) return Reply{};
    if (silent == 12) rolling.node(0).guard_restores();
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::restored, NodeOutcome::untouched}));
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::guard_restored.number);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("not renewed within 1 min"));
  EXPECT_EQ(result.exit, Exit::rolled_back);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_TRUE(rolling.has("cp1", "regated", Phase::done));
  EXPECT_EQ(rolling.node(0).state.note, "") << "a run that came back has gated it";
  EXPECT_EQ(rolling.node(1).count(Verb::stage), 0U);
}

TEST(Guard, ARestoreByHandIsToldAsOneAndBroughtToItsEnd) {
  for (node::Step step : {node::Step::armed, node::Step::swapped, node::Step::gated, node::Step::soaked}) {
    Rolling rolling({"cp1", "cp2"});
    bool typed = false;
    rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
      if (rolling.node(0).state.step != step || request.verb == Verb::arm || std::exchange(typed, true))
        return std::nullopt;
      rolling.node(0).restores_by_hand();
      return request.verb == Verb::state || request.verb == Verb::await
                 ? std::nullopt
                 : std::optional(rolling.node(0).refuse("already restored"));
    };
    const RunResult& result = rolling.finish();
    SCOPED_TRACE(node::name(step));
    EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::restored, NodeOutcome::untouched}));
    EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::restored_by_hand.number);
    EXPECT_EQ(result.exit, Exit::rolled_back);
    EXPECT_EQ(result.cluster, ClusterState::old_state);
    EXPECT_TRUE(rolling.has("cp1", "regated", Phase::done));
    EXPECT_EQ(rolling.node(0).state.step, node::Step::restored);
    EXPECT_EQ(rolling.node(1).count(Verb::stage), 0U);
  }
}

TEST(Guard, ARestoreByHandWhileTheRunRestoresIsNoTrouble) {
  Rolling rolling({"cp1"});
  rolling.node(0).seen = [&](facts::Seen& seen) {
    if (rolling.node(0).manifest == rolling.node(0).after && seen.question.path == "/version")
      seen.status = 200;
  };
  int typed = 0;
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::settle && ++typed <= 2) rolling.node(0).restores_by_hand();
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::restored});
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::still_open.number) << "the first reason stays";
  EXPECT_EQ(result.exit, Exit::rolled_back);
  EXPECT_EQ(typed, 2);
}

TEST(Guard, ConfirmThatComesLateIsNoConfirm) {
  Rolling rolling({"cp1"});
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb != Verb::confirm) return std::nullopt;
    rolling.node(0).guard_restores();
    return rolling.node(0).refuse("already restored at 2026-11-22T01:22:40Z");
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::restored});
  EXPECT_EQ(result.exit, Exit::rolled_back);
}

TEST(Guard, NodeIsWaitedForUntilItsGuardIsDone) {
  plan::Plan plan = plan_for({"cp1"});
  plan.playbook.gates.timeout = 30s;
  plan.playbook.rollback.lease = 600s;
  Rolling rolling(plan);
  bool gone = false;
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    gone = gone || request.verb == Verb::await;
    return gone ? std::optional<Reply>(Reply{}) : std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::unknown});
  EXPECT_GE(rolling.now(), Millis(690s));
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("its guard puts the old one back"));
}

TEST(Guard, ArmThatIsRefusedLeavesTheNodeUntouched) {
  Rolling rolling({"cp1"});
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::arm) return rolling.node(0).refuse("the guard was not seen to work");
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::untouched});
  EXPECT_EQ(rolling.node(0).count(Verb::clean), 1U);
  EXPECT_EQ(rolling.node(0).count(Verb::restore), 0U);
}

TEST(Guard, RollbackGatesWhatAGuardRestoredAlone) {
  plan::Plan plan = plan_for({"cp1"});
  plan.direction = plan::Direction::rollback;
  finish_restore(plan, 0, "first");
  plan.nodes[0].gates.pop_back();
  Rolling rolling(plan);
  rolling.node(0).state = {node::Step::restored, "first", 1, {}, 0, std::string(node::not_gated)};
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::restored});
  EXPECT_TRUE(rolling.has("cp1", "regated", Phase::done));
  EXPECT_EQ(rolling.node(0).state.note, "");
}

}  // namespace
}  // namespace nightlatch::rollout
