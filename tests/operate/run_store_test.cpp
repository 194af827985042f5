#include "operate/run_store.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operate/errors.hpp"
#include "report/samples.hpp"
#include "rollout/journal.hpp"
#include "util/environment.hpp"
#include "util/file.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch::operate {
namespace {

using plan::Relation;
using rollout::Phase;
using std::chrono::system_clock;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RunStore : public testing::Test {
 protected:
  struct Line {
    std::string node;
    std::string step;
    Phase phase = Phase::done;
    std::map<std::string, std::string> data;
  };

  // A run with a journal of these lines; its id.
  std::string make_run(system_clock::time_point now, const std::vector<Line>& lines) {
    auto directory = create_run(plan, now);
    EXPECT_TRUE(directory);
    auto journal = rollout::Journal::create(*directory / "journal.jsonl");
    EXPECT_TRUE(journal);
    std::uint64_t seq = 0;
    for (const Line& line : lines) {
      rollout::Record record{++seq,      0,        directory->filename().string(), line.node, line.step,
                             line.phase, line.data};
      EXPECT_TRUE(journal->append(record, now));
    }
    return directory->filename().string();
  }

  std::string applied(system_clock::time_point now) {
    return make_run(now, {{"", "run", Phase::intend, {{"direction", "apply"}, {"by", "ana@bastion2"}}},
                          {"cp1", "swapped", Phase::done, {}},
                          {"cp1", "confirmed", Phase::done, {}},
                          {"", "run", Phase::done, {{"outcome", "done"}}}});
  }

  // A later run that changed a node, and what it did about `of`.
  std::string about(plan::Relation relation, const std::string& of, const std::string& outcome) {
    plan::Plan applied = plan;
    plan.of_run = of;
    plan.relation = relation;
    bool of_rollback = find_run("prod-eu1", of)->plan->direction == plan::Direction::rollback;
    bool back = relation == Relation::puts_back || (relation == Relation::undoes && !of_rollback);
    plan.direction = back ? plan::Direction::rollback : plan::Direction::apply;
    plan::seal(plan);
    later += std::chrono::minutes(10);
    std::string direction = back ? "rollback" : "apply";
    std::string id = make_run(later, {{"", "run", Phase::intend, {{"direction", direction}, {"of", of}}},
                                      {"cp1", "swapped", Phase::done, {}},
                                      {"", "run", Phase::done, {{"outcome", outcome}}}});
    plan = applied;
    return id;
  }

  // Newest first.
  [[nodiscard]] static std::vector<std::string> forward() {
    std::vector<std::string> words;
    for (const ForwardRun& run : forward_runs("prod-eu1"))
      words.push_back((run.changed_a_node ? run.run.run : "unchanged") + (run.is_undone ? " undone" : ""));
    return words;
  }

  TemporaryDirectory home;
  ScopedVariable state{"XDG_STATE_HOME", (home / "state").c_str()};
  plan::Plan plan = report::samples::plan();
  system_clock::time_point night{std::chrono::seconds(1'795'310'045)};
  system_clock::time_point later = night + std::chrono::hours(1);
};

TEST_F(RunStore, AnIdIsTimeAndPlanAndGetsSecondsWhenTaken) {
  std::string hash = plan.hash.substr(0, 4);
  EXPECT_EQ(make_run(night, {}), "20261122T0114-" + hash);
  EXPECT_EQ(make_run(night, {}), "20261122T011405-" + hash);
}

TEST_F(RunStore, AnIdThatANodeKnowsIsNotGivenAgain) {
  std::string hash = plan.hash.substr(0, 4);
  auto directory = create_run(plan, night, {"20261122T0114-" + hash});
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->filename().string(), "20261122T011405-" + hash);
}

TEST_F(RunStore, APastRunHasItsPlanAndItsJournalFolded) {
  std::string id = applied(night);
  auto run = find_run("prod-eu1", id);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->plan->hash, plan.hash);
  EXPECT_EQ(run->progress.by, "ana@bastion2");
  EXPECT_EQ(report::outcome_of(*run), "done");
  EXPECT_THAT(past_runs(""), SizeIs(1));
  EXPECT_THAT(past_runs("elsewhere"), IsEmpty());
  EXPECT_EQ(find_run("prod-eu1", "20200101T0000-0000").error().code.number,
            operate_errors::run_unknown.number);
}

TEST_F(RunStore, AJournalThatWasChangedIsBrokenAndNotHidden) {
  std::string id = applied(night);
  auto file = home / ("state/nightlatch/prod-eu1/runs/" + id + "/journal.jsonl");
  std::string bytes = read_file(file).value();
  bytes.replace(bytes.find("ana@"), 4, "eve@");
  std::ofstream(file) << bytes;
  auto run = find_run("prod-eu1", id);
  ASSERT_TRUE(run);
  EXPECT_TRUE(run->broken);
  EXPECT_EQ(report::outcome_of(*run), "unreadable");
}

TEST_F(RunStore, AJournalThatCannotBeReadIsBrokenAndNotEmpty) {
  std::string id = applied(night);
  auto file = home / ("state/nightlatch/prod-eu1/runs/" + id + "/journal.jsonl");
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  auto run = find_run("prod-eu1", id);
  ASSERT_TRUE(run);
  EXPECT_EQ(report::outcome_of(*run), "unreadable");
}

TEST_F(RunStore, TheIdOfALaterRunComesAfterThoseOfItsMinute) {
  static_cast<void>(make_run(night, {}));
  auto directory = create_run(plan, night, {"20261122T0114-ffff"});
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->filename().string(), "20261122T011405-" + plan.hash.substr(0, 4));
}

