// The hooks of a playbook: when they are called, what they are told, and what a failure does.
#include <gmock/gmock.h>

#include "plan/estimate.hpp"
#include "rollout/errors.hpp"
#include "rollout/progress.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using namespace std::chrono_literals;
using node::Step;
using node::Verb;
using plan::HookEvent;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

plan::Plan hooked(plan::Plan plan, std::chrono::seconds timeout = 60s) {
  spec::Hook hook{.command = {"/opt/hook", "--for", "prod"}, .timeout = timeout};
  plan.playbook.hooks = {hook, hook, hook, hook, hook};
  plan::seal(plan);
  return plan;
}

plan::Plan rollback_of(plan::Plan plan) {
  plan.direction = plan::Direction::rollback;
  plan::seal(plan);
  return plan;
}

// A run whose hooks are called, answered and written down: "beforeNode cp1", "afterNode cp1 healthy".
struct Hooked {
  explicit Hooked(plan::Plan plan, RunOptions options = {}, Prompting prompting = Prompting::assume_yes)
      : rolling(std::move(plan), prompting, std::move(options)) {
    rolling.hook = [this](const CallHook& asked) {
      limits[asked.event] = asked.limit;
      last = asked;
      std::string call(plan::name(asked.event));
      for (const std::string* word : {&asked.node, &asked.outcome}) {
        if (!word->empty()) call += " " + *word;
      }
      calls.push_back(call);
      at(asked);
      bool fails = call == failing || call.starts_with(failing + " ");
      return HookEnded{.problem = fails && !failing.empty() ? "it ended with exit code 3" : "",
                       .note = note,
                       .output = "no route\nto the balancer\n"};
    };
  }

  Rolling rolling;
  std::vector<std::string> calls;
  std::string failing;
  std::string note;
  CallHook last;
  std::map<HookEvent, std::chrono::seconds> limits;
  std::function<void(const CallHook&)> at = [](const CallHook&) {};

  [[nodiscard]] RunProgress progress() const {
    RunProgress all;
    for (const Record& record : rolling.records) all.fold(record);
    return all;
  }
};

TEST(Hooks, AreCalledAroundAllNodesAndAroundEach) {
  Hooked run(hooked(plan_for({"cp1", "cp2"})));
  EXPECT_EQ(run.rolling.finish().exit, Exit::done);
  EXPECT_THAT(run.calls, ElementsAre("before", "beforeNode cp1", "afterNode cp1 healthy", "beforeNode cp2",
                                     "afterNode cp2 healthy", "after done"));
  EXPECT_EQ(run.last.cluster, "new");
  EXPECT_EQ(run.limits.at(HookEvent::before_node), 60s);
}

TEST(Hooks, AreCalledWhenTheNodeMayBeBegunAndBeforeItIsTouched) {
  RunOptions options{.to_begin = Asking::before_each_node};
  Hooked run(hooked(plan_for({"cp1"})), options, Prompting::ask);
  std::vector<std::string> order;
  run.rolling.permission = [&](const AskToBegin&) {
    order.emplace_back("permission");
    return Permission::given();
  };
  run.rolling.person = [&](const std::string&) {
    order.emplace_back("person");
    return Choice::yes;
  };
  run.at = [&](const CallHook& asked) {
    if (asked.event != HookEvent::before_node) return;
    order.emplace_back("beforeNode");
    EXPECT_EQ(run.rolling.node(0).count(Verb::stage), 0U);
  };
  EXPECT_EQ(run.rolling.finish().exit, Exit::done);
  EXPECT_THAT(order, ElementsAre("permission", "person", "permission", "beforeNode", "permission"))
      << "after a hook, too, time has passed";
}

// It may take longer than the guard waits: the rounds of the gates go on and renew the lease.
TEST(Hooks, AfterNodeIsCalledWhileTheGuardWaitsAndTheGatesHold) {
  plan::Plan plan = hooked(plan_for({"cp1"}), 600s);
  plan.playbook.rollback.lease = 30s;
  plan::seal(plan);
  Hooked run(plan);
  run.rolling.hook_takes = 300s;
  std::size_t renewals = 0;
  run.at = [&](const CallHook& asked) {
    if (asked.event != HookEvent::after_node) return;
    EXPECT_EQ(run.rolling.node(0).state.step, Step::soaked) << "not confirmed yet";
    renewals = run.rolling.node(0).count(Verb::renew);
  };
  EXPECT_EQ(run.rolling.finish().exit, Exit::done);
  EXPECT_GT(run.rolling.node(0).count(Verb::renew), renewals + 10);
  for (const node::Request& request : run.rolling.node(0).requests) {
    if (request.verb == Verb::arm) {
      EXPECT_GE(request.ceiling, 60s + 3s + 60s + 600s) << "the guard allows for it";
    }
  }
}

