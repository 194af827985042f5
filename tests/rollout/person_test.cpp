#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"
#include "rollout/run.hpp"

namespace nightlatch::rollout {
namespace {

using node::Verb;

// --- people ---

TEST(Run, ANoAtTheFirstNodeLeavesEverythingAsItIs) {
  Rolling rolling({"cp1", "cp2"}, Prompting::ask);
  rolling.person = [](const std::string&) { return Choice::no; };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.outcome, Outcome::paused);
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::declined.number);
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

TEST(Run, ANoAtALaterNodePausesInAMixedCluster) {
  Rolling rolling({"cp1", "cp2"}, Prompting::ask);
  rolling.person = [](const std::string& node) { return node == "cp1" ? Choice::yes : Choice::no; };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::confirmed, NodeOutcome::untouched}));
  EXPECT_EQ(result.outcome, Outcome::paused);
  EXPECT_EQ(result.exit, Exit::mixed);
}

TEST(Run, AllIsAskedOnce) {
  Rolling rolling({"cp1", "cp2", "cp3"}, Prompting::ask);
  rolling.person = [](const std::string&) { return Choice::all; };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_EQ(rolling.asked_person, std::vector<std::string>{"cp1"});
}

TEST(Run, TheAnswerIsFollowedByAnotherPreflight) {  // S26
  Rolling rolling({"cp1"}, Prompting::ask);
  rolling.person = [&](const std::string&) {
    rolling.node(0).manifest = "edited while the person was thinking";
    return Choice::yes;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::preflight_changed.number);
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

TEST(Run, EveryNodeIsAskedForUnlessAllWasSaid) {
  Rolling rolling({"cp1", "cp2"}, Prompting::ask);
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_EQ(rolling.asked_person, (std::vector<std::string>{"cp1", "cp2"}));
}

// --- interruptions ---

TEST(Run, AnInterruptionBeforeTheSwapLeavesTheNodeOld) {
  for (const char* step : {"config", "preflight", "staged", "armed"}) {
    for (Phase phase : {Phase::intend, Phase::done}) {
      Rolling rolling({"cp1", "cp2"});
      rolling.interrupt_after("cp1", step, phase);
      const RunResult& result = rolling.finish();
      EXPECT_EQ(result.exit, Exit::interrupted) << step;
      EXPECT_EQ(result.outcome, Outcome::interrupted);
      EXPECT_EQ(result.cluster, ClusterState::old_state);
      EXPECT_EQ(rolling.node(0).manifest, rolling.node(0).before);
      EXPECT_EQ(rolling.node(0).count(Verb::swap), 0U) << step;
      EXPECT_NE(rolling.node(0).state.step, node::Step::armed) << "no guard is left behind";
      EXPECT_NE(rolling.node(0).state.step, node::Step::staged);
    }
  }
}

TEST(Run, AnInterruptionAfterTheSwapFinishesTheNodeAndBeginsNoOther) {
  for (const char* step : {"swapped", "restarted", "gated", "soaked", "confirmed"}) {
    Rolling rolling({"cp1", "cp2"});
    rolling.interrupt_after("cp1", step);
    const RunResult& result = rolling.finish();
    EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::confirmed, NodeOutcome::untouched})) << step;
    EXPECT_EQ(result.exit, Exit::interrupted);
    EXPECT_EQ(result.cluster, ClusterState::mixed);
  }
}

TEST(Run, AnInterruptionWhenNothingIsLeftToDoIsNone) {
  Rolling rolling({"cp1"});
  rolling.interrupt_after("cp1", "soaked");
  EXPECT_EQ(rolling.finish().exit, Exit::done);
}

TEST(Run, AnInterruptionAtTheQuestionIsANo) {
  Rolling rolling({"cp1"}, Prompting::ask);
  rolling.interrupt_after("cp1", "person");
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::interrupted);
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

TEST(Run, AnInterruptionWhilePersonIsThinkingIsTold) {
  Rolling rolling({"cp1"}, Prompting::ask);
  auto answer = [&](std::vector<Command> commands) {
    // Everything is acknowledged and answered until the question comes.
    for (std::size_t i = 0; i < commands.size(); ++i) {
      std::vector<Command> more;
      if (auto* append = std::get_if<Append>(&commands[i])) {
        more = rolling.run.on(Event{Millis(1), Recorded{append->record.seq}});
      } else if (auto* ask = std::get_if<Ask>(&commands[i])) {
        if (std::holds_alternative<AskOperator>(ask->question)) return true;
        more = rolling.run.on(Event{Millis(1), Answered{ask->id, rolling.answer_to(ask->question)}});
      }
      commands.insert(commands.end(), more.begin(), more.end());
    }
    return false;
  };
  ASSERT_TRUE(answer(rolling.run.on(Event{Millis(1), Started{}})));
  (void)answer(rolling.run.on(Event{Millis(2), Interrupted{}}));
  ASSERT_TRUE(rolling.run.finished());
  EXPECT_EQ(rolling.run.result().exit, Exit::interrupted);
  EXPECT_EQ(code_of(rolling.run.result().nodes[0]), rollout_errors::interrupted.number);
}

}  // namespace
}  // namespace nightlatch::rollout
