// A node that waits for the confirmation of a run whose workstation was lost.
#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using node::Reply;
using node::Request;
using node::Step;
using node::Verb;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// cp1 was left at a step by run "first", and cp2 was never begun.
struct Abandoned {
  explicit Abandoned(Step step, plan::Plan planned = plan_for({"cp1", "cp2"})) : rolling(kept(planned)) {
    cp1().state = {step, "first", 1, {}, 90, {}};
    if (step >= Step::swapped) cp1().write(cp1().after);
  }
  static plan::Plan kept(plan::Plan plan) {
    finish_confirm(plan, 0, "first");
    plan.leave_alone(plan.nodes[1]);
    plan.nodes[1].stays_behind = true;
    plan::seal(plan);
    return plan;
  }
  ScriptedNode& cp1() { return rolling.node(0); }
  [[nodiscard]] std::vector<std::string> verbs() {
    std::vector<std::string> all;
    for (const Request& request : cp1().requests) all.emplace_back(node::name(request.verb));
    return all;
  }
  [[nodiscard]] std::vector<std::string> marks() {
    std::vector<std::string> all;
    for (const Request& request : cp1().requests) {
      if (request.verb == Verb::mark) all.emplace_back(node::name(request.to));
    }
    return all;
  }
  // The node is where it was, and its guard goes on; nobody undid anything.
  void expect_left_to_its_guard(const RunResult& result, const ErrorCode& code, const std::string& why) {
    EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::untouched);
    EXPECT_EQ(code_of(result.nodes[0]), code.number);
    ASSERT_TRUE(result.nodes[0].trouble);
    EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr(why));
    EXPECT_EQ(result.exit, Exit::refused);
    EXPECT_EQ(result.cluster, ClusterState::unknown) << "its guard decides";
    for (Verb verb : {Verb::stage, Verb::arm, Verb::swap, Verb::restore, Verb::settle, Verb::clean})
      EXPECT_EQ(cp1().count(verb), 0U) << node::name(verb);
    EXPECT_NE(cp1().state.step, Step::confirmed);
  }

  Rolling rolling;
};

TEST(TakeOver, IsConfirmedOnceItsGatesHold) {
  Abandoned left(Step::swapped);
  const RunResult& result = left.rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::confirmed, NodeOutcome::unchanged}));
  EXPECT_EQ(result.exit, Exit::done);
  EXPECT_EQ(result.cluster, ClusterState::mixed) << "cp2 is old";
  EXPECT_THAT(left.verbs(),
              ElementsAre("state", "renew", "mark", "state", "state", "mark", "state", "mark", "confirm"));
  EXPECT_THAT(left.marks(), ElementsAre("restarted", "gated", "soaked"));
  EXPECT_EQ(left.cp1().state.step, Step::confirmed);
  EXPECT_EQ(left.rolling.records.front().data.at("direction"), "confirm");
  EXPECT_THAT(left.rolling.node(1).requests, IsEmpty()) << "its peers may be away";
}

TEST(TakeOver, ANewerEpochShutsTheOldRunOut) {
  Abandoned left(Step::restarted);
  left.cp1().state.epoch = 4;
  (void)left.rolling.finish();
  for (std::size_t i = 1; i < left.cp1().requests.size(); ++i) {
    EXPECT_EQ(left.cp1().requests[i].epoch, 5U);
    EXPECT_EQ(left.cp1().requests[i].run, "first");
  }
  EXPECT_EQ(left.cp1().requests[1].verb, Verb::renew);
}

TEST(TakeOver, MarksOnlyWhatIsLeft) {
  Abandoned gated(Step::gated);
  EXPECT_EQ(gated.rolling.finish().exit, Exit::done);
  EXPECT_THAT(gated.marks(), ElementsAre("soaked"));
  Abandoned soaked(Step::soaked);
  EXPECT_EQ(soaked.rolling.finish().exit, Exit::done);
  EXPECT_THAT(soaked.marks(), IsEmpty());
}

TEST(TakeOver, TheSameReplyTwiceChangesNothing) {
  Abandoned left(Step::swapped);
  left.rolling.every_reply_twice = true;
  EXPECT_EQ(left.rolling.finish().exit, Exit::done);
  EXPECT_THAT(left.marks(), ElementsAre("restarted", "gated", "soaked"));
}

TEST(TakeOver, ALostReplyIsAskedForAgain) {
  for (Verb verb : {Verb::state, Verb::renew, Verb::mark, Verb::confirm}) {
    Abandoned left(Step::swapped);
    int lost = 0;
    left.cp1().instead = [&](const Request& request) -> std::optional<Reply> {
      if (request.verb != verb || ++lost > 2) return std::nullopt;
      (void)left.cp1().ordinary(request);  // it arrived all the same
      return Reply{};
    };
    EXPECT_EQ(left.rolling.finish().exit, Exit::done) << node::name(verb);
    EXPECT_EQ(left.cp1().state.step, Step::confirmed) << node::name(verb);
    EXPECT_GT(lost, 2) << node::name(verb);
  }
}

