#include "operate/prepare.hpp"

#include "operate/errors.hpp"
#include "operate/rolled_bench.hpp"
#include "plan/errors.hpp"
#include "rollout/errors.hpp"

namespace nightlatch::operate {
namespace {

using node::Verb;
using report::DryRun;
using report::Prepared;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Prepare : public RolledBench {
 protected:
  Prepare() : host(cluster.add_host("cp4")) {}
  Outcome<report::PrepareReport> run(DryRun dry_run = DryRun::no) {
    Ports all = ports();
    return prepare_host(all, selection(), {.host = "cp4", .dry_run = dry_run});
  }

  BenchNode& host;
};

TEST_F(Prepare, PutsTheFileOfTheOthersOntoTheHost) {
  static_cast<void>(roll());
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->outcome, Prepared::placed);
  EXPECT_EQ(report->host, "cp4");
  EXPECT_THAT(report->nodes, ElementsAre("cp1", "cp2", "cp3"));
  ASSERT_TRUE(report->file);
  EXPECT_EQ(host.files.at(report->file->path).sha256, report->file->sha256);
  EXPECT_EQ(host.files.at(report->file->path).owner, report->file->owner);
  EXPECT_EQ(host.files.at(report->file->path).mode, report->file->mode);
  EXPECT_EQ(runs_kept(), 2U) << "it is a run of its own, with a journal";
  EXPECT_EQ(person.runs.back().records.front().data.at("direction"), "prepare");
  EXPECT_FALSE(cluster.cluster_api->lease) << "the lock was given back";
  EXPECT_EQ(host.script.requests.size(), host.script.count(Verb::place)) << "nothing else is asked of it";
  auto again = run();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->outcome, Prepared::there);
  EXPECT_EQ(host.script.count(Verb::place), 1U);
}

TEST_F(Prepare, WhereNoManifestNamesAFileThereIsNothingToDo) {
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->outcome, Prepared::nothing);
  EXPECT_THAT(host.files, IsEmpty());
}

TEST_F(Prepare, ADryRunPlacesNothing) {
  static_cast<void>(roll());
  auto report = run(DryRun::yes);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->outcome, Prepared::would_place);
  EXPECT_THAT(host.files, IsEmpty());
}

TEST_F(Prepare, AHostThatCannotBeReachedIsRefused) {
  static_cast<void>(roll());
  lose_host("cp4");
  EXPECT_EQ(exit_code(run()), Exit::refused);
  EXPECT_THAT(host.files, IsEmpty());
}

TEST_F(Prepare, ANodeThatCannotBeReachedLeavesOpenWhatTheHostShouldGet) {
  static_cast<void>(roll());
  lose_host("cp2");
  auto report = run();
  EXPECT_EQ(exit_code(report), Exit::refused);
  EXPECT_THAT(report.error().errors[0].message, HasSubstr("cp2: connection refused"));
  EXPECT_THAT(host.files, IsEmpty());
}

TEST_F(Prepare, AnApiThatIsAwayIsRefused) {
  static_cast<void>(roll());
  take_api_away();
  auto report = run();
  EXPECT_EQ(code_of(report), api_errors::unreachable.number);
  EXPECT_THAT(host.files, IsEmpty());
}

TEST_F(Prepare, AHostThatIsAControlPlaneNodeAlreadyIsRefused) {
  static_cast<void>(roll());
  host.facts.machine_id = "machine-1";
  EXPECT_EQ(code_of(run()), plan_errors::not_new.number);
}

TEST_F(Prepare, AHostThatRefusesIsTold) {
  static_cast<void>(roll());
  host.script.instead = [this](const node::Request&) -> std::optional<node::Reply> {
    return host.script.refuse("cannot write (disk full?)");
  };
  auto report = run();
  EXPECT_EQ(code_of(report), operate_errors::not_placed.number);
  EXPECT_EQ(report.error().errors[0].message, "cp4: cannot write (disk full?)");
}

TEST_F(Prepare, ALostReplyCountsForWhatIsThere) {
  static_cast<void>(roll());
  host.script.instead = [](const node::Request&) -> std::optional<node::Reply> { return node::Reply{}; };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->outcome, Prepared::placed) << "it was written, and read back";
  EXPECT_GT(host.script.count(Verb::place), 1U) << "and asked for again before that";
}

TEST_F(Prepare, ARequestThatNeverArrivedIsSentAgain) {
  static_cast<void>(roll());
  int lost = 0;
  host.script.instead = [&](const node::Request&) -> std::optional<node::Reply> {
    if (++lost > 2) return std::nullopt;
    return node::Reply{};
  };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->outcome, Prepared::placed);
}

TEST_F(Prepare, AFileThatIsNotThereAfterwardsIsTold) {
  static_cast<void>(roll());
  driver.interrupt_at = {"", "run", rollout::Phase::intend};
  auto report = run();
  EXPECT_EQ(code_of(report), rollout_errors::interrupted.number);
  EXPECT_THAT(report.error().errors[0].message, HasSubstr("is not there"));
  EXPECT_THAT(host.files, IsEmpty());
}

TEST_F(Prepare, AnotherFileInItsPlaceIsNeverOverwritten) {
  static_cast<void>(roll());
  auto wanted = run(DryRun::yes);
  ASSERT_TRUE(wanted && wanted->file);
  facts::FileFacts other = *wanted->file;
  other.owner = "12:12";
  host.files[other.path] = other;
  auto report = run();
  EXPECT_EQ(code_of(report), plan_errors::other_file.number);
  EXPECT_EQ(report.error().errors[0].message, "cp4: " + other.path + " is there and differs");
  EXPECT_EQ(host.script.count(Verb::place), 0U);
  EXPECT_EQ(runs_kept(), 1U);
}

TEST_F(Prepare, LeavesTheLockOfAnotherRunAlone) {
  static_cast<void>(roll());
  cluster.cluster_api->hold_lock_elsewhere("20261122T0200-0000");
  EXPECT_EQ(exit_code(run()), Exit::locked);
  EXPECT_THAT(host.files, IsEmpty());
  EXPECT_TRUE(run(DryRun::yes)) << "a dry run takes nothing";
}

}  // namespace
}  // namespace nightlatch::operate
