#include "operate/resume.hpp"

#include "operate/errors.hpp"
#include "operate/rolled_bench.hpp"
#include "plan/errors.hpp"

namespace nightlatch::operate {
namespace {

using access::ExposureState;
using node::Verb;
using testing::HasSubstr;
using testing::SizeIs;

class Resume : public RolledBench {
 protected:
  Outcome<report::RunReport> run(const std::string& id = {}) {
    Ports all = ports();
    return resume(all, selection(), {.run = id, .choices = choices});
  }

  RunChoices choices = without_asking();
};

TEST_F(Resume, PutsTheNodeInMidChangeBackAndGoesOnWithTheRest) {
  std::string first = roll_until("cp1", "swapped");
  ASSERT_EQ(exposure("cp1"), ExposureState::restricted);
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->plan.of_run, first);
  for (const char* name : {"cp1", "cp2", "cp3"}) EXPECT_EQ(exposure(name), ExposureState::restricted) << name;
  ASSERT_THAT(person.said, SizeIs(1));
  EXPECT_EQ(person.said[0], "cp1 was left in mid-change by run " + first +
                                ": the manifest from before that run is put back first");
  EXPECT_THAT(person.runs, SizeIs(3)) << "the roll, the way back of one node, the rest";
}

TEST_F(Resume, GoesOnAtOnceWhereTheRunStoppedBetweenNodes) {
  std::string first = roll_until("cp1", "confirmed");
  auto report = run(first);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->plan.changing_nodes(), 2U);
  EXPECT_EQ(exposure("cp3"), ExposureState::restricted);
  EXPECT_TRUE(person.said.empty());
}

TEST_F(Resume, FromAnotherWorkstationItTakesThePlanFromANode) {
  static_cast<void>(roll_until("cp1", "swapped"));
  std::filesystem::remove_all(directory / "state");
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
}

TEST_F(Resume, BelievesNoCopyOfThePlanWhereTheyDiffer) {
  std::string first = roll_until("cp2", "swapped");
  facts::NodeFacts& cp2 = node("cp2").facts;
  plan::Plan edited = plan::from_json(cp2.plan, "plan.json").value();
  edited.playbook.gates.consecutive = 1;
  plan::seal(edited);
  cp2.plan = plan::to_json(edited);
  auto with_own_copy = [&] {
    choices.dry_run = report::DryRun::yes;
    return run(first);
  };
  EXPECT_TRUE(with_own_copy()) << "the workstation of the run has its own";
  std::filesystem::remove_all(directory / "state");
  auto refused = run(first);
  EXPECT_EQ(code_of(refused), operate_errors::copies_differ.number);
  EXPECT_EQ(exit_code(refused), Exit::refused);
  const Error& error = refused.error().errors[0];
  EXPECT_THAT(error.message,
              testing::AnyOf("run " + first + ": the copy of the plan on cp1 is not the one on cp2",
                             "run " + first + ": the copy of the plan on cp2 is not the one on cp1"));
  EXPECT_THAT(error.details, SizeIs(2));
}

TEST_F(Resume, ADryRunTellsOnlyThatTheNodeIsPutBack) {
  static_cast<void>(roll_until("cp1", "swapped"));
  choices.dry_run = report::DryRun::yes;
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->dry, report::DryRun::yes);
  EXPECT_EQ(report->plan.changing_nodes(), 1U);
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted) << "still in mid-change";
}

TEST_F(Resume, WithoutARunOnTheNodesThereIsNothingToGoOnWith) {
  auto nothing = run();
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->result.exit, Exit::done);
  EXPECT_EQ(nothing->nothing, "No node of prod-eu1 knows a run to go on with: nothing was changed.");
  EXPECT_EQ(code_of(run("20200101T0000-0000")), operate_errors::run_unknown.number);
}

TEST_F(Resume, NobodyToAskAndAHeldLockStopItBeforeAnythingIsRead) {
  static_cast<void>(roll_until("cp1", "swapped"));
  int before = cluster.connected;
  choices.prompting = rollout::Prompting::ask;
  person.sits_at_a_terminal = false;
  EXPECT_EQ(code_of(run()), operate_errors::nobody_to_ask.number);
  choices = without_asking();
  cluster.cluster_api->hold_lock_elsewhere("r9");
  EXPECT_EQ(exit_code(run()), Exit::locked);
  EXPECT_EQ(cluster.connected, before);
}

TEST_F(Resume, AHostThatCannotBeReachedIsRefused) {
  std::string first = roll_until("cp1", "swapped");
  lose_host("cp2");
  EXPECT_EQ(exit_code(run()), Exit::refused);
  lose_host("cp1");
  EXPECT_EQ(exit_code(run(first)), Exit::refused);
  EXPECT_EQ(code_of(run()), node_errors::unreachable.number) << "no node that was read knows a run";
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted) << "nothing was put back";
}

TEST_F(Resume, ANodeThatCannotBePutBackEndsIt) {
  static_cast<void>(roll_until("cp1", "swapped"));
  node("cp1").script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::restore) return std::nullopt;
    return node("cp1").script.refuse("the backup is gone");
  };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::needs_person);
  EXPECT_EQ(exposure("cp2"), ExposureState::open) << "no other node is begun";
  EXPECT_THAT(person.runs, SizeIs(2));
}

TEST_F(Resume, ALostReplyOfTheWayBackIsAskedForAgain) {
  static_cast<void>(roll_until("cp1", "swapped"));
  BenchNode& cp1 = node("cp1");
  int lost = 0;
  std::string brought;
  cp1.script.instead = [&](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb == Verb::restore) brought = request.manifest_before;
    if (request.verb != Verb::restore || lost++ > 0) return std::nullopt;
    return node::Reply{};
  };
  cp1.late = {{Verb::settle, std::chrono::seconds(12)}};
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_GE(lost, 2);
  EXPECT_EQ(brought, cp1.script.before) << "for a node whose backup is damaged";
}

TEST_F(Resume, ARestThatIsNotTheRunsAnyMoreIsNotAppliedAndTold) {
  static_cast<void>(roll_until("cp1", "confirmed"));
  node("cp2").set_manifest(plan::replaced(node("cp2").facts.manifest.bytes, "- --secure-port=6443",
                                          "- --secure-port=6443\n    - --profiling=false"));
  auto report = run();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().errors.back().code.number, plan_errors::plan_outdated.number);
  EXPECT_EQ(exposure("cp2"), ExposureState::open);
}

}  // namespace
}  // namespace nightlatch::operate
