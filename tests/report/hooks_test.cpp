// What screens say of hooks: the plan that has them, the run that calls them, its report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/live_view.hpp"
#include "report/plan.hpp"
#include "report/report_samples.hpp"
#include "report/screen.hpp"
#include "rollout/errors.hpp"

namespace nightlatch::report {
namespace {

using rollout::Phase;
using testing::HasSubstr;
using testing::Not;

plan::Plan plan_with_hooks() {
  plan::Plan plan = samples::plan();
  plan.playbook.hooks.before_node = spec::Hook{.command = {"/opt/drain", "control plane", "TCP:lb1:9999"},
                                               .timeout = std::chrono::seconds(90)};
  plan.playbook.hooks.on_failure = spec::Hook{.command = {"/opt/tell"}};
  plan::seal(plan);
  return plan;
}

std::string markdown_of(const Page& page) {
  std::string text;
  Out out(text, plain());
  write_markdown(page, out);
  return text;
}

rollout::Record hook_record(const std::string& node, const std::string& step, Phase phase,
                            std::map<std::string, std::string> data) {
  return {0, 1000, "r", node, step, phase, std::move(data)};
}

TEST(HookScreens, APlanShowsWhatRunsOnTheWorkstation) {
  std::string text = markdown_of(page_of(PlanScreen{.plan = plan_with_hooks(), .bytes = {}}));
  EXPECT_THAT(text, HasSubstr("Hooks, on this workstation"));
  EXPECT_THAT(text, HasSubstr("/opt/drain 'control plane' TCP:lb1:9999"));
  EXPECT_THAT(text, HasSubstr("at most 1 min 30 s"));
  EXPECT_THAT(markdown_of(page_of(PlanScreen{.plan = samples::plan(), .bytes = {}})),
              Not(HasSubstr("Hooks")));
}

TEST(HookScreens, WithoutATerminalEachHookIsALine) {
  std::string text;
  Out out(text, plain());
  plan::Plan plan = plan_with_hooks();
  LiveView view(plan, out);
  view.on_record(hook_record("", "run", Phase::intend, {}));
  view.on_record(hook_record("", "verified", Phase::intend, {}));
  EXPECT_EQ(text, "");
  view.on_record(hook_record("", "before", Phase::intend, {{"program", "/opt/silence"}}));
  view.on_record(hook_record("", "before", Phase::done, {{"output", "silence 7\n"}}));
  view.on_record(hook_record("cp2", "afterNode-late", Phase::intend, {{"program", "/opt/ready"}}));
  view.on_record(
      hook_record("cp2", "afterNode-late", Phase::done, {{"note", "the hook afterNode failed: \033[1mno"}}));
  EXPECT_EQ(text,
            "1970-01-01T00:00:01Z  hook before: /opt/silence\n"
            "1970-01-01T00:00:01Z  cp2  hook afterNode: /opt/ready\n"
            "1970-01-01T00:00:01Z  cp2  the hook afterNode failed: \\x1b[1mno\n");
}

TEST(HookScreens, AReportHasTheirNotesAndSaysWhereTheRollStopped) {
  RunReport report{.run = "r",
                   .plan = plan_with_hooks(),
                   .result = nothing_to_do(plan_with_hooks()),
                   .progress = {},
                   .directory = {}};
  for (rollout::NodeResult& node : report.result.nodes) node.outcome = rollout::NodeOutcome::confirmed;
  report.result.outcome = rollout::Outcome::stopped;
  report.result.exit = Exit::mixed;
  report.result.cluster = rollout::ClusterState::new_state;
  report.result.trouble =
      rollout::Trouble{rollout_errors::hook_failed.number, "cp1: the hook afterNode failed: why", {}};
  report.progress.notes = {"the hook onFailure failed: there is no such program"};
  std::string text = markdown_of(page_of(report));
  EXPECT_THAT(text, HasSubstr("Every node is as planned; the roll stopped behind the last one."));
  EXPECT_THAT(text, HasSubstr("the hook onFailure failed: there is no such program"));
  EXPECT_THAT(text, HasSubstr("NL4140"));
  std::string json = run_json(report, "");
  EXPECT_THAT(json,
              HasSubstr("\"notes\": [\n    \"the hook onFailure failed: there is no such program\"\n  ]"));
}

}  // namespace
}  // namespace nightlatch::report
