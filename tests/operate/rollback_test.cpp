#include "operate/rollback.hpp"

#include <algorithm>

#include "cluster/errors.hpp"
#include "manifest/errors.hpp"
#include "operate/errors.hpp"
#include "operate/resume.hpp"
#include "operate/rolled_bench.hpp"
#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "plan/joined_nodes.hpp"

namespace nightlatch::operate {
namespace {

using access::ExposureState;
using node::Verb;
using testing::HasSubstr;
using testing::SizeIs;

class RollBack : public RolledBench {
 protected:
  Outcome<report::RunReport> run(const std::string& id = {}) {
    Ports all = ports();
    return roll_back(all, selection(), {.run = id, .choices = choices});
  }

  RunChoices choices = without_asking();
};

TEST_F(RollBack, PutsTheOldManifestsBackOnEveryNode) {
  std::string first = roll();
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->plan.of_run, first);
  for (const char* name : {"cp1", "cp2", "cp3"}) EXPECT_EQ(exposure(name), ExposureState::open) << name;
  auto again = run();
  ASSERT_TRUE(again) << "it was undone";
  EXPECT_EQ(again->result.exit, Exit::done);
  EXPECT_THAT(again->nothing, HasSubstr("nothing was changed"));
}

TEST_F(RollBack, NamesTheNodesThatJoinedSinceAndLeavesThemAlone) {
  static_cast<void>(roll());
  cluster.cluster_api->facts.control_plane.push_back({"cp4", "10.0.0.14", "machine-4", true});
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_THAT(plan::joined_nodes(report->plan), testing::ElementsAre("cp4"));
  EXPECT_THAT(report->result.nodes, SizeIs(3));
}

TEST_F(RollBack, FromAnotherWorkstationItTakesThePlanFromANode) {
  std::string first = roll();
  std::filesystem::remove_all(directory / "state");
  auto report = run(first);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(exposure("cp2"), ExposureState::open);
}

TEST_F(RollBack, BelievesNoCopyOfThePlanWhereTheyDiffer) {
  std::string first = roll();
  std::filesystem::remove_all(directory / "state");
  std::string whole = node("cp3").facts.plan;
  node("cp3").facts.plan = whole + "\n";
  auto refused = run(first);
  EXPECT_EQ(code_of(refused), operate_errors::copies_differ.number);
  EXPECT_THAT(refused.error().errors[0].message, HasSubstr("cp1 and cp2"));
  EXPECT_EQ(code_of(run()), operate_errors::copies_differ.number) << "also where no run is named";
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted);
  node("cp3").facts.plan = whole;
  EXPECT_TRUE(run(first));
}

TEST_F(RollBack, WithoutARunThereIsNothingToUndoAndAnUnknownOneIsTwo) {
  auto nothing = run();
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->result.exit, Exit::done);
  EXPECT_EQ(nothing->nothing,
            "No run of prod-eu1 has left a change that could be undone: nothing was changed.");
  auto unknown = run("20200101T0000-0000");
  EXPECT_EQ(code_of(unknown), operate_errors::run_unknown.number);
  EXPECT_EQ(exit_code(unknown), Exit::usage);
}

TEST_F(RollBack, ANodeThatWasNotReadMayKnowARun) {
  lose_host("cp3");
  auto report = run();
  EXPECT_EQ(exit_code(report), Exit::refused);
  EXPECT_EQ(code_of(report), node_errors::unreachable.number);
}

TEST_F(RollBack, ARunThatCannotBeReadMayHaveChangedANode) {
  std::string first = roll();
  ASSERT_TRUE(run());
  std::filesystem::path journal = directory / "state/nightlatch/prod-eu1/runs" / first / "journal.jsonl";
  std::filesystem::resize_file(journal, 1000);
  ASSERT_TRUE(write_file_durably(journal, "cut\n{}\n"));
  auto report = run();
  EXPECT_EQ(code_of(report), operate_errors::nothing_to_undo.number);
  EXPECT_EQ(exit_code(report), Exit::usage);
  ASSERT_FALSE(report.error().errors[0].details.empty());
  EXPECT_THAT(report.error().errors[0].details[0], HasSubstr("run " + first));
}

TEST_F(RollBack, GoesOnWithoutTheLockWhereTheApiIsAway) {
  static_cast<void>(roll());
  take_api_away();
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(exposure("cp1"), ExposureState::open);
  EXPECT_EQ(exposure("cp3"), ExposureState::open);
  ASSERT_THAT(person.runs, SizeIs(2));
  ASSERT_FALSE(person.runs[1].said.empty());
  EXPECT_THAT(person.runs[1].said[0],
              HasSubstr("does not hold the cluster's lock: the nodes' own locks only"));
}

TEST_F(RollBack, ADryRunLeavesEveryNodeNew) {
  static_cast<void>(roll());
  choices.dry_run = report::DryRun::yes;
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->dry, report::DryRun::yes);
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted);
  EXPECT_EQ(runs_kept(), 1U);
}

