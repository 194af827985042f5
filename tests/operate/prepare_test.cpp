#include "operate/prepare.hpp"

#include "operate/errors.hpp"
#include "operate/rolled_bench.hpp"
#include "plan/errors.hpp"

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
}

}  // namespace
}  // namespace nightlatch::operate
