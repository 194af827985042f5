#include "operate/confirm.hpp"

#include "cluster/errors.hpp"
#include "operate/errors.hpp"
#include "operate/resume.hpp"
#include "operate/rollback.hpp"
#include "operate/rolled_bench.hpp"
#include "operate/run_store.hpp"
#include "rollout/errors.hpp"

namespace nightlatch::operate {
namespace {

using access::ExposureState;
using node::Step;
using node::Verb;
using testing::ElementsAre;
using testing::HasSubstr;

class Confirm : public RolledBench {
 protected:
  Outcome<report::ConfirmReport> run(const std::string& id) {
    Ports all = ports();
    return confirm(all, selection(), id);
  }
};

TEST_F(Confirm, KeepsTheChangeOfARunWhoseWorkstationWasLost) {
  std::string first = roll_until("cp1", "gated");
  auto report = run(first);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->run, first);
  EXPECT_THAT(report->confirmed, ElementsAre("cp1"));
  EXPECT_EQ(node("cp1").script.state.step, Step::confirmed);
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted);
  ASSERT_EQ(person.runs.size(), 2U) << "it is a run of its own";
  const Followed& followed = person.runs.back();
  EXPECT_EQ(followed.records.front().data.at("direction"), "confirm");
  EXPECT_EQ(followed.records.front().data.at("of"), first);
  EXPECT_EQ(followed.records.front().data.at("lock"), "the cluster's");
  EXPECT_THAT(followed.asked, testing::IsEmpty());
  EXPECT_FALSE(cluster.cluster_api->lease) << "the lock was given back";
}

TEST_F(Confirm, BelievesNoCopyOfThePlanWhereTheyDiffer) {
  std::string first = roll_until("cp2", "gated");
  node("cp1").facts.plan += "\n";
  EXPECT_EQ(code_of(run(first)), operate_errors::copies_differ.number);
  EXPECT_EQ(node("cp2").script.state.step, Step::gated) << "its guard decides";
}

TEST_F(Confirm, AsksTheGatesAsOftenAsThePlanSaysAndPausesBetween) {
  std::string first = roll_until("cp1", "restarted");
  std::size_t asked = 0;
  node("cp1").script.seen = [&](facts::Seen& seen) {
    if (seen.question.purpose == facts::Purpose::must_be_closed) ++asked;
  };
  ASSERT_TRUE(run(first));
  auto plan = plan::from_json(node("cp1").facts.plan, "plan.json");
  ASSERT_TRUE(plan);
  EXPECT_GE(asked, static_cast<std::size_t>(plan->playbook.gates.consecutive));
  std::vector<report::PastRun> runs = past_runs("prod-eu1");
  auto confirmation = std::find_if(runs.begin(), runs.end(), [](const report::PastRun& one) {
    return one.progress.direction == "confirm";
  });
  ASSERT_NE(confirmation, runs.end());
  const auto& took = confirmation->progress.find("cp1")->took_ms;
  EXPECT_GE(Millis(took.at("gated")), plan->playbook.gates.interval * (plan->playbook.gates.consecutive - 1));
}

TEST_F(Confirm, ThePlanOnTheNodeStaysThatOfTheRun) {
  std::string first = roll_until("cp1", "gated");
  std::string there = node("cp1").facts.plan;
  ASSERT_TRUE(run(first));
  EXPECT_EQ(node("cp1").facts.plan, there);
  EXPECT_EQ(node("cp1").facts.plan_run, first);
}

TEST_F(Confirm, IsKeptBesideTheRunThatItConfirms) {
  std::string first = roll_until("cp1", "gated");
  ASSERT_TRUE(run(first));
  ASSERT_EQ(runs_kept(), 2U);
  std::vector<ForwardRun> runs = forward_runs("prod-eu1");
  auto changed =
      std::find_if(runs.begin(), runs.end(), [](const ForwardRun& one) { return one.changed_a_node; });
  ASSERT_NE(changed, runs.end());
  EXPECT_EQ(changed->run.run, first) << "it swapped the manifest";
}

TEST_F(Confirm, TheRestIsForResume) {
  std::string first = roll_until("cp1", "gated");
  ASSERT_TRUE(run(first));
  Ports all = ports();
  auto rest = resume(all, selection(), {.run = first, .choices = without_asking()});
  ASSERT_TRUE(rest) << rest.error().errors[0].message;
  EXPECT_EQ(rest->result.exit, Exit::done);
  EXPECT_EQ(node("cp1").script.count(Verb::swap), 1U) << "it keeps what was confirmed";
  EXPECT_EQ(exposure("cp3"), ExposureState::restricted);
}

TEST_F(Confirm, OrForRollback) {
  std::string first = roll_until("cp1", "gated");
  ASSERT_TRUE(run(first));
  Ports all = ports();
  auto back = roll_back(all, selection(), {.run = first, .choices = without_asking()});
  ASSERT_TRUE(back) << back.error().errors[0].message;
  EXPECT_EQ(back->result.exit, Exit::done);
  EXPECT_EQ(exposure("cp1"), ExposureState::open);
}

TEST_F(Confirm, TakesTheLostRunsLockAndDoesNotWaitForIt) {
  std::string first = roll_until("cp1", "gated");
  cluster.cluster_api->hold_lock_elsewhere(first);
  EXPECT_TRUE(run(first));
  EXPECT_EQ(person.paused.count(), 0) << "the lease of the guard is short, and the node shuts that run out";
}