TEST(TakeOver, WhetherASilentNodeHasConfirmedIsNotKnown) {
  Abandoned left(Step::gated);
  left.cp1().instead = lose(Verb::confirm);
  const RunResult& result = left.rolling.finish();
  EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::unknown);
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::unknown_state.number);
  EXPECT_EQ(left.cp1().count(Verb::restore), 0U);
}

TEST(TakeOver, ANodeThatCannotBeReachedIsItsGuards) {
  Abandoned left(Step::gated);
  left.cp1().instead = lose(Verb::renew);
  left.expect_left_to_its_guard(left.rolling.finish(), rollout_errors::unknown_state, "did not answer");
}

TEST(TakeOver, IsNoWayAroundAGate) {
  Abandoned left(Step::soaked);
  left.cp1().seen = [](facts::Seen& seen) {
    if (seen.question.purpose == facts::Purpose::must_be_closed) seen.status = 200;
  };
  left.expect_left_to_its_guard(left.rolling.finish(), rollout_errors::still_open, "cp1: GET /version");
  EXPECT_EQ(left.cp1().state.step, Step::soaked);
}

TEST(TakeOver, AProbeThatGets401EndsItAtOnce) {
  Abandoned left(Step::restarted);
  left.cp1().seen = [](facts::Seen& seen) {
    if (seen.question.purpose == facts::Purpose::kubelet_probe) seen.status = 401;
  };
  left.expect_left_to_its_guard(left.rolling.finish(), rollout_errors::probe_unauthorized, "/livez");
}

TEST(TakeOver, AnApiServerThatDoesNotAnswerInTimeIsNotConfirmed) {
  Abandoned left(Step::restarted);
  left.cp1().seen = [](facts::Seen& seen) { seen.status = 0; };
  left.expect_left_to_its_guard(left.rolling.finish(), rollout_errors::gates_late, "did not hold within");
  EXPECT_GT(left.cp1().count(Verb::renew), 1U) << "it may have been starting";
}

plan::Plan telling_plan() {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.nodes[0].version = "1.34.4";
  change_of(plan, 0).config_sha256 = std::string(64, 'a');
  return plan;
}

TEST(TakeOver, TheLoadedConfigurationMustBeThePlacedOne) {
  for (char loaded : {'a', 'b'}) {
    Abandoned left(Step::swapped, telling_plan());
    left.cp1().seen = [=](facts::Seen& seen) {
      if (seen.question.path == "/metrics") seen.loaded_config = "sha256:" + std::string(64, loaded);
    };
    const RunResult& result = left.rolling.finish();
    if (loaded == 'a') {
      EXPECT_EQ(result.exit, Exit::done);
    } else {
      left.expect_left_to_its_guard(result, rollout_errors::config_differs, "loaded is sha256:bbbbbbbbbbbb");
    }
  }
}

TEST(TakeOver, AnArmedNodeHasNothingToConfirm) {
  for (Step step : {Step::staged, Step::armed}) {
    Abandoned left(step);
    left.expect_left_to_its_guard(left.rolling.finish(), rollout_errors::preflight_changed,
                                  "cp1 has its old manifest still: nothing to confirm");
    EXPECT_THAT(left.verbs(), Each("state")) << "nothing was taken over";
  }
}

TEST(TakeOver, ANodeThatIsAtWorkInAnotherRunIsLeftAlone) {
  Abandoned left(Step::gated);
  left.cp1().state.run = "second";
  left.expect_left_to_its_guard(left.rolling.finish(), rollout_errors::preflight_busy,
                                "cp1 is at work in run second");
  EXPECT_THAT(left.verbs(), Each("state"));
}

TEST(TakeOver, TheGuardMayBeFirst) {
  for (Verb verb : {Verb::renew, Verb::mark, Verb::confirm}) {
    Abandoned left(Step::swapped);
    left.cp1().instead = [&](const Request& request) -> std::optional<Reply> {
      if (request.verb != verb) return std::nullopt;
      left.cp1().guard_restores();
      return left.cp1().refuse("already restored at 2026-11-22T01:22:40Z");
    };
    left.expect_left_to_its_guard(left.rolling.finish(), rollout_errors::guard_restored,
                                  "cp1: already restored at 2026-11-22T01:22:40Z");
  }
}

TEST(TakeOver, ForeignBytesAreToldAsSuch) {
  Abandoned left(Step::gated);
  left.cp1().instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb != Verb::confirm) return std::nullopt;
    left.cp1().state.step = Step::foreign;
    return left.cp1().refuse("the manifest was changed by somebody else");
  };
  EXPECT_EQ(left.rolling.finish().nodes[0].outcome, NodeOutcome::foreign);
}

