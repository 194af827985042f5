// Runs that undo each other, go on with each other and are cut: what is left is found, and each screen's own
// commands say and do the same.
#include "operate/typed_bench.hpp"

namespace nightlatch::operate {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class RollbackChain : public TypedBench {
 protected:
  // The run that was carried out.
  std::string done(const std::string& command) {
    Typed typed = type(command);
    EXPECT_EQ(typed.exit, Exit::done) << command << ": " << typed.text;
    EXPECT_FALSE(typed.run.empty()) << command;
    return typed.run;
  }
  std::string killed(const std::string& command, const std::string& node, const std::string& step) {
    driver.kill_at = {node, step, rollout::Phase::done};
    Typed typed = type(command);
    driver.kill_at.reset();
    return typed.run;
  }
  void expect_nothing_to_undo() {
    Typed typed = type("nightlatch rollback");
    EXPECT_EQ(typed.exit, Exit::done);
    EXPECT_THAT(typed.text, HasSubstr("nothing was changed"));
    EXPECT_THAT(typed.run, testing::IsEmpty());
  }
  [[nodiscard]] static std::string what(const std::string& run) {
    report::Page page = report::page_of(find_run("prod-eu1", run).value());
    const auto& head = std::get<report::Headline>(page.sections.at(0).blocks.at(0));
    return head.parts.at(1).plain();
  }
};

TEST_F(RollbackChain, TheWayBackOfAnUndoneRollbackPutsTheChangeBack) {
  std::string first = done("nightlatch apply -p health-only");
  std::string back = done("nightlatch rollback " + first);
  ASSERT_EQ(exposures(), all_old);
  Typed again = type("nightlatch rollback " + back);
  ASSERT_EQ(exposures(), all_new);
  EXPECT_THAT(again.names(), Contains("nightlatch rollback " + again.run)) << "not that of the rollback";
  done("nightlatch rollback " + again.run);
  EXPECT_EQ(exposures(), all_old);
  expect_nothing_to_undo();
}

TEST_F(RollbackChain, WithoutARunItFindsWhatIsLiveAgain) {
  std::string first = done("nightlatch apply -p health-only");
  for (int round = 0; round < 2; ++round) {
    std::string back = done("nightlatch rollback");
    EXPECT_EQ(exposures(), all_old);
    expect_nothing_to_undo();
    std::string again = done("nightlatch rollback " + back);
    EXPECT_EQ(exposures(), all_new);
    Typed dry = type("nightlatch status");
    EXPECT_THAT(dry.names(), Contains("nightlatch rollback " + again));
  }
  EXPECT_EQ(find_run("prod-eu1", done("nightlatch rollback"))->plan->of_run, first)
      << "the first plan covers every round";
}

TEST_F(RollbackChain, AnUndoneRollbackThatWasCutIsFoundByWhatTheNodesHold) {
  std::string first = done("nightlatch apply -p health-only");
  std::string back = done("nightlatch rollback");
  static_cast<void>(killed("nightlatch rollback " + back, "cp1", "confirmed"));
  ASSERT_EQ(exposures(), "restricted open open");
  std::string rest = done("nightlatch rollback");
  EXPECT_EQ(exposures(), all_old);
  EXPECT_EQ(find_run("prod-eu1", rest)->plan->of_run, first);
  expect_nothing_to_undo();
}

TEST_F(RollbackChain, OfARollbackThatWasCutTheRestIsFound) {
  static_cast<void>(done("nightlatch apply -p health-only"));
  std::string cut = killed("nightlatch rollback", "cp3", "confirmed");
  ASSERT_EQ(exposures(), "restricted restricted open");
  std::string back = done("nightlatch rollback " + cut);
  EXPECT_EQ(exposures(), all_new) << "what the cut rollback had changed";
  done("nightlatch rollback " + back);
  EXPECT_EQ(exposures(), "restricted restricted open") << "that run changed one node";
  done("nightlatch rollback");
  EXPECT_EQ(exposures(), all_old) << "what is left of the first";
  expect_nothing_to_undo();
}

TEST_F(RollbackChain, ARunThatWasGoneOnWithGoesBackAsOne) {
  std::string first = killed("nightlatch apply -p health-only", "cp2", "swapped");
  Typed rest = type("nightlatch resume");
  ASSERT_EQ(exposures(), all_new);
  EXPECT_THAT(rest.names(), Contains("nightlatch rollback " + first));
  std::string back = done("nightlatch rollback");
  EXPECT_EQ(exposures(), all_old);
  EXPECT_EQ(find_run("prod-eu1", back)->plan->of_run, first);
  expect_nothing_to_undo();
}

// resume has put the node in mid-change back, and could not go on: the nodes before it are still new.
TEST_F(RollbackChain, PuttingANodeBackIsNoRollbackOfTheRun) {
  static_cast<void>(killed("nightlatch apply -p health-only", "cp2", "swapped"));
  node("cp3").set_manifest(node("cp3").facts.manifest.bytes + "# by hand\n");
  ASSERT_EQ(type("nightlatch resume").exit, Exit::refused);
  ASSERT_EQ(exposures(), "restricted open open");
  Typed typed = type("nightlatch rollback");
  EXPECT_EQ(typed.code, plan_errors::not_ours_anymore.number) << "cp3 is somebody else's";
  node("cp3").set_manifest(plan::replaced(node("cp3").facts.manifest.bytes, "# by hand\n", ""));
  done("nightlatch rollback");
  EXPECT_EQ(exposures(), all_old);
}

TEST_F(RollbackChain, OfTwoChangesTheNewerGoesFirst) {
  std::string first = killed("nightlatch apply -p health-only", "cp1", "confirmed");
  std::string second = done("nightlatch apply -p health-only");
  done("nightlatch rollback");
  EXPECT_EQ(exposures(), "restricted open open");
  done("nightlatch rollback");
  EXPECT_EQ(exposures(), all_old);
  EXPECT_EQ(what(first), "health-only");
  EXPECT_EQ(what(second), "health-only");
}

TEST_F(RollbackChain, FromAnotherWorkstationTheNodesTellTheChain) {
  std::string first = done("nightlatch apply -p health-only");
  std::string back = done("nightlatch rollback");
  std::filesystem::remove_all(directory / "state");
  expect_nothing_to_undo();
  done("nightlatch rollback " + back);
  ASSERT_EQ(exposures(), all_new);
  std::filesystem::remove_all(directory / "state");
  done("nightlatch rollback");
  EXPECT_EQ(exposures(), all_old);
}

// The copy of the plan on every node is that of the rollback, which holds what it was to turn back.
TEST_F(RollbackChain, ACutRollbackOfAnotherWorkstationIsFoundOnTheNodes) {
  std::string first = done("nightlatch apply -p health-only");
  std::string cut = killed("nightlatch rollback", "cp1", "staged");
  ASSERT_EQ(exposures(), "restricted open open");
  std::filesystem::remove_all(directory / "state");
  Typed refused = type("nightlatch rollback");
  EXPECT_EQ(refused.code, plan_errors::run_unfinished.number) << refused.text;
  EXPECT_THAT(refused.names(), Contains("nightlatch resume " + cut));
  done("nightlatch resume");
  EXPECT_EQ(exposures(), all_old);
}

TEST_F(RollbackChain, SomebodyElsesBytesAfterACleanRollbackAreNoneOfItsBusiness) {
  static_cast<void>(done("nightlatch apply -p health-only"));
  done("nightlatch rollback");
  node("cp2").set_manifest(node("cp2").facts.manifest.bytes + "# kubeadm upgrade\n");
  expect_nothing_to_undo();
}

// A rollback ends what a run left in mid-change under the id of that run, so no node knows the rollback.
TEST_F(RollbackChain, ResumeGoesOnWithTheRollbackAndNotWithTheRunThatItUndoes) {
  std::string first = killed("nightlatch apply -p health-only", "cp2", "swapped");
  static_cast<void>(killed("nightlatch rollback", "cp2", "restoring"));
  done("nightlatch resume");
  EXPECT_EQ(exposures(), all_old);
  Typed over = type("nightlatch resume");
  EXPECT_EQ(over.exit, Exit::done);
  EXPECT_EQ(exposures(), all_old) << "what was undone is not begun again";
}

TEST_F(RollbackChain, ResumeOfTheWayBackGoesOnWithTheRun) {
  static_cast<void>(killed("nightlatch apply -p health-only", "cp2", "swapped"));
  std::string finish = killed("nightlatch resume", "cp2", "restoring");
  done("nightlatch resume " + finish);
  EXPECT_EQ(exposures(), all_new);
}

TEST_F(RollbackChain, HistorySaysWhatEachRunDidAboutAnother) {
  std::string first = killed("nightlatch apply -p health-only", "cp2", "swapped");
  std::string rest = type("nightlatch resume").run;
  std::string back = done("nightlatch rollback");
  std::string again = done("nightlatch rollback " + back);
  EXPECT_EQ(what(first), "health-only");
  EXPECT_EQ(what(rest), "health-only, going on with " + first);
  EXPECT_EQ(what(back), "rollback of " + first);
  EXPECT_EQ(what(again), "rollback of " + back + ": health-only again");
  std::string json = report::history_json(past_runs("prod-eu1"));
  for (const char* relation : {"none", "puts_back", "goes_on_with", "undoes"})
    EXPECT_THAT(json, HasSubstr("\"relation\": \"" + std::string(relation) + "\""));
  auto middle = past_runs("prod-eu1").at(3);
  EXPECT_EQ(what(middle.run), "what " + first + " left in mid-change, put back");
}

}  // namespace
}  // namespace nightlatch::operate