TEST_F(RollBack, NobodyToAskAndAHeldLockStopItBeforeAnythingIsRead) {
  std::string first = roll();
  int before = cluster.connected;
  choices.prompting = rollout::Prompting::ask;
  person.sits_at_a_terminal = false;
  EXPECT_EQ(code_of(run()), operate_errors::nobody_to_ask.number);
  choices = without_asking();
  cluster.cluster_api->hold_lock_elsewhere(first);
  EXPECT_EQ(exit_code(run()), Exit::locked);
  EXPECT_EQ(cluster.connected, before);
  EXPECT_EQ(exit_code(run(first)), Exit::locked) << "nobody said that it may be taken over";
  choices.take_over = cluster::TakeOver::yes;
  auto report = run(first);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
}

TEST_F(RollBack, WhatSomebodyElseWroteSinceStays) {
  static_cast<void>(roll());
  node("cp2").set_manifest(node("cp2").facts.manifest.bytes + "# by hand\n");
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  for (const char* name : {"cp1", "cp2", "cp3"}) EXPECT_EQ(exposure(name), ExposureState::open) << name;
  EXPECT_TRUE(node("cp2").facts.manifest.bytes.ends_with("# by hand\n"));
  auto kept = [](const plan::PlanCheck& check) { return check.code == plan_checks::edit_kept.number; };
  EXPECT_EQ(std::ranges::count_if(report->plan.checks, kept), 1);
}

TEST_F(RollBack, WhatTheRunWroteAndSomebodyChangedIsRefused) {
  static_cast<void>(roll());
  const std::string& wrote = node("cp2").facts.manifest.bytes;
  node("cp2").set_manifest(
      plan::replaced(wrote, "path: /etc/kubernetes/nightlatch", "path: /srv/nightlatch"));
  auto report = run();
  EXPECT_EQ(code_of(report), manifest_errors::not_reversible.number);
  EXPECT_EQ(exit_code(report), Exit::refused);
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted);
}

TEST_F(RollBack, AHostThatCannotBeReachedIsRefused) {
  static_cast<void>(roll());
  lose_host("cp3");
  auto report = run();
  EXPECT_EQ(exit_code(report), Exit::refused);
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted);
}

TEST_F(RollBack, ALostReplyIsAskedForAgainAndALateOneAwaited) {
  static_cast<void>(roll());
  BenchNode& cp1 = node("cp1");
  int lost = 0;
  cp1.script.instead = [&](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::swap || lost++ > 0) return std::nullopt;
    static_cast<void>(cp1.script.ordinary(request));
    return node::Reply{};
  };
  node("cp2").late = {{Verb::confirm, std::chrono::seconds(15)}};
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_GE(lost, 1);
  EXPECT_EQ(exposure("cp1"), ExposureState::open);
}

TEST_F(RollBack, ANodeThatRefusesStopsIt) {
  static_cast<void>(roll());
  node("cp1").script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::arm) return std::nullopt;
    return node("cp1").script.refuse("systemd did not start the guard");
  };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_NE(report->result.exit, Exit::done);
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted);
}

class OpenAgain : public RolledBench {
 protected:
  Outcome<report::RunReport> run(const std::string& because = "the exporter of team A") {
    Ports all = ports();
    return open_again(all, selection(), {.because = because, .choices = choices});
  }

  RunChoices choices = without_asking();
};

TEST_F(OpenAgain, OpensWhatALockdownHasClosedWithoutItsRun) {
  static_cast<void>(roll());
  std::filesystem::remove_all(directory / "state");
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->plan.direction, plan::Direction::rollback);
  EXPECT_EQ(report->plan.reason, "the exporter of team A");
  EXPECT_TRUE(report->plan.of_run.empty());
  for (const char* name : {"cp1", "cp2", "cp3"}) EXPECT_EQ(exposure(name), ExposureState::open) << name;
  auto again = run();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->plan.changes_nothing());
}

TEST_F(OpenAgain, ItsOwnRollbackClosesAgain) {
  static_cast<void>(roll());
  auto opened = run();
  ASSERT_TRUE(opened) << opened.error().errors[0].message;
  Ports all = ports();
  auto closed = roll_back(all, selection(), {.run = opened->run, .choices = choices});
  ASSERT_TRUE(closed) << closed.error().errors[0].message;
  EXPECT_EQ(closed->result.exit, Exit::done);
  for (const char* name : {"cp1", "cp2", "cp3"}) EXPECT_EQ(exposure(name), ExposureState::restricted) << name;
}

TEST_F(OpenAgain, CutOffHalfwayItIsResumedWithItsReason) {
  static_cast<void>(roll());
  driver.kill_at = {"cp2", "swapped", rollout::Phase::done};
  auto cut_off = run();
  ASSERT_TRUE(cut_off);
  driver.kill_at.reset();
  Ports all = ports();
  choices.take_over = cluster::TakeOver::yes;
  auto report = resume(all, selection(), {.run = cut_off->run, .choices = choices});
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->plan.reason, "the exporter of team A");
  for (const char* name : {"cp1", "cp2", "cp3"}) EXPECT_EQ(exposure(name), ExposureState::open) << name;
}

}  // namespace
}  // namespace nightlatch::operate