TEST(Hooks, ThatFailsBeforeAllNodesChangesNothing) {
  Hooked run(hooked(plan_for({"cp1", "cp2"})));
  run.failing = "before";
  const RunResult& result = run.rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::hook_failed.number);
  EXPECT_EQ(result.trouble->why, "the hook before failed: it ended with exit code 3");
  EXPECT_THAT(result.trouble->evidence, ElementsAre("no route", "to the balancer"));
  EXPECT_THAT(run.calls, ElementsAre("before", "onFailure stopped"));
  EXPECT_EQ(run.last.code, rollout_errors::hook_failed.number);
  EXPECT_THAT(run.rolling.node(0).requests, IsEmpty());
}

TEST(Hooks, ThatFailsBeforeANodeLeavesTheNodeAndStopsBetweenNodes) {
  Hooked run(hooked(plan_for({"cp1", "cp2", "cp3"})));
  run.failing = "beforeNode cp2";
  const RunResult& result = run.rolling.finish();
  EXPECT_EQ(outcomes(result),
            (std::vector{NodeOutcome::confirmed, NodeOutcome::untouched, NodeOutcome::untouched}));
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(code_of(result.nodes[1]), rollout_errors::hook_failed.number);
  EXPECT_EQ(result.nodes[1].trouble->why,
            "cp2 was not begun: the hook beforeNode failed: it ended with exit code 3");
  EXPECT_EQ(run.rolling.node(1).count(Verb::stage), 0U);
  EXPECT_THAT(run.calls, ElementsAre("before", "beforeNode cp1", "afterNode cp1 healthy", "beforeNode cp2",
                                     "afterNode cp2 untouched", "onFailure stopped"))
      << "what it may have done halfway is undone";
}

TEST(Hooks, ThatFailsAfterANodeStopsBehindTheNodeWhichIsConfirmed) {
  Hooked run(hooked(plan_for({"cp1", "cp2"})));
  run.failing = "afterNode cp1";
  const RunResult& result = run.rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::confirmed, NodeOutcome::untouched}));
  EXPECT_EQ(result.exit, Exit::mixed);
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->why, "cp1: the hook afterNode failed: it ended with exit code 3");
  EXPECT_THAT(run.calls,
              ElementsAre("before", "beforeNode cp1", "afterNode cp1 healthy", "onFailure stopped"));
}

TEST(Hooks, ThatFailAtTheEndAreToldAndChangeNothing) {
  for (const char* failing : {"after", "onFailure"}) {
    Hooked run(hooked(plan_for({"cp1"})));
    run.failing = failing;
    if (run.failing == "onFailure") run.rolling.node(0).instead = lose(Verb::state);
    const RunResult& result = run.rolling.finish();
    EXPECT_EQ(result.exit, run.failing == "after" ? Exit::done : Exit::refused);
    EXPECT_THAT(run.progress().notes,
                ElementsAre("the hook " + run.failing + " failed: it ended with exit code 3"));
  }
}

TEST(Hooks, WhatTheySayAndWhatIsToKnowOfThemStandsInTheJournal) {
  Hooked run(hooked(plan_for({"cp1"})));
  run.note = "it left sleep (pid 7) running, which was killed";
  run.rolling.finish();
  EXPECT_THAT(run.progress().notes,
              ElementsAre("the hook before: it left sleep (pid 7) running, which was killed",
                          "the hook after: it left sleep (pid 7) running, which was killed"));
  EXPECT_THAT(run.progress().find("cp1")->notes,
              ElementsAre("the hook beforeNode: it left sleep (pid 7) running, which was killed",
                          "the hook afterNode: it left sleep (pid 7) running, which was killed"));
  std::size_t begun = 0;
  std::size_t said = 0;
  for (const Record& record : run.rolling.records) {
    begun += record.value("program") == "/opt/hook" ? 1 : 0;
    said += record.value("output") == "no route\nto the balancer\n" ? 1 : 0;
    EXPECT_THAT(to_line(record, ""), testing::Not(HasSubstr("--for"))) << "an argument may be a secret";
  }
  EXPECT_EQ(begun, 4U);
  EXPECT_EQ(said, 4U);
}

// --- nodes that do not come to a good end

