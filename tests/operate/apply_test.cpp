#include "operate/apply.hpp"

#include <sys/mount.h>

#include "cluster/errors.hpp"
#include "operate/errors.hpp"
#include "operate/operate_bench.hpp"
#include "operate/plan.hpp"
#include "operate/playbooks.hpp"
#include "plan/errors.hpp"
#include "rollout/errors.hpp"

namespace nightlatch::operate {
namespace {

using node::Verb;
using rollout::NodeOutcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Apply : public Bench {
 protected:
  Apply() {
    input.plan.playbook = load_playbook("health-only").value();
    input.choices.prompting = rollout::Prompting::assume_yes;
    input.choices.playbook = "health-only";
  }
  Outcome<report::RunReport> run() {
    Ports all = ports();
    return apply(all, selection(), input);
  }
  // As `plan --out` wrote it, to be reviewed.
  void review() {
    Ports all = ports();
    auto made = make_plan(all, selection(), input.plan, (directory / "plan.json").string());
    ASSERT_TRUE(made);
    input.choices.plan_file = (directory / "plan.json").string();
    input.reviewed = read_plan(input.choices.plan_file).value();
  }
  [[nodiscard]] std::vector<NodeOutcome> outcomes(const Outcome<report::RunReport>& report) const {
    return rollout::outcomes(report->result);
  }

  ApplyInput input;
};

TEST_F(Apply, ChangesEveryNodeAndSumsItUp) {
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_THAT(changed_nodes(), SizeIs(3));
  for (const auto& one : cluster.nodes) {
    EXPECT_EQ(plan::detect(one->facts).exposure.state, access::ExposureState::restricted);
    EXPECT_EQ(one->script.state.step, node::Step::confirmed);
  }
  EXPECT_EQ(report->run, "20261122T0114-" + report->plan.hash.substr(0, 4));
  EXPECT_EQ(report->playbook, "health-only");
  EXPECT_EQ(report->progress.end.at("outcome"), "done");
  EXPECT_TRUE(report->progress.find("cp2")->took_ms.contains("confirmed"));
  EXPECT_EQ(person.plans_shown, 1);
  ASSERT_THAT(person.runs, SizeIs(1));
  EXPECT_TRUE(person.runs[0].ended);
  EXPECT_THAT(person.runs[0].asked, IsEmpty());
  EXPECT_EQ(runs_kept(), 1U);
}

TEST_F(Apply, EveryNodeTriesASwapBeforeAnyIsTouched) {
  node("cp3").facts.obstacle = facts::Obstacle{"immutable", "/m", "has the immutable attribute"};
  for (auto choose : {+[](RunChoices&) {}, +[](RunChoices& one) { one.rehearse = Rehearse::yes; },
                      +[](RunChoices& one) { one.dry_run = report::DryRun::yes; }}) {
    input.choices.rehearse = Rehearse::no;
    choose(input.choices);
    auto report = run();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().exit, Exit::refused);
    EXPECT_EQ(report.error().errors.at(0).code.number, plan_errors::not_replaceable.number);
  }
  for (const auto& one : cluster.nodes) {
    EXPECT_EQ(one->swap_trials, 3);
    EXPECT_EQ(one->script.state.step, node::Step::idle);
  }
}

TEST_F(Apply, WithoutRoomForItsJournalItTouchesNothing) {
  std::filesystem::create_directories(directory / "state");
  if (::mount("tmpfs", (directory / "state").c_str(), "tmpfs", 0, "size=100k") != 0)
    GTEST_SKIP() << "no right to mount a small disk";
  auto report = run();
  ::umount2((directory / "state").c_str(), MNT_DETACH);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().exit, Exit::refused);
  EXPECT_EQ(report.error().errors.at(0).code.number, rollout_errors::journal_room.number);
  EXPECT_FALSE(cluster.cluster_api->lease) << "the lock was given back";
  for (const auto& one : cluster.nodes) EXPECT_EQ(one->script.state.step, node::Step::idle);
}

TEST_F(Apply, HoldsTheClustersLockWhileItGoesOn) {
  bool held = false;
  node("cp1").script.instead = [&](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb == Verb::swap) held = cluster.cluster_api->lease.has_value();
    return std::nullopt;
  };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_TRUE(held);
  EXPECT_FALSE(cluster.cluster_api->lease) << "it was given back";
  EXPECT_THAT(cluster.user_agents, testing::Contains("nightlatch/test run/" + report->run));
}

TEST_F(Apply, AppliedOnceThereIsNothingToDo) {
  ASSERT_TRUE(run());
  auto again = run();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->result.exit, Exit::done);
  EXPECT_EQ(again->run, "");
  EXPECT_EQ(person.plans_shown, 1) << "nothing was shown the second time";
  EXPECT_EQ(runs_kept(), 1U);
}

