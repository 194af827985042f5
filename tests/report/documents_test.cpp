// Every kind of JSON document, made of every golden manifest where one goes in, fits its schema.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/detection.hpp"
#include "plan/golden_case.hpp"
#include "report/approval.hpp"
#include "report/detect.hpp"
#include "report/history.hpp"
#include "report/hook_event.hpp"
#include "report/lock.hpp"
#include "report/plan.hpp"
#include "report/playbook.hpp"
#include "report/report_samples.hpp"
#include "report/rewrite.hpp"
#include "report/schema_check.hpp"

namespace nightlatch::report {
namespace {

using testing::IsEmpty;

RewriteReport rewrite_report(const plan::Case& golden) {
  RewriteReport report{golden.input.filename(),
                       golden.playbook.name,
                       "mine.yaml",
                       plan::run(golden, golden.bytes),
                       {},
                       {},
                       "add a: b"};
  if (!report.outcome.rewrite) return report;
  const plan::Rewrite& rewrite = *report.outcome.rewrite;
  report.files.push_back({"out/kube-apiserver.yaml", rewrite.edit.sha256_after, rewrite.edit.after, false});
  if (rewrite.config) report.files.push_back({"out/a", rewrite.config->sha256, rewrite.config->bytes, true});
  return report;
}

TEST(Documents, OfEveryGoldenManifestFitTheirSchemas) {
  std::size_t refused = 0;
  for (const std::string& name : plan::case_names()) {
    plan::Case golden = plan::load(name);
    RewriteReport rewrite = rewrite_report(golden);
    refused += rewrite.outcome.rewrite ? 0U : 1U;
    EXPECT_THAT(schema_faults(rewrite_json(rewrite)), IsEmpty()) << name;
    DetectReport detect;
    detect.nodes.push_back(plan::detect({name, golden.bytes, "m.yaml", golden.config, {}}));
    EXPECT_THAT(schema_faults(detect_json(detect)), IsEmpty()) << name;
  }
  EXPECT_GT(refused, 10U);
}

TEST(Documents, OfTheLockThePlaybooksAndTheVersionFitTheirSchemas) {
  EXPECT_THAT(schema_faults(lock_json(std::nullopt)), IsEmpty());
  EXPECT_THAT(schema_faults(lock_json(api::Lease{"ana@bastion2", "r", "p", "t", "t", "taken", "7"})),
              IsEmpty());
  spec::Playbook playbook;
  playbook.paths.push_back({"/metrics", "team", "reason", "2030-01-01"});
  EXPECT_THAT(schema_faults(playbooks_json({{playbook, "what it opens"}, {{}, {}}})), IsEmpty());
  EXPECT_THAT(schema_faults(version_json("0.1.0")), IsEmpty());
}

TEST(Documents, OfEveryHookFitTheSchema) {
  plan::Plan plan = samples::plan();
  plan.of_run = "20261121T0114-7f3a";
  for (plan::HookEvent event : plan::hook_events) {
    bool of_node = event == plan::HookEvent::before_node || event == plan::HookEvent::after_node;
    rollout::CallHook call{.event = event, .limit = std::chrono::seconds(60)};
    if (of_node) call.node = plan.nodes[0].name;
    if (event == plan::HookEvent::after_node) call.outcome = "healthy";
    if (event == plan::HookEvent::after || event == plan::HookEvent::on_failure) {
      call.outcome = "stopped";
      call.cluster = "mixed";
      call.code = 4140;
      call.why = "why";
    }
    std::string document =
        hook_event_json({.plan = plan, .run = "r", .time = "2026-11-22T01:14:05Z", .call = call});
    EXPECT_THAT(schema_faults(document), IsEmpty()) << document;
    EXPECT_THAT(document, testing::HasSubstr(plan::name(event)));
  }
}

TEST(Documents, OfAnApprovalAndOfAPlanWithApprovalsFitTheirSchemas) {
  plan::Plan plan = samples::plan();
  plan.playbook.approvals = {.required = 2, .allowed_signers = "signers", .self = spec::SelfApproval::allow};
  plan.playbook.window = {.timezone = "UTC", .allow = {}, .deny = {}, .calendar = "freeze.ics"};
  plan.playbook.window.allow.weekly.push_back(
      {.days = {std::chrono::Saturday}, .start = std::chrono::hours(22), .duration = std::chrono::hours(4)});
  plan.playbook.hooks.before = spec::Hook{.command = {"/opt/silence", "2h"}};
  plan.outside_window = plan::OutsideWindow{"the certificate ends", "INC-7"};
  plan::seal(plan);
  plan::Approval approval{plan.hash, "bo", {}, "CHG-4711"};
  EXPECT_THAT(schema_faults(approval_json(
                  {plan, approval, "ED25519 key SHA256:x", "p.sigs/bo.txt", "p.sigs/bo.sig", "p"})),
              IsEmpty());
  std::vector<ListedApproval> listed{
      {{.name = "bo", .approval = approval, .key = "ED25519 key SHA256:x", .why_not = {}}, SignerIs::checked},
      {{.name = "ana", .approval = {}, .key = {}, .why_not = "it cannot be read"}, SignerIs::not_checked}};
  std::string document = plan_json({.plan = plan, .approvals = listed});
  EXPECT_THAT(schema_faults(document), IsEmpty());
  EXPECT_THAT(document, testing::HasSubstr("\"why\": \"it cannot be read\""));
  EXPECT_EQ(plan_json({.plan = plan}), plan::to_json(plan)) << "a plan file stays as it is";
}

TEST(Documents, OfARunWithApprovalsPastItsWindowFitsItsSchema) {
  PastRun run{"20261122T0114-7f3a", "prod-eu1", "/d", {}, samples::plan(), {}};
  run.progress.approved_by = "ana, bo";
  run.progress.applied_by = "carl";
  run.progress.outside_window = "the certificate ends";
  run.progress.ticket = "INC-7";
  std::string document = history_json({run});
  EXPECT_THAT(schema_faults(document), IsEmpty());
  EXPECT_THAT(document, testing::HasSubstr("\"INC-7\""));
}

TEST(SchemaCheck, SeesWhatDoesNotFit) {
  EXPECT_THAT(schema_faults(R"({"schema": "nightlatch.dev/version/v1"})"),
              testing::ElementsAre("version: lacks version"));
  EXPECT_THAT(schema_faults(R"({"schema": "nightlatch.dev/version/v1", "version": 1, "x": 2})"),
              testing::ElementsAre("version.version: is not string", "version: has an unknown x"));
  EXPECT_THAT(schema_faults(R"({"schema": "nightlatch.dev/nothing/v1"})"),
              testing::ElementsAre("no schema for nothing"));
  std::vector<std::string> faults;
  collect_faults({{"oneOf", nlohmann::json::array()}}, 1, "x", faults);
  EXPECT_THAT(faults, testing::ElementsAre("x: the schema's oneOf is not judged"));
}

}  // namespace
}  // namespace nightlatch::report