TEST(Hooks, AfterNodeIsCalledWhenTheNodeHasItsOldManifestAgain) {
  Hooked run(hooked(plan_for({"cp1", "cp2"})));
  run.rolling.node(0).seen = [&](facts::Seen& seen) {
    bool is_new = run.rolling.node(0).manifest == run.rolling.node(0).after;
    if (is_new && seen.question.path == "/livez") seen.status = 401;
  };
  const RunResult& result = run.rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::restored, NodeOutcome::untouched}));
  EXPECT_EQ(result.exit, Exit::rolled_back);
  EXPECT_THAT(run.calls,
              ElementsAre("before", "beforeNode cp1", "afterNode cp1 restored", "onFailure rolled_back"));
  RunProgress progress = run.progress();
  EXPECT_TRUE(progress.find("cp1")->is_at(facts::JournalStep::restored)) << "it stays at its last step";
  EXPECT_EQ(progress.find("cp1")->hook_owed, false);
}

// The gates fail while the hook runs: the node goes back at once, and the hook is waited for at the end.
TEST(Hooks, ANodeThatFailsWhileAfterNodeRunsGoesBackAtOnce) {
  Hooked run(hooked(plan_for({"cp1"})));
  run.rolling.hook_takes = 50s;
  bool fails = false;
  run.at = [&](const CallHook& asked) { fails = fails || asked.event == HookEvent::after_node; };
  run.rolling.node(0).seen = [&](facts::Seen& seen) {
    bool is_new = run.rolling.node(0).manifest == run.rolling.node(0).after;
    if (fails && is_new && seen.question.path == "/livez") seen.status = 401;
  };
  EXPECT_EQ(run.rolling.finish().nodes[0].outcome, NodeOutcome::restored);
  EXPECT_THAT(run.calls,
              ElementsAre("before", "beforeNode cp1", "afterNode cp1 healthy", "onFailure rolled_back"));
  EXPECT_THAT(run.rolling.steps_of("cp1"),
              testing::IsSupersetOf({"afterNode failed", "restored done", "afterNode-late done"}));
}

TEST(Hooks, AnInterruptionWaitsForTheHookAndUndoesWhatItDid) {
  Hooked run(hooked(plan_for({"cp1", "cp2"})));
  run.rolling.interrupt_after("cp1", "beforeNode");
  EXPECT_EQ(run.rolling.finish().exit, Exit::interrupted);
  EXPECT_EQ(run.rolling.node(0).count(Verb::stage), 0U);
  EXPECT_THAT(run.calls,
              ElementsAre("before", "beforeNode cp1", "afterNode cp1 untouched", "onFailure interrupted"));
}

TEST(Hooks, AWindowThatEndsWhileAHookRunsBeginsNoNode) {
  RunOptions options{.to_begin = Asking::before_each_node};
  Hooked run(hooked(plan_for({"cp1", "cp2"})), options);
  bool ended = false;
  run.at = [&](const CallHook& asked) { ended = ended || (asked.node == "cp2" && asked.outcome.empty()); };
  run.rolling.permission = [&](const AskToBegin&) {
    if (!ended) return Permission::given();
    return Permission{.why_not = rollout_errors::window_ended, .why = "the window is shut"};
  };
  const RunResult& result = run.rolling.finish();
  EXPECT_EQ(result.outcome, Outcome::paused);
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(run.rolling.node(1).count(Verb::stage), 0U);
  EXPECT_EQ(run.calls.at(4), "afterNode cp2 untouched");
  EXPECT_EQ(run.last.code, rollout_errors::window_ended.number);
}

TEST(Hooks, OnFailureIsToldOfTheFirstNodeThatFailed) {
  Hooked run(hooked(plan_for({"cp1", "cp2"})));
  run.rolling.node(1).instead = lose(Verb::stage);
  run.rolling.finish();
  EXPECT_EQ(run.calls.back(), "onFailure stopped");
  EXPECT_EQ(run.last.cluster, "mixed");
  EXPECT_EQ(run.last.code, rollout_errors::preflight_lost.number);
  EXPECT_THAT(run.last.why, HasSubstr("cp2 did not answer"));
}

// A run that has no journal any more asks nothing of anybody.
TEST(Hooks, WithoutAJournalNoHookIsCalled) {
  Hooked run(hooked(plan_for({"cp1"})));
  run.rolling.fail_record("cp1", "staged");
  EXPECT_EQ(run.rolling.finish().exit, Exit::needs_person);
  EXPECT_THAT(run.calls, ElementsAre("before", "beforeNode cp1"));
  EXPECT_EQ(run.progress().find("cp1")->hook_owed, true) << "the next run calls it";
}

// --- the way back, confirmations, rehearsals

