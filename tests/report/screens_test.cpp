// The screens word for word, at 80 columns, with and without colour; their JSON against docs/schema.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/check_codes.hpp"
#include "plan/take_back.hpp"
#include "report/report_samples.hpp"
#include "report/schema_check.hpp"
#include "report/screen.hpp"
#include "util/errors.hpp"

namespace nightlatch::report {
namespace {

using namespace samples;
using testing::IsEmpty;

// --- detect
// --------------------------------------------------------------------------------------------------

TEST(DetectScreen, IsTheGolden) {
  expect_screen("detect", [](Out& out) { write_text(detect_report(), out); });
}

TEST(DetectScreen, AnEndpointTooLongStaysWholeOnALineOfItsOwn) {
  DetectReport report = detect_report();
  report.cluster.endpoint = "https://" + std::string(120, 'k') + ".example:6443";
  std::string text = screen(plain(), [&](Out& out) { write_text(report, out); });
  EXPECT_THAT(text, testing::HasSubstr("\n" + report.cluster.endpoint + "\n"));
}

TEST(DetectJson, FitsItsSchema) {
  std::string document = detect_json(detect_report());
  EXPECT_THAT(schema_faults(document), IsEmpty());
  auto json = nlohmann::json::parse(document);
  EXPECT_FALSE(json["nodes"][0]["exposure"].contains("paths"));
  EXPECT_EQ(json["nodes"][1]["exposure"]["paths"].size(), 3U);
  EXPECT_EQ(json["nodes"][2]["exposure"]["paths"], nlohmann::json::array());
}

// --- plan
// ----------------------------------------------------------------------------------------------------

TEST(PlanScreen, IsTheGolden) {
  plan::Plan plan = samples::plan();
  expect_screen(
      "plan", [&](Out& out) { write_text({.plan = plan, .bytes = diffs(), .file = "lockdown.json"}, out); });
}

TEST(PlanScreen, OfAFileShowsWhatGoesAndComes) {
  plan::Plan plan = samples::plan();
  std::string text =
      screen(plain(), [&](Out& out) { write_text({.plan = plan, .file = "lockdown.json"}, out); });
  EXPECT_THAT(text,
              testing::HasSubstr("@@ byte 10: add --authentication-config\n-    - --anonymous-auth=false\n"
                                 "+    - --authentication-config="));
}

TEST(PlanScreen, ATokenInAProbeIsNotShown) {
  plan::Plan plan = samples::plan();
  std::map<std::string, plan::NodeBytes> bytes;
  bytes["cp1"].diff = "--- a\n+++ a\n@@ -1,2 +1,2 @@\n         value: Bearer s3cret\n-x\n+eyJs3cret\n";
  std::string text = screen(plain(), [&](Out& out) { write_text({.plan = plan, .bytes = bytes}, out); });
  EXPECT_THAT(text, testing::HasSubstr("         value: Bearer ******\n-x\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("s3cret")));
  std::get<plan::ManifestChange>(plan.changes[0]).splices[0].text = "value: Bearer s3cret\n";
  text = screen(plain(), [&](Out& out) { write_text({.plan = plan, .file = "lockdown.json"}, out); });
  EXPECT_THAT(text, testing::HasSubstr("+value: Bearer ******\n"));
}

TEST(PlanScreen, ShowsEachWriteToTheApiWhereTheListHasIt) {
  plan::Plan plan = samples::plan();
  plan.changes.insert(plan.changes.begin() + 1, samples::object_change("between"));
  plan.changes.insert(plan.changes.begin(), samples::object_change("first"));
  plan.changes.emplace_back(samples::object_change("kubeadm-config"));
  std::string text = screen(plain(), [&](Out& out) { write_text({.plan = plan, .file = "p.json"}, out); });
  EXPECT_THAT(text, testing::HasSubstr("ConfigMap kube-system/first, before the first node\n"
                                       "@@ byte 3: add new\n-old\n+new\n"));
  EXPECT_THAT(text, testing::HasSubstr("ConfigMap kube-system/between, after 1 node\n"));
  EXPECT_THAT(text, testing::HasSubstr("ConfigMap kube-system/kubeadm-config, after the last node\n"));
  std::map<facts::ObjectReference, std::string> diffs{
      {samples::object_change("first").object, "--- a\n+++ a\n@@ -1 +1 @@\n-was\n+is\n"}};
  text = screen(plain(), [&](Out& out) { write_text({.plan = plan, .object_diffs = diffs}, out); });
  EXPECT_THAT(text, testing::HasSubstr("before the first node\n@@ -1 +1 @@\n-was\n+is\n"));
}

TEST(PlanScreen, SaysWhenNothingIsToChange) {
  plan::Plan plan = samples::plan();
  plan.changes.clear();
  for (plan::NodePlan& node : plan.nodes) node.before = node.after;
  std::string text = screen(plain(), [&](Out& out) { write_text(PlanScreen{.plan = plan}, out); });
  EXPECT_THAT(text, testing::EndsWith("Nothing to change: every node is as planned.\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("\nnext")));
}

TEST(PlanJson, FitsItsSchema) {
  plan::Plan plan = samples::plan();
  EXPECT_THAT(schema_faults(plan::to_json(plan)), IsEmpty());
  plan.changes.emplace_back(samples::object_change("kubeadm-config"));
  EXPECT_THAT(schema_faults(plan::to_json(plan)), IsEmpty());
}

// --- run
// -----------------------------------------------------------------------------------------------------

TEST(RunScreen, ADoneRunIsTheGolden) {
  RunSample sample = done_run();
  expect_screen("run-done", [&](Out& out) { write_text(sample.report(), out); });
}

TEST(RunScreen, AMixedClusterIsTheGolden) {
  RunSample sample = mixed_run();
  expect_screen("run-mixed", [&](Out& out) { write_text(sample.report(), out); });
}

TEST(RunScreen, ANodeThatNeedsAPersonIsTheGolden) {
  RunSample sample = mixed_run();
  sample.result.nodes[1] = {
      "cp1", NodeOutcome::needs_person,
      rollout::Trouble{
          rollout_errors::not_healthy_again.number, "cp1: no new kube-apiserver was seen for 5 min", {}}};
  sample.result.outcome = Outcome::needs_person;
  sample.result.exit = Exit::needs_person;
  expect_screen("run-needs-person", [&](Out& out) { write_text(sample.report(), out); });
}

TEST(RunScreen, NothingToDoIsSaid) {
  RunSample sample;
  RunReport report{{}, sample.plan, nothing_to_do(sample.plan), {}, {}, DryRun::no};
  EXPECT_EQ(screen(plain(), [&](Out& out) { write_text(report, out); }),
            "ok  already as planned: nothing was changed\n\n"
            "next   nightlatch verify -p health-only   asks every API server\n");
}

TEST(RunJson, FitsItsSchemaAndTellsExposureAsItIsNow) {
  RunSample sample = mixed_run();
  std::string document = run_json(sample.report(), "");
  EXPECT_THAT(schema_faults(document), IsEmpty());
  auto json = nlohmann::json::parse(document);
  EXPECT_EQ(json["outcome"], "stopped");
  EXPECT_EQ(json["cluster"], "mixed");
  EXPECT_EQ(json["exit"], 10);
  EXPECT_EQ(json["plan"], sample.plan.hash);
  EXPECT_EQ(json["nodes"][0]["exposure"]["after"]["state"], "restricted");
  EXPECT_EQ(json["nodes"][1]["exposure"]["after"]["state"], "open");
  EXPECT_EQ(json["nodes"][0]["seconds"]["restarted"], 38.1);
  EXPECT_EQ(json["nodes"][1]["trouble"]["code"], "NL4202");
  EXPECT_EQ(json["next"].back(), "nightlatch rollback 20261122T0114-7f3a");
}

TEST(RunJson, TellsOfEveryObjectWhatBecameOfIt) {
  RunSample sample = mixed_run();
  sample.plan.changes.insert(sample.plan.changes.begin(), samples::object_change("settings"));
  sample.plan.changes.emplace_back(samples::object_change("kubeadm-config"));
  sample.result.objects_left = {samples::object_change("kubeadm-config").object};
  std::string document = run_json(sample.report(), "");
  EXPECT_THAT(schema_faults(document), IsEmpty());
  auto json = nlohmann::json::parse(document);
  EXPECT_EQ(json["kubeadmConfig"], "left");
  EXPECT_EQ(json["objects"][0]["object"], "ConfigMap kube-system/settings");
  EXPECT_EQ(json["objects"][0]["outcome"], "changed");
  EXPECT_EQ(json["objects"][1]["outcome"], "left");
  sample.result.objects_unknown = sample.result.objects_left;
  document = run_json(sample.report(), "");
  EXPECT_THAT(schema_faults(document), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(document)["kubeadmConfig"], "unknown");
}

TEST(RunSummary, OfARollbackThatSkippedANodeNamesItInTextAndJson) {
  RunSample sample = samples::skipping_run();
  std::string text = screen(plain(), [&](Out& out) { write_text(sample.report(), out); });
  EXPECT_THAT(text, testing::HasSubstr("cp3  skipped"));
  EXPECT_THAT(text, testing::HasSubstr("Rolled back without cp3."));
  EXPECT_THAT(text, testing::HasSubstr("The cluster is mixed: cp1 and cp2 went back as before."));
  EXPECT_THAT(text, testing::HasSubstr("cp3 did not answer and was left as it is (--skip)"));
  EXPECT_THAT(text, testing::HasSubstr("next   nightlatch rollback 20261122T0101-1c2d"));
  EXPECT_THAT(text, testing::HasSubstr("exit 10"));
  std::string document = run_json(sample.report(), "");
  EXPECT_THAT(schema_faults(document), IsEmpty());
  auto json = nlohmann::json::parse(document);
  EXPECT_EQ(json["exit"], 10);
  EXPECT_EQ(json["cluster"], "mixed");
  EXPECT_EQ(json["nodes"][2]["name"], "cp3");
  EXPECT_EQ(json["nodes"][2]["skipped"], true);
  EXPECT_EQ(json["nodes"][2]["exposure"]["after"]["state"], "unknown");
}

TEST(RunSummary, OfARollbackNamesTheNodesThatJoinedSince) {
  RunSample sample = done_run();
  sample.plan.direction = plan::Direction::rollback;
  sample.result.cluster = ClusterState::old_state;
  auto text = [&] { return screen(plain(), [&](Out& out) { write_text(sample.report(), out); }); };
  EXPECT_THAT(text(), testing::HasSubstr("Anonymous access is as it was before that run, on every node."));
  plan::PlanCheck joined{
      plan::PlanCheck::Grade::warning, "cp4 joined", plan_checks::node_joined.number, {"cp4", "", ""}};
  sample.plan.checks.push_back(joined);
  EXPECT_THAT(text(), testing::HasSubstr(
                          "On the nodes of that run, anonymous access is as it was before the run. cp4\n"
                          "joined since and was not touched"));
  EXPECT_THAT(text(), testing::Not(testing::HasSubstr("on every node")));
  joined.subject.node = "cp5";
  sample.plan.checks.push_back(joined);
  EXPECT_THAT(text(), testing::HasSubstr("cp4 and\ncp5 joined since and were not touched"));
}

// A kubeadm upgrade since the run: the manifest is a newer version's, and stays so.
TEST(RunSummary, OfARollbackNamesTheManifestsWhoseEditStays) {
  RunSample sample = done_run();
  sample.plan.direction = plan::Direction::rollback;
  sample.result.cluster = ClusterState::old_state;
  sample.plan.checks.push_back(plan::edit_kept(sample.plan.nodes[0], "r1"));
  std::string name = sample.plan.nodes[0].name;
  std::string text = screen(plain(1000), [&](Out& out) { write_text(sample.report(), out); });
  EXPECT_THAT(text,
              testing::HasSubstr("Anonymous access is as it was before that run, on every node. What was "
                                 "edited in the manifest of " +
                                 name + " since then stays."));
  sample.plan.reason = "an incident";
  text = screen(plain(1000), [&](Out& out) { write_text(sample.report(), out); });
  EXPECT_THAT(text,
              testing::HasSubstr("Requests without credentials reach every path again, on every node."));
}

TEST(RunSummary, NamesTheRollbackThatWorksWithoutASilentNode) {
  RunSample sample = mixed_run();
  sample.result.nodes[1] = {"cp1", NodeOutcome::unknown,
                            rollout::Trouble{4303, "cp1 did not answer", {}, "cp1"}};
  sample.result.outcome = Outcome::needs_person;
  auto text = [&] { return screen(plain(), [&](Out& out) { write_text(sample.report(), out); }); };
  EXPECT_THAT(text(), testing::HasSubstr("nightlatch rollback 20261122T0114-7f3a --skip cp1"));
  sample.result.nodes[1].trouble->silent_node.clear();
  EXPECT_THAT(text(), testing::Not(testing::HasSubstr("--skip")));
  sample.result.trouble = rollout::Trouble{4304, "cp2: did not answer", {}, "cp2"};
  EXPECT_THAT(text(), testing::HasSubstr("--skip cp2"));
}

TEST(RunSummary, NothingToUndoBesideASkippedNodeIsSaid) {
  RunSample sample = samples::skipping_run();
  sample.plan.changes.clear();
  RunReport report = sample.report();
  report.run.clear();
  report.result = nothing_to_do(sample.plan);
  std::string text = screen(plain(), [&](Out& out) { write_text(report, out); });
  EXPECT_THAT(text, testing::HasSubstr("every node that answers is as planned already: nothing was changed"));
  EXPECT_THAT(text, testing::HasSubstr("cp3 did not answer and was left as it is (--skip)"));
  EXPECT_THAT(text, testing::HasSubstr("exit 10"));
}

TEST(StatusScreen, SaysWhichNodeARollbackSkipped) {
  StatusReport report = status_report();
  report.nodes[1] = {"cp2", "confirmed", "2026-11-22T01:24:02Z", "old", open(), true, {}, {}, {}, {}};
  report.nodes[2] = {"cp3", "", "", "new", restricted(), true, {}, {}, {}, {}, true};
  report.of_run = "20261122T0101-1c2d";
  std::string text = screen(plain(), [&](Out& out) { write_text(report, out); });
  EXPECT_THAT(text, testing::HasSubstr("cp3   skipped"));
  EXPECT_THAT(text, testing::HasSubstr("cp3: run 20261122T0114-7f3a left it as it was (--skip)"));
  EXPECT_THAT(text, testing::HasSubstr("next   nightlatch rollback 20261122T0101-1c2d"));
  EXPECT_THAT(schema_faults(status_json(report, "")), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(status_json(report, ""))["nodes"][2]["skipped"], true);
}

TEST(HistoryScreen, AnEmptyJournalDidNotBeginIn1970) {
  PastRun run = past_run();
  run.progress = {};
  std::string text = screen(plain(), [&](Out& out) { write_one(run, out); });
  EXPECT_THAT(text, testing::HasSubstr("its journal has no record"));
  EXPECT_THAT(text, testing::HasSubstr("plan " + run.plan->short_hash()));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("1970")));
}

TEST(RunSummary, WithoutAPlanToCarryOutSaysWhy) {
  RunReport report;
  report.plan.direction = plan::Direction::rollback;
  report.plan.cluster = "prod-eu1";
  report.nothing = "No run of prod-eu1 has left a change that could be undone: nothing was changed.";
  EXPECT_THAT(screen(plain(), [&](Out& out) { write_text(report, out); }),
              testing::StartsWith("ok  No run of prod-eu1 has left a change that could be undone"));
  EXPECT_THAT(schema_faults(run_json(report, "")), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(run_json(report, ""))["exit"], 0);
}

TEST(HistoryScreen, SaysWhatTheRunHasNotedOfItsNodes) {
  PastRun run = past_run();
  fold(run.progress, run.progress.last_ms, "cp1", "gated", rollout::Phase::done,
       {{"note", "/metrics did not answer"}});
  EXPECT_THAT(screen(plain(), [&](Out& out) { write_one(run, out); }),
              testing::HasSubstr("!  cp1: /metrics did not answer\n"));
}

TEST(HistoryScreen, SaysWhichNodeARollbackSkipped) {
  PastRun run = past_run();
  run.plan = samples::skipping_run().plan;
  run.progress.direction = "rollback";
  run.progress.of = "20261122T0101-1c2d";
  std::string text = screen(plain(), [&](Out& out) { write_one(run, out); });
  EXPECT_THAT(text, testing::HasSubstr("rollback of 20261122T0101-1c2d, without cp3"));
  EXPECT_THAT(text, testing::HasSubstr("cp3  skipped"));
  EXPECT_EQ(nlohmann::json::parse(history_json({run}))["runs"][0]["nodes"][2]["outcome"], "skipped");
}

TEST(RunSummary, NamesTheObjectsThatWereLeft) {
  RunSample sample = mixed_run();
  sample.plan.changes.emplace_back(samples::object_change("kubeadm-config"));
  sample.result.objects_left = {samples::object_change("kubeadm-config").object};
  sample.result.outcome = rollout::Outcome::stopped;
  for (rollout::NodeResult& node : sample.result.nodes)
    node = {node.node, rollout::NodeOutcome::confirmed, {}};
  std::string text = screen(plain(), [&](Out& out) { write_text(sample.report(), out); });
  EXPECT_THAT(text, testing::HasSubstr("ConfigMap kube-system/kubeadm-config  left as it was"));
  EXPECT_THAT(text,
              testing::HasSubstr("Every node is as planned; ConfigMap kube-system/kubeadm-config is not."));
  EXPECT_THAT(text, testing::HasSubstr("kubeadm upgrade would write the\n   old flags again"));
  sample.result.objects_unknown = sample.result.objects_left;
  text = screen(plain(), [&](Out& out) { write_text(sample.report(), out); });
  EXPECT_THAT(text, testing::HasSubstr("kubeadm-config  not known whether it was written"));
  EXPECT_THAT(text, testing::HasSubstr("kubeadm-config may not be."));
}

TEST(RunJson, OfANodeThatWouldNotStartFitsItsSchema) {
  RunSample sample = mixed_run();
  sample.plan.nodes[0].before = {
      access::ExposureState::will_not_start, {}, "flag and file", "anonymous: Forbidden"};
  std::string document = run_json(sample.report(), "");
  EXPECT_THAT(schema_faults(document), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(document)["nodes"][0]["exposure"]["before"]["refusal"],
            "anonymous: Forbidden");
}

// --- verify
// --------------------------------------------------------------------------------------------------

TEST(VerifyScreen, AllAsPlannedIsTheGolden) {
  VerifyReport report = verify_report();
  report.loaded = "loaded config sha256:9d62abfc6a49 on 2 of 2";
  expect_screen("verify-ok", [&](Out& out) { write_text(report, Detail::brief, out); });
}

TEST(VerifyScreen, AContradictionAndASilenceAreTheGolden) {
  VerifyReport report = verify_report();
  report.matrix.checks[4].seen.status = 200;
  report.matrix.checks[8] = check("load balancer", facts::Purpose::must_be_closed, "/api", 401, 0);
  expect_screen("verify-contradiction", [&](Out& out) { write_text(report, Detail::brief, out); });
}

TEST(VerifyJson, FitsItsSchema) {
  VerifyReport report = verify_report();
  auto json = nlohmann::json::parse(verify_json(report));
  EXPECT_THAT(schema_faults(verify_json(report)), IsEmpty());
  EXPECT_EQ(json["ok"], true);
  report.matrix.checks[4].seen.status = 200;
  json = nlohmann::json::parse(verify_json(report));
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["checks"][4]["ok"], false);
  EXPECT_EQ(json["checks"][4]["seen"], 200);
}

// --- status and history
// --------------------------------------------------------------------------------------

TEST(StatusScreen, IsTheGolden) {
  expect_screen("status", [](Out& out) { write_text(status_report(), out); });
}

TEST(StatusScreen, ShowsTheGuard) {
  expect_screen("status-guard", [](Out& out) { write_text(guarded_report(), out); });
}

TEST(ConfirmScreen, IsTheGolden) {
  expect_screen("confirm", [](Out& out) { write_text(confirm_report(), out); });
}

TEST(ConfirmJson, FitsItsSchema) {
  EXPECT_THAT(schema_faults(confirm_json(confirm_report(), "-i prod.yaml")), IsEmpty());
}

// --- node prepare
// --------------------------------------------------------------------------------------------

TEST(PrepareScreen, IsTheGolden) {
  expect_screen("prepare", [](Out& out) { write_text(prepare_report(), out); });
}

TEST(PrepareScreen, SaysWhenNothingWasWritten) {
  PrepareReport report = prepare_report();
  auto text = [&] { return screen(plain(), [&](Out& out) { write_text(report, out); }); };
  report.outcome = Prepared::there;
  EXPECT_THAT(text(), testing::HasSubstr("cp4  ready  the file is there already: nothing was written\n"));
  report.outcome = Prepared::would_place;
  EXPECT_THAT(text(), testing::HasSubstr("cp4  the file would be placed: nothing was written\n"));
  EXPECT_THAT(text(), testing::HasSubstr("next   nightlatch node prepare cp4\n"));
  report.outcome = Prepared::nothing;
  report.file.reset();
  EXPECT_THAT(text(),
              testing::HasSubstr("cp4  no manifest names a configuration file: nothing to prepare\n"));
}

TEST(PrepareJson, FitsItsSchemaWithoutTheFilesBytes) {
  PrepareReport report = prepare_report();
  std::string document = prepare_json(report, " -i prod.yaml");
  EXPECT_THAT(schema_faults(document), IsEmpty());
  EXPECT_THAT(document, testing::Not(testing::HasSubstr("AuthenticationConfiguration")));
  auto json = nlohmann::json::parse(document);
  EXPECT_EQ(json["outcome"], "placed");
  EXPECT_EQ(json["file"]["mode"], "640");
  report.outcome = Prepared::would_place;
  EXPECT_EQ(nlohmann::json::parse(prepare_json(report, " -i prod.yaml"))["next"][0],
            "nightlatch node prepare cp4 -i prod.yaml");
  report.outcome = Prepared::nothing;
  report.file.reset();
  EXPECT_THAT(schema_faults(prepare_json(report, "")), IsEmpty());
}

TEST(StatusReport, WhatWasNotReadIsNotSaidToKnowNoRun) {
  StatusReport report = status_report();
  report.run.clear();
  auto said = [&] {
    std::string text;
    Out out(text, plain());
    write_text(report, out);
    return text;
  };
  EXPECT_THAT(said(), testing::HasSubstr("No node knows a run of nightlatch."));
  report.nodes[1].unread = Error{util_errors::file_unreadable, "cp2 cannot be reached", {}, {}, {}, {}};
  EXPECT_THAT(said(), testing::HasSubstr(
                          "The nodes that were read (cp1, cp3) know no run of nightlatch; the others may."));
  for (NodeStatus& node : report.nodes) node.unread = report.nodes[1].unread;
  EXPECT_THAT(said(),
              testing::HasSubstr("No node could be read: whether a run is in progress is not known."));
  EXPECT_THAT(said(), testing::HasSubstr("next   nightlatch status   when every node can be reached"));
}

TEST(StatusReport, ClusterIsUnknownWhenANodeIsNotRead) {
  StatusReport report = status_report();
  EXPECT_EQ(report.cluster_state(), "mixed");
  EXPECT_EQ(report.state(), RunState::unfinished);
  report.nodes[1].unread = Error{plan_detect_errors::not_judged, "cp2: no answer", {}, {}, {}, {}};
  EXPECT_EQ(report.cluster_state(), "unknown");
}

TEST(StatusJson, FitsItsSchema) {
  EXPECT_THAT(schema_faults(status_json(status_report(), "")), IsEmpty());
  EXPECT_THAT(schema_faults(status_json(guarded_report(), "")), IsEmpty());
  StatusReport loops = status_report();
  loops.nodes[0].exposure = {
      access::ExposureState::will_not_start, {}, "flag and file", "anonymous: Forbidden"};
  EXPECT_THAT(schema_faults(status_json(loops, "")), IsEmpty());
}

TEST(HistoryScreen, IsTheGolden) {
  PastRun unfinished{"20261122T0300-7f3a", "prod-eu1", "/home/ana/runs/x", {}, {}, {}};
  expect_screen("history", [&](Out& out) { write_text(std::vector<PastRun>{unfinished, past_run()}, out); });
}

TEST(HistoryScreen, OneRunIsTheGolden) {
  expect_screen("history-one", [](Out& out) { write_one(past_run(), out); });
}

TEST(HistoryJson, FitsItsSchema) {
  EXPECT_THAT(schema_faults(history_json({past_run()})), IsEmpty());
}

}  // namespace
}  // namespace nightlatch::report