TEST_F(Apply, ADryRunReadsEverythingAndTakesNothing) {
  input.choices.dry_run = report::DryRun::yes;
  input.choices.prompting = rollout::Prompting::ask;
  person.sits_at_a_terminal = false;
  cluster.cluster_api->hold_lock_elsewhere("r1");
  auto report = run();
  ASSERT_TRUE(report) << "a held lock and an empty chair stop no dry run";
  EXPECT_EQ(report->dry, report::DryRun::yes);
  EXPECT_EQ(report->result.cluster, rollout::ClusterState::old_state);
  EXPECT_EQ(cluster.cluster_api->lease->holder, "bo@desk");
  EXPECT_THAT(changed_nodes(), IsEmpty());
  EXPECT_EQ(runs_kept(), 0U);
}

TEST_F(Apply, ARehearsalChangesNoManifestAndAsksNobody) {
  input.choices.rehearse = Rehearse::yes;
  input.choices.prompting = rollout::Prompting::ask;
  person.sits_at_a_terminal = false;
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_TRUE(report->plan.rehearsal);
  EXPECT_THAT(changed_nodes(), IsEmpty());
  EXPECT_GT(cluster.nodes[0]->script.count(Verb::rehearse), 0U);
  EXPECT_EQ(plan::detect(node("cp1").facts).exposure.state, access::ExposureState::open);
}

// --- permit

TEST_F(Apply, WithoutTerminalAndWithoutYesNothingIsRead) {
  input.choices.prompting = rollout::Prompting::ask;
  person.sits_at_a_terminal = false;
  auto report = run();
  EXPECT_EQ(code_of(report), operate_errors::nobody_to_ask.number);
  EXPECT_EQ(exit_code(report), Exit::usage);
  EXPECT_EQ(cluster.connected, 0);
}

TEST_F(Apply, AHeldLockIsNineAndNothingIsRead) {
  cluster.cluster_api->hold_lock_elsewhere("r1");
  auto report = run();
  EXPECT_EQ(code_of(report), cluster_errors::locked.number);
  EXPECT_EQ(exit_code(report), Exit::locked);
  EXPECT_EQ(cluster.connected, 0);
  EXPECT_EQ(runs_kept(), 0U);
}

TEST_F(Apply, ToldToWaitItBeginsWhenTheLockIsGivenBack) {
  cluster.cluster_api->hold_lock_elsewhere("r1");
  input.choices.when_held = cluster::WhenHeld::wait;
  int looks = 0;
  person.on_pause = [&] {
    if (++looks == 3) cluster.cluster_api->lease.reset();
  };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(looks, 3);
  ASSERT_THAT(person.said, SizeIs(1));
  EXPECT_THAT(person.said[0], HasSubstr("run r1 of bo@desk holds the cluster's lock"));
}

TEST_F(Apply, ALockThatWasTakenAfterThePlanIsNineAndLeavesNoRunBehind) {
  cluster.cluster_api->on_read = [this] { cluster.cluster_api->hold_lock_elsewhere("r1"); };
  auto report = run();
  EXPECT_EQ(exit_code(report), Exit::locked);
  EXPECT_EQ(runs_kept(), 0U);
  EXPECT_THAT(changed_nodes(), IsEmpty());
}

TEST_F(Apply, WithoutTheRightToWriteTheLockNothingIsChanged) {
  cluster.cluster_api->lock_unwritable = error_of(api_errors::denied, "leases is forbidden");
  auto report = run();
  EXPECT_EQ(code_of(report), cluster_errors::lock_unwritable.number);
  EXPECT_EQ(exit_code(report), Exit::refused);
  EXPECT_EQ(runs_kept(), 0U);
  EXPECT_THAT(changed_nodes(), IsEmpty());
}

TEST_F(Apply, APersonIsAskedBeforeEachNode) {
  input.choices.prompting = rollout::Prompting::ask;
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_THAT(person.runs.at(0).asked, SizeIs(3));
}

TEST_F(Apply, ANoPausesTheRollBetweenNodes) {
  input.choices.prompting = rollout::Prompting::ask;
  int asked = 0;
  person.answer = [&](const std::string&) {
    return ++asked == 1 ? rollout::Choice::yes : rollout::Choice::no;
  };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.outcome, rollout::Outcome::paused);
  EXPECT_EQ(report->result.exit, Exit::mixed);
  EXPECT_THAT(changed_nodes(), SizeIs(1));
}

// --- a plan that was reviewed

TEST_F(Apply, AReviewedPlanIsAppliedAsItIs) {
  review();
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->plan.hash, input.reviewed->hash);
}

TEST_F(Apply, WhatDiffersFromTheReviewIsNotApplied) {
  review();
  node("cp2").set_manifest(node("cp2").facts.manifest.bytes + "# by hand\n");
  auto report = run();
  EXPECT_EQ(code_of(report), plan_errors::plan_outdated.number);
  EXPECT_THAT(changed_nodes(), IsEmpty());
  EXPECT_EQ(runs_kept(), 0U);
}

TEST_F(Apply, APlanOfAnotherClusterIsTwoAndAsksNobody) {
  review();
  int before = cluster.connected;
  Ports all = ports();
  cluster::Selection other = selection();
  other.cluster = "west";
  auto report = apply(all, other, input);
  EXPECT_EQ(code_of(report), operate_errors::plan_of_other_cluster.number);
  EXPECT_EQ(cluster.connected, before);
}