TEST(Hooks, OnTheWayBackNoHookStopsOrHoldsUpTheRun) {
  for (const char* failing : {"before", "beforeNode cp1", "afterNode cp1", "after", ""}) {
    Hooked run(rollback_of(hooked(plan_for({"cp1", "cp2"}), 600s)));
    run.failing = failing;
    EXPECT_EQ(run.rolling.finish().exit, Exit::done) << failing;
    EXPECT_EQ(run.calls.size(), 6U);
    for (const auto& [event, limit] : run.limits) EXPECT_LE(limit, 30s) << plan::name(event);
    RunProgress progress = run.progress();
    std::size_t notes = progress.notes.size() + progress.find("cp1")->notes.size();
    EXPECT_EQ(notes, run.failing.empty() ? 0U : 1U) << failing;
  }
}

TEST(Hooks, ANodeThatWasLeftInMidChangeGetsAfterNodeWhenItIsBack) {
  plan::Plan plan = hooked(plan_for({"cp1", "cp2"}));
  finish_restore(plan, 0, "first");
  plan.leave_alone(plan.nodes[1]);
  plan.direction = plan::Direction::rollback;
  plan::seal(plan);
  RunOptions options{.hooks_owed = {"cp1", "cp2", "gone"}};
  Hooked run(plan, options);
  run.rolling.node(0).state = {Step::swapped, "first", 1, {}, 90, {}};
  run.rolling.node(0).write(run.rolling.node(0).after);
  EXPECT_EQ(run.rolling.finish().exit, Exit::done);
  EXPECT_THAT(run.calls,
              ElementsAre("afterNode cp2 unfinished", "before", "afterNode cp1 restored", "after done"));
}

TEST(Hooks, WhatAnEarlierRunOwesIsMadeGoodFirst) {
  Hooked run(hooked(plan_for({"cp1", "cp2"})), {.hooks_owed = {"cp2"}});
  run.failing = "afterNode cp2 unfinished";
  const RunResult& result = run.rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(result.trouble->why, "cp2: the hook afterNode failed: it ended with exit code 3");
  EXPECT_THAT(run.calls, ElementsAre("afterNode cp2 unfinished", "onFailure stopped"));
}

TEST(Hooks, AConfirmationCallsWhatComesAfterwards) {
  plan::Plan plan = hooked(plan_for({"cp1", "cp2"}));
  finish_confirm(plan, 0, "first");
  plan.leave_alone(plan.nodes[1]);
  plan::seal(plan);
  Hooked run(plan);
  run.failing = "afterNode cp1";
  run.rolling.node(0).state = {Step::soaked, "first", 1, {}, 90, {}};
  run.rolling.node(0).write(run.rolling.node(0).after);
  EXPECT_EQ(run.rolling.finish().exit, Exit::done) << "it keeps what is there, whatever a hook says";
  EXPECT_THAT(run.calls, ElementsAre("afterNode cp1 healthy", "after done"));
}

TEST(Hooks, ARehearsalCallsNone) {
  plan::Plan plan = hooked(plan_for({"cp1", "cp2"}));
  plan.rehearsal = true;
  plan::seal(plan);
  Hooked run(plan);
  EXPECT_EQ(run.rolling.finish().exit, Exit::done);
  EXPECT_THAT(run.calls, IsEmpty());
}

TEST(Hooks, AfterNodeAloneIsCalledForEachNodeThatWasBegun) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.playbook.hooks.after_node = spec::Hook{.command = {"x"}};
  plan::seal(plan);
  Hooked run(plan, {.to_begin = Asking::before_each_node});
  run.rolling.permission = [](const AskToBegin& asked) {
    return asked.node == "cp1" ? Permission::given() : Permission{};
  };
  run.rolling.finish();
  EXPECT_THAT(run.calls, ElementsAre("afterNode cp1 healthy"));
}

// The load balancer may lead to a node only since the hook has put it back, so its time begins then.
TEST(Hooks, TheLoadBalancersTimeBeginsBehindAfterNode) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.playbook.hooks.after_node = spec::Hook{.command = {"x"}};
  plan::seal(plan);
  RunOptions options{.balancer = BalancerFacts{.settle = 40s, .check = plan::HealthCheck::stated}};
  Hooked run(plan, options);
  run.rolling.hook_takes = 50s;
  run.rolling.balancer = [](const facts::Expectation& question) {
    facts::Seen seen{question, 200, "this workstation", {}, 5ms};
    seen.certificate = "the load balancer's own";
    return seen;
  };
  EXPECT_EQ(run.rolling.finish().exit, Exit::done);
  EXPECT_GE(run.progress().find("cp1")->took_ms.at("balanced"), 39'000);
}

TEST(Hooks, AnAnswerThatSaysNothingIsAFailure) {
  EXPECT_EQ(answer_of<CallHook>(PauseEnded{}).problem, "no answer");
}

}  // namespace
}  // namespace nightlatch::rollout
