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

using rollout::Phase;
using std::chrono::system_clock;
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

  TemporaryDirectory home;
  ScopedVariable state{"XDG_STATE_HOME", (home / "state").c_str()};
  plan::Plan plan = report::samples::plan();
  system_clock::time_point night{std::chrono::seconds(1'795'310'045)};
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

TEST_F(RunStore, TheRunToUndoIsTheNewestThatChangedSomethingAndWasNotUndone) {
  EXPECT_EQ(last_run_to_undo("prod-eu1").error().code.number, operate_errors::nothing_to_undo.number);
  std::string first = applied(night);
  std::string second = applied(night + std::chrono::minutes(5));
  static_cast<void>(
      make_run(night + std::chrono::minutes(9), {{"", "run", Phase::intend, {{"direction", "apply"}}}}));
  EXPECT_EQ(last_run_to_undo("prod-eu1")->run, second);
  static_cast<void>(make_run(night + std::chrono::minutes(10),
                             {{"", "run", Phase::intend, {{"direction", "rollback"}, {"of", second}}},
                              {"cp1", "swapped", Phase::done, {}},
                              {"", "run", Phase::done, {{"outcome", "done"}}}}));
  EXPECT_EQ(last_run_to_undo("prod-eu1")->run, first);
}

TEST_F(RunStore, ANodeThatWasPutBackIsNotToBeUndone) {
  static_cast<void>(make_run(night, {{"", "run", Phase::intend, {{"direction", "apply"}}},
                                     {"cp1", "swapped", Phase::done, {}},
                                     {"cp1", "restored", Phase::done, {}}}));
  EXPECT_FALSE(last_run_to_undo("prod-eu1"));
}

}  // namespace
}  // namespace nightlatch::operate
