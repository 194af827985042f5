// runbook: from a plan file to a document; templates of a team; and every line of it that is typed.
#include "operate/runbook.hpp"

#include "cluster/errors.hpp"
#include "operate/approvals_bench.hpp"
#include "operate/errors.hpp"
#include "operate/rollback.hpp"
#include "operate/verify.hpp"
#include "operate/window.hpp"
#include "places.hpp"
#include "util/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class WriteRunbook : public ApprovalsBench {
 protected:
  Result<report::RunbookText> write(const RunbookInput& more = {}) {
    RunbookInput all = more;
    if (all.plan_file.empty()) all.plan_file = plan_file();
    all.version = "0.1.0";
    Ports with = ports();
    with.reader_zone = [](calendar::sys_seconds) { return calendar::utc(); };
    return runbook(with, offline, all);
  }
  std::string text(const RunbookInput& more = {}) {
    auto written = write(more);
    EXPECT_TRUE(written) << written.error().message;
    return written ? written->text : "";
  }
  void plan_with(const std::string& spec) {
    auto playbook = spec::parse_playbook(
        "apiVersion: nightlatch.dev/v1\nkind: Playbook\nmetadata: {name: mine}\nspec:\n  " + spec + "\n",
        "p.yaml");
    ASSERT_TRUE(playbook) << playbook.error().message;
    Ports all = ports();
    ASSERT_TRUE(make_plan(all, selection(), {.playbook = *playbook}, plan_file()));
  }
  // A template of the team.
  void replace(const std::string& file, const std::string& template_text) const {
    ASSERT_TRUE(write_file_durably(templates() / file, template_text));
  }
  [[nodiscard]] std::filesystem::path templates() const { return directory / "templates"; }

  cluster::Selection offline;
};

TEST_F(WriteRunbook, IsMadeOfThePlanFileAloneAndWritten) {
  std::string out = (directory / "runbook.html").string();
  take_api_away();
  auto written = write({.format = report::Format::html, .out = out});
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(written->plan, input.reviewed->hash);
  EXPECT_THAT(written->replaced, IsEmpty());
  EXPECT_EQ(read_file(out).value(), written->text);
  EXPECT_THAT(written->text, HasSubstr("<!DOCTYPE html>"));
  EXPECT_THAT(text(), HasSubstr("written 2026-11-22T01:14:05Z by nightlatch 0.1.0"));
  EXPECT_THAT(text(), HasSubstr("### The new file")) << "it follows from the paths of the plan";
  EXPECT_FALSE(write({.out = "/proc/no/such"}));
  EXPECT_EQ(write({.plan_file = "no-such-plan.json"}).error().code.number,
            util_errors::file_unreadable.number);
}

TEST_F(WriteRunbook, ATemplateOfTheTeamReplacesOneSection) {
  replace("messages.md", "## What we say\n\nTo ops@example.com: **@CLUSTER@**, `@PLAN@`.\n");
  replace("notes.txt", "not a template: @NOTHING@\n");
  auto written = write({.templates = templates().string()});
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_THAT(written->replaced, ElementsAre("messages"));
  EXPECT_THAT(written->text, HasSubstr("## What we say\n\nTo ops@example.com: prod-eu1, `" +
                                       input.reviewed->short_hash() + "`.\n\n## Sign-off\n"));
  EXPECT_THAT(written->text, Not(HasSubstr("## Messages")));
  replace("messages.md", "");
  EXPECT_THAT(text({.templates = templates().string()}), Not(HasSubstr("What we say")))
      << "an empty one removes it";
}

TEST_F(WriteRunbook, ATemplateWithAnUnknownNameIsRefusedWithItsPlace) {
  replace("go.md", "## Go\n\n- [ ] of @CLUSTRE@\n");
  auto written = write({.out = (directory / "r.md").string(), .templates = templates().string()});
  ASSERT_FALSE(written);
  const Error& error = written.error();
  EXPECT_EQ(error.code.number, util_errors::bad_template.number);
  ASSERT_TRUE(error.place);
  EXPECT_EQ(error.place->file, (templates() / "go.md").string());
  EXPECT_EQ(error.place->line, 3U);
  EXPECT_EQ(error.place->column, 11U);
  EXPECT_EQ(error.place->text, "- [ ] of @CLUSTRE@");
  EXPECT_EQ(error.hint, "did you mean CLUSTER?");
  EXPECT_FALSE(std::filesystem::exists(directory / "r.md"));
}