TEST_F(RunStore, ForwardRunsAreThoseThatLedToNewAndSayWhetherTheyWereUndone) {
  EXPECT_THAT(forward_runs("prod-eu1"), IsEmpty());
  std::string first = applied(night);
  std::string second = applied(night + std::chrono::minutes(5));
  static_cast<void>(
      make_run(night + std::chrono::minutes(9), {{"", "run", Phase::intend, {{"direction", "apply"}}}}));
  EXPECT_THAT(forward(), ElementsAre("unchanged", second, first));
  std::string back = about(Relation::undoes, second, "done");
  EXPECT_THAT(forward(), ElementsAre("unchanged", second + " undone", first));
  std::string again = about(Relation::undoes, back, "done");
  EXPECT_THAT(forward(), ElementsAre(again, "unchanged", second, first));
  static_cast<void>(about(Relation::undoes, again, "done"));
  EXPECT_THAT(forward(), ElementsAre(again + " undone", "unchanged", second + " undone", first));
}

TEST_F(RunStore, ARestIsUndoneWithTheRunThatItWentOnWith) {
  std::string first = applied(night);
  std::string rest = about(Relation::goes_on_with, first, "done");
  EXPECT_THAT(forward(), ElementsAre(rest, first));
  static_cast<void>(about(Relation::undoes, first, "done"));
  EXPECT_THAT(forward(), ElementsAre(rest + " undone", first + " undone"));
}

TEST_F(RunStore, WhatStoppedOrPutBackOnlyANodeUndoesNoRun) {
  std::string first = applied(night);
  static_cast<void>(about(Relation::undoes, first, "stopped"));
  static_cast<void>(about(Relation::puts_back, first, "done"));
  EXPECT_THAT(forward(), ElementsAre(first));
}

TEST_F(RunStore, ANodeThatWasPutBackWasNotChanged) {
  static_cast<void>(make_run(night, {{"", "run", Phase::intend, {{"direction", "apply"}}},
                                     {"cp1", "swapped", Phase::done, {}},
                                     {"cp1", "restored", Phase::done, {}}}));
  EXPECT_THAT(forward(), ElementsAre("unchanged"));
}

}  // namespace
}  // namespace nightlatch::operate