// --- what cannot be reached

TEST_F(Apply, AHostThatCannotBeReachedIsRefusedBeforeAnythingIsChanged) {
  lose_host("cp2");
  auto report = run();
  EXPECT_EQ(exit_code(report), Exit::refused);
  EXPECT_THAT(changed_nodes(), IsEmpty());
  EXPECT_EQ(runs_kept(), 0U);
}

TEST_F(Apply, AnApiThatIsAwayIsRefused) {
  take_api_away();
  auto report = run();
  EXPECT_EQ(code_of(report), api_errors::unreachable.number);
  EXPECT_EQ(exit_code(report), Exit::refused);
}

// --- nodes that misbehave

TEST_F(Apply, ANodeThatRefusesStopsTheRollThere) {
  node("cp2").script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::stage) return std::nullopt;
    return node("cp2").script.refuse("No space left on device");
  };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_NE(report->result.exit, Exit::done);
  EXPECT_THAT(changed_nodes(), testing::Not(testing::Contains("cp2")));
  for (const rollout::NodeResult& one : report->result.nodes) {
    if (one.node != "cp2") continue;
    ASSERT_TRUE(one.trouble);
    EXPECT_THAT(one.trouble->why, HasSubstr("No space left on device"));
  }
  EXPECT_FALSE(cluster.cluster_api->lease);
}

TEST_F(Apply, ALostReplyIsAskedForAgain) {
  for (Verb verb : {Verb::stage, Verb::arm, Verb::swap, Verb::confirm}) {
    int lost = 0;
    BenchNode& cp1 = node("cp1");
    cp1.script.instead = [&](const node::Request& request) -> std::optional<node::Reply> {
      if (request.verb != verb || lost++ > 0) return std::nullopt;
      static_cast<void>(cp1.script.ordinary(request));
      return node::Reply{};
    };
    auto report = run();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->result.exit, Exit::done) << node::name(verb);
    EXPECT_GE(lost, 2) << node::name(verb) << " was not asked for again";
    start_anew();
  }
}

TEST_F(Apply, AnswersThatComeLateCostTimeAndNothingElse) {
  node("cp1").late = {{Verb::stage, std::chrono::seconds(20)}, {Verb::swap, std::chrono::seconds(25)}};
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_GE(report->progress.find("cp1")->took_ms.at("swapped"), 25'000);
}

TEST_F(Apply, AnApiServerThatDoesNotAnswerAsPlannedIsPutBackAndTheRollStops) {
  for (auto& one : cluster.nodes) {
    one->script.seen = [&node = *one](facts::Seen& seen) {
      bool is_new = node.script.manifest == node.script.after;
      if (is_new && seen.question.purpose == facts::Purpose::must_be_closed) seen.status = 200;
    };
  }
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::rolled_back);
  EXPECT_THAT(changed_nodes(), SizeIs(1));
  for (const auto& one : cluster.nodes)
    EXPECT_EQ(plan::detect(one->facts).exposure.state, access::ExposureState::open) << one->facts.name;
  EXPECT_FALSE(node("cp1").facts.guard);
}

TEST_F(Apply, ALockThatIsTakenAwayEndsTheRollAfterTheNodeAtHand) {
  for (auto& one : cluster.nodes) {
    one->script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
      if (request.verb == Verb::swap) cluster.cluster_api->hold_lock_elsewhere("r9");
      return std::nullopt;
    };
    one->late = {{Verb::swap, std::chrono::seconds(40)}};
  }
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::mixed);
  EXPECT_THAT(changed_nodes(), SizeIs(1));
  EXPECT_EQ(cluster.cluster_api->lease->run, "r9") << "another's lock is not given back";
}

TEST_F(Apply, AnInterruptionFinishesTheNodeAtHand) {
  driver.interrupt_at = {"cp1", "swapped"};
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::interrupted);
  EXPECT_THAT(changed_nodes(), SizeIs(1));
  EXPECT_TRUE(person.runs.at(0).withdrawn);
  EXPECT_THAT(person.runs.at(0).said, SizeIs(1));
  EXPECT_FALSE(person.left);
}

TEST_F(Apply, ASecondInterruptionLeavesAtOnceAndGivesTheLockBack) {
  driver.interrupt_at = {"cp1", "swapped"};
  driver.second_at = {"cp1", "swapped", rollout::Phase::done};
  driver.kill_at = driver.second_at;
  person.mid_change = "cp1";
  ASSERT_TRUE(run());
  ASSERT_TRUE(person.left);
  EXPECT_EQ(person.left->code.number, rollout_errors::interrupted.number);
  EXPECT_THAT(person.left->message, HasSubstr("cp1 is in mid-change"));
  EXPECT_THAT(person.left->next, HasSubstr("nightlatch resume 20261122T0114-"));
  EXPECT_FALSE(cluster.cluster_api->lease);
}

}  // namespace
}  // namespace nightlatch::operate