TEST_F(Confirm, LeavesTheLockOfAnotherRunAlone) {
  std::string first = roll_until("cp1", "gated");
  cluster.cluster_api->hold_lock_elsewhere("20261122T0200-0000");
  auto report = run(first);
  EXPECT_EQ(code_of(report), cluster_errors::locked.number);
  EXPECT_EQ(exit_code(report), Exit::locked);
  EXPECT_EQ(node("cp1").script.state.step, Step::gated);
}

TEST_F(Confirm, PeersThatAreAwayDoNotMatter) {
  std::string first = roll_until("cp1", "gated");
  lose_host("cp2");
  lose_host("cp3");
  EXPECT_TRUE(run(first));
}

TEST_F(Confirm, AnArmedNodeHasNothingToConfirm) {
  std::string first = roll_until("cp1", "armed");
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::confirm_refused.number);
  EXPECT_EQ(report.error().errors[0].message, "cp1 has its old manifest still: nothing to confirm");
  EXPECT_EQ(node("cp1").script.count(Verb::renew), 0U) << "nothing was taken over";
}

TEST_F(Confirm, AnotherLoadedConfigurationIsNotConfirmed) {
  std::string first = roll_until("cp1", "restarted");
  node("cp1").tells_loaded = "sha256:" + std::string(64, 'b');
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::gates_do_not_hold.number);
  EXPECT_THAT(report.error().errors[0].message, HasSubstr("loaded is sha256:bbbbbbbbbbbb"));
  EXPECT_TRUE(node("cp1").facts.guard) << "the guard goes on";
}

TEST_F(Confirm, TheGuardMayBeFirst) {
  std::string first = roll_until("cp1", "soaked");
  node("cp1").script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::confirm) return std::nullopt;
    node("cp1").script.guard_restores();
    return node("cp1").script.refuse("already restored at 2026-11-22T01:22:40Z");
  };
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::restored_before.number);
  EXPECT_EQ(report.error().errors[0].message, "cp1: already restored at 2026-11-22T01:22:40Z");
  EXPECT_EQ(exit_code(report), Exit::rolled_back);
}

TEST_F(Confirm, AnInterruptionIsToldAsSuch) {
  std::string first = roll_until("cp1", "gated");
  driver.interrupt_at = {"cp1", "preflight", rollout::Phase::intend};
  auto report = run(first);
  EXPECT_EQ(code_of(report), rollout_errors::interrupted.number);
  EXPECT_EQ(exit_code(report), Exit::interrupted);
  EXPECT_EQ(node("cp1").script.state.step, Step::gated);
}

TEST_F(Confirm, IsNoWayAroundAGate) {
  std::string first = roll_until("cp1", "swapped");
  node("cp1").script.seen = [](facts::Seen& seen) {
    if (seen.question.purpose == facts::Purpose::must_be_closed) seen.status = 200;
  };
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::gates_do_not_hold.number);
  EXPECT_THAT(report.error().errors[0].message, HasSubstr("cp1: GET "));
  EXPECT_TRUE(node("cp1").facts.guard) << "the guard goes on";
}

TEST_F(Confirm, AnApiServerThatDoesNotAnswerIsNotConfirmed) {
  std::string first = roll_until("cp1", "swapped");
  node("cp1").answers = [](const facts::Expectation&) { return 0; };
  EXPECT_EQ(code_of(run(first)), operate_errors::gates_do_not_hold.number);
}

TEST_F(Confirm, ANodeThatRefusesIsTold) {
  std::string first = roll_until("cp1", "swapped");
  node("cp1").script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::confirm) return std::nullopt;
    return node("cp1").script.refuse("another run came after it");
  };
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::confirm_refused.number);
  EXPECT_THAT(report.error().errors[0].message, HasSubstr("another run came after it"));
}

TEST_F(Confirm, ALostReplyConfirmsNothingToThePerson) {
  std::string first = roll_until("cp1", "swapped");
  node("cp1").script.instead = [](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::confirm) return std::nullopt;
    return node::Reply{};
  };
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::confirm_refused.number);
  EXPECT_EQ(exit_code(report), Exit::refused);
  EXPECT_GT(node("cp1").script.count(Verb::confirm), 1U) << "it was asked again";
}

TEST_F(Confirm, AReplyThatIsLostOnceIsAskedForAgain) {
  std::string first = roll_until("cp1", "swapped");
  int lost = 0;
  node("cp1").script.instead = [&](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::confirm || ++lost > 1) return std::nullopt;
    return node::Reply{};
  };
  EXPECT_TRUE(run(first));
}

TEST_F(Confirm, ANodeThatTheGuardHasPutBackIsFour) {
  std::string first = roll_until("cp1", "swapped");
  node("cp1").script.guard_restores();
  node("cp1").set_manifest(node("cp1").script.manifest);
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::restored_before.number);
  EXPECT_EQ(report.error().errors[0].message, "cp1: already restored at 2026-11-22T01:22:40Z");
  EXPECT_EQ(exit_code(report), Exit::rolled_back);
  EXPECT_EQ(person.runs.size(), 1U) << "no run was begun for it";
}

TEST_F(Confirm, ARunThatNoNodeWaitsForIsToldNodeByNode) {
  std::string first = roll();
  lose_host("cp3");
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::nothing_to_confirm.number);
  EXPECT_EQ(report.error().errors[0].message, "no node waits for a confirmation of run " + first);
  EXPECT_THAT(
      report.error().errors[0].details,
      ElementsAre(HasSubstr("cp1  confirmed"), HasSubstr("cp2  confirmed"), HasSubstr("cp3  not read: ")));
}

TEST_F(Confirm, GoesOnWhereTheApiIsAway) {
  std::string first = roll_until("cp1", "swapped");
  take_api_away();
  EXPECT_TRUE(run(first));
}

}  // namespace
}  // namespace nightlatch::operate
