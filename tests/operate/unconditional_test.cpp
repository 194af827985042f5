// What needs neither an approval nor a window, wherever both are demanded: the way back in all its forms, the
// confirmation of what is there, and the file that a joining host needs (docs/change-window.md).
#include "operate/confirm.hpp"
#include "operate/errors.hpp"
#include "operate/prepare.hpp"
#include "operate/resume.hpp"
#include "operate/rollback.hpp"
#include "operate/rolled_bench.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using testing::ElementsAre;

// Two approvals are demanded, of which there is none, and the window has been over for days.
class Unconditional : public RolledBench {
 protected:
  std::string roll_in_window() {
    person.night = *parse_utc_timestamp("2026-11-28T21:00:00Z");
    Ports all = ports();
    ApplyInput input;
    input.plan.playbook =
        spec::parse_playbook(
            "apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec: {window: {timezone: UTC, allow: [{days: "
            "[Sat], start: \"20:00\", duration: 4h}]}}\n",
            "p.yaml")
            .value();
    input.choices = without_asking();
    auto report = apply(all, selection(), input);
    EXPECT_TRUE(report) << report.error().errors.front().message;
    driver.kill_at.reset();
    demand();
    return report ? report->run : std::string{};
  }
  void demand() {
    std::string text = read_file(directory / "inventory.yaml").value();
    text.replace(text.find("  nodes:"), 8,
                 "  approvals: {required: 2, allowedSigners: /etc/nightlatch/signers}\n  nodes:");
    EXPECT_TRUE(write_file_durably(directory / "inventory.yaml", text));
    person.night = *parse_utc_timestamp("2026-12-01T12:00:00Z");
  }
};

TEST_F(Unconditional, IsRollback) {
  std::string run = roll_in_window();
  Ports all = ports();
  RollbackInput back;
  back.run = run;
  back.choices = without_asking();
  auto report = roll_back(all, selection(), back);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(exposure("cp1"), access::ExposureState::open);
}

TEST_F(Unconditional, IsRollbackToOpenWithItsReason) {
  roll_in_window();
  Ports all = ports();
  auto report =
      open_again(all, selection(), {.because = "INC-7: a scraper is shut out", .choices = without_asking()});
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->progress.reason, "INC-7: a scraper is shut out");
  // Closing again is a change.
  person.night += std::chrono::hours(1);
  RollbackInput close;
  close.run = report->run;
  close.choices = without_asking();
  EXPECT_EQ(code_of(roll_back(all, selection(), close)), operate_errors::nothing_to_approve.number);
}

// Whoever does not confirm has an API server restarted by its guard: out of the window, and by no person.
TEST_F(Unconditional, IsConfirm) {
  driver.kill_at = {"cp1", "gated", rollout::Phase::done};
  std::string run = roll_in_window();
  Ports all = ports();
  auto report = confirm(all, selection(), run);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_THAT(report->confirmed, ElementsAre("cp1"));
}

TEST_F(Unconditional, IsNodePrepare) {
  cluster.add_host("cp4");
  roll_in_window();
  Ports all = ports();
  auto report = prepare_host(all, selection(), {.host = "cp4"});
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->outcome, report::Prepared::placed);
}

// The rest of the plan needs both; so nothing is begun, and the node in mid-change is left to `rollback`,
// which needs neither.
TEST_F(Unconditional, IsNotTheRestOfAPlan) {
  driver.kill_at = {"cp1", "swapped", rollout::Phase::done};
  std::string run = roll_in_window();
  Ports all = ports();
  auto report = resume(all, selection(), {.run = run, .choices = without_asking()});
  EXPECT_FALSE(report);
  RollbackInput back;
  back.run = run;
  back.choices = without_asking();
  auto undone = roll_back(all, selection(), back);
  ASSERT_TRUE(undone) << undone.error().errors[0].message;
  EXPECT_EQ(undone->result.exit, Exit::done);
  EXPECT_EQ(exposure("cp1"), access::ExposureState::open);
}

}  // namespace
}  // namespace nightlatch::operate