// The run died before it saw the new pod, so the one that answers first may be the old one.
TEST(TakeOver, OneRestartIsStillToBeExpectedAfterTheSwap) {
  for (int restarts : {1, 2}) {
    Abandoned left(Step::swapped);
    int looks = 0;
    left.cp1().instead = [&](const Request& request) -> std::optional<Reply> {
      bool in_gates = request.verb == Verb::state && left.cp1().state.step == Step::restarted;
      if (in_gates && ++looks <= restarts) left.cp1().start_pod();
      return std::nullopt;
    };
    const RunResult& result = left.rolling.finish();
    if (restarts == 1) {
      EXPECT_EQ(result.exit, Exit::done);
    } else {
      left.expect_left_to_its_guard(result, rollout_errors::restarted_again, "started again");
    }
  }
}

TEST(TakeOver, ARestartAfterThatIsAFailedGate) {
  Abandoned left(Step::restarted);
  left.cp1().instead = [&, looks = 0](const Request& request) mutable -> std::optional<Reply> {
    if (request.verb == Verb::state && ++looks == 3) left.cp1().start_pod();
    return std::nullopt;
  };
  left.expect_left_to_its_guard(left.rolling.finish(), rollout_errors::restarted_again, "started again");
}

TEST(TakeOver, AnInterruptionBeforeItLeavesTheNodeToItsGuard) {
  Abandoned left(Step::gated);
  left.rolling.interrupt_after("cp1", "preflight");
  const RunResult& result = left.rolling.finish();
  EXPECT_EQ(result.exit, Exit::interrupted);
  EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::untouched);
  EXPECT_EQ(left.cp1().count(Verb::renew), 0U);
}

TEST(TakeOver, AnInterruptionAfterItLetsTheNodeComeToItsEnd) {
  Abandoned left(Step::gated);
  left.rolling.interrupt_after("cp1", "taken-over");
  EXPECT_EQ(left.rolling.finish().exit, Exit::done);
  EXPECT_EQ(left.cp1().state.step, Step::confirmed);
}

TEST(TakeOver, DisturbsNobodyAndSoWaitsForNobody) {
  Abandoned left(Step::gated);
  RunOptions options;
  options.balancer = BalancerFacts{};
  options.collateral = Collateral::awaited;
  Rolling watching(left.rolling.plan, Prompting::assume_yes, options);
  watching.node(0).state = left.cp1().state;
  watching.node(0).write(watching.node(0).after);
  EXPECT_EQ(watching.finish().exit, Exit::done);  // Rolling fails where cluster or balancer are asked
  EXPECT_FALSE(watching.has("", "verified", Phase::intend)) << "the other nodes are none of its business";
}

// --- a host that is to join

plan::Plan place_plan() {
  plan::Plan plan = plan_for({"cp4"});
  plan.nodes[0].manifest_path.clear();
  plan.nodes[0].manifest_sha256.clear();
  plan.nodes[0].gates.clear();
  plan::ManifestChange& change = change_of(plan, 0);
  change.kind = plan::ManifestChange::Kind::place;
  change.sha256_before.clear();
  change.sha256_after.clear();
  change.config_owner = "0:0";
  change.config_mode = "640";
  plan::seal(plan);
  return plan;
}

TEST(Placing, IsAllThatHappensToAHostThatIsToJoin) {
  Rolling rolling(place_plan());
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::confirmed});
  EXPECT_EQ(result.exit, Exit::done);
  EXPECT_THAT(rolling.steps_of("cp4"), ElementsAre("config intend", "config done"));
  ASSERT_EQ(rolling.node(0).requests.size(), 1U);
  const Request& place = rolling.node(0).requests[0];
  EXPECT_EQ(place.verb, Verb::place);
  EXPECT_EQ(place.config, "config");
  EXPECT_EQ(place.config_owner, "0:0");
  EXPECT_EQ(place.config_mode, "640");
  EXPECT_EQ(rolling.records.front().data.at("direction"), "prepare");
}

TEST(Placing, ALostReplyIsAskedForAgain) {
  Rolling rolling(place_plan());
  int lost = 0;
  rolling.node(0).instead = [&](const Request&) -> std::optional<Reply> {
    return ++lost > 3 ? std::nullopt : std::optional(Reply{});
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_EQ(rolling.node(0).count(Verb::place), 4U);
}

TEST(Placing, AHostThatRefusesIsTold) {
  Rolling rolling(place_plan());
  rolling.node(0).instead = [&](const Request&) -> std::optional<Reply> {
    return rolling.node(0).refuse("cannot write (disk full?)");
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::untouched});
  EXPECT_EQ(result.exit, Exit::refused);
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->why, "cp4: cannot write (disk full?)");
}

}  // namespace
}  // namespace nightlatch::rollout