TEST_F(WriteRunbook, AFileThatIsNoSectionIsRefused) {
  replace("message.md", "## What we say\n");
  auto written = write({.templates = templates().string()});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code.number, operate_errors::section_unknown.number);
  EXPECT_EQ(written.error().message, (templates() / "message.md").string() + " is the name of no section");
  EXPECT_EQ(written.error().hint, "did you mean \"messages\"?");
  EXPECT_EQ(write({.templates = "no-such-directory"}).error().code.number,
            util_errors::file_unreadable.number);
  EXPECT_EQ(runbook_template("message").error().hint, "did you mean \"messages\"?");
  EXPECT_THAT(runbook_template("messages").value(), HasSubstr("## Messages"));
}

TEST_F(WriteRunbook, APlanThatUndoesARunHasNone) {
  std::string run = roll();
  Ports all = ports();
  auto back = roll_back(all, selection(), {.run = run, .choices = without_asking()});
  ASSERT_TRUE(back);
  std::string file = (directory / "state/nightlatch/prod-eu1/runs" / back->run / "plan.json").string();
  auto written = write({.plan_file = file});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code.number, operate_errors::no_runbook.number);
}

TEST_F(WriteRunbook, APlanOfAnotherClusterThanTheChosenOneIsRefused) {
  offline.cluster = "prod-eu2";
  EXPECT_EQ(write().error().code.number, operate_errors::plan_of_other_cluster.number);
  offline.cluster = "prod-eu1";
  EXPECT_FALSE(write()) << "a cluster is named without an inventory";
}

TEST_F(WriteRunbook, TheInventoryMayDemandApprovalsAndThoseBesideThePlanAreListed) {
  std::string inventory = (directory / "inventory.yaml").string();
  ASSERT_TRUE(
      write_file_durably(inventory,
                         "apiVersion: nightlatch.dev/v1\nkind: Inventory\nclusters:\n- name: prod-eu1\n"
                         "  approvals: {required: 2, allowedSigners: " +
                             signers() +
                             "}\n"
                             "  nodes: [{name: cp1, host: 10.0.0.11}]\n"));
  offline.inventory = inventory;
  ASSERT_TRUE(approved_by("bo"));
  std::string said = text({.options = " -i inventory.yaml"});
  EXPECT_THAT(said, HasSubstr("nightlatch applies this plan only with 2 approvals."));
  EXPECT_THAT(said, HasSubstr("bo approves it"));
  EXPECT_THAT(said, HasSubstr("nightlatch apply " + plan_file() + " --as NAME -i inventory.yaml\n"));
  offline.inventory = "";
  EXPECT_THAT(text(), HasSubstr("nightlatch does not check that anybody has approved this plan"));
}

TEST_F(WriteRunbook, TheNextOpeningOfTheWindowGivesTheTimes) {
  plan_with("window: {timezone: Europe/Berlin, allow: [{days: [Sat], start: \"22:00\", duration: 4h}]}");
  std::string said = text();
  EXPECT_THAT(said, HasSubstr("The window opens Sat 2026-11-28 22:00 CET (Sat 2026-11-28 21:00 UTC) and ends "
                              "Sun 2026-11-29 02:00 CET (Sun 2026-11-29 01:00 UTC)"));
  EXPECT_THAT(said, HasSubstr("| Sat 2026-11-28 22:00 CET | cp1 |"));
  EXPECT_THAT(said, HasSubstr("nightlatch verify\n")) << "this playbook is a file";
  std::string calendar = (directory / "freeze.ics").string();
  ASSERT_TRUE(
      write_file_durably(calendar, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"));
  plan_with("window: {timezone: Europe/Berlin, calendar: " + calendar + "}");
  EXPECT_TRUE(write());
  std::filesystem::remove(calendar);
  EXPECT_EQ(write().error().code.number, util_errors::file_unreadable.number);
}

// docs/examples: the runbook of a plan that was made on the lab.
TEST_F(WriteRunbook, OfARealPlanIsTheExample) {
  std::filesystem::path here = std::filesystem::current_path();
  std::filesystem::path examples = source_directory() / "docs/examples";
  std::filesystem::current_path(examples);
  person.night = *parse_utc_timestamp("2026-11-29T04:20:00Z");
  for (report::Format format : {report::Format::markdown, report::Format::html}) {
    std::string page = text({.plan_file = "lab-lockdown.json",
                             .format = format,
                             .change = "CHG-4711",
                             .options = " -i inventory.yaml"});
    std::string file = format == report::Format::html ? "lab-runbook.html" : "lab-runbook.md";
    if (std::getenv("NIGHTLATCH_RECORD") != nullptr) {
      EXPECT_TRUE(write_file_durably(examples / file, page, 0644));
      ADD_FAILURE() << "written again: " << file;
    }
    EXPECT_EQ(read_file(examples / file).value_or(""), page) << "make it again: NIGHTLATCH_RECORD=1";
  }
  std::filesystem::current_path(here);
}

}  // namespace
}  // namespace nightlatch::operate
