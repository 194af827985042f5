// The command line as a whole: usage errors, the terminal that is not there, the shells' completion.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "places.hpp"
#include "report/samples.hpp"
#include "report/schema_check.hpp"

namespace nightlatch::cli {
namespace {

using report::schema_faults;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(CommandLine, WithoutACommandItSaysWhereToStart) {
  Sandbox sandbox;
  Finished finished = sandbox.run("");
  EXPECT_EQ(finished.exit, 0);
  EXPECT_EQ(finished.out,
            "nightlatch closes anonymous access to self-managed Kubernetes control planes.\n"
            "\n"
            "Where to start:\n"
            "  nightlatch detect                 Show how exposed every API server is\n"
            "  nightlatch plan -p health-only    Show what would change, and change nothing\n"
            "  nightlatch rewrite kube-apiserver.yaml -p health-only\n"
            "                                    Show what would change in one manifest\n"
            "  nightlatch --help                 List every command\n");
  EXPECT_EQ(finished.err, "");
}

// A script that redirects a document to a full disk must not take the empty file for it.
TEST(CommandLine, OutputThatCannotBeWrittenIsNoSuccess) {
  Sandbox sandbox;
  Finished finished = sandbox.shell("nightlatch playbook show health-only >/dev/full");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("error NL1002  standard output: No space left on device"));
  EXPECT_EQ(sandbox.shell("nightlatch playbook show health-only | head -n 1; exit ${PIPESTATUS:-0}").exit, 0)
      << "a reader that has seen enough is no error";
}

// Otherwise the kubeconfig's current context would be meant, whatever the operator named.
TEST(CommandLine, AClusterWithoutAnInventoryIsRefused) {
  Sandbox sandbox;
  for (const char* verb : {"detect", "status", "apply -p health-only --yes", "rollback --yes"}) {
    Finished finished = sandbox.run(std::string(verb) + " --cluster staging");
    EXPECT_EQ(finished.exit, 2) << verb;
    EXPECT_THAT(finished.err, HasSubstr("NL1063")) << verb;
  }
}

// The word after its value is not another value: RUN may follow.
TEST(CommandLine, SkipTakesOneNodeAndMayBeRepeated) {
  Sandbox sandbox;
  Finished finished = sandbox.run("rollback --skip cp2 r1 --skip cp3 --yes --cluster staging");
  EXPECT_THAT(finished.err, HasSubstr("NL1063")) << "the line is understood";
  EXPECT_EQ(sandbox.run("rollback --skip").exit, 2);
}

TEST(CommandLine, AnUnknownWordIsNamedWithTheClosestKnownOne) {
  Sandbox sandbox;
  Finished command = sandbox.run("detekt");
  EXPECT_EQ(command.exit, 2);
  EXPECT_EQ(command.err,
            "error NL1051  nightlatch: there is no command \"detekt\"\n"
            "  did you mean \"detect\"?\n"
            "  nightlatch --help\n"
            "exit 2\n");
  Finished option = sandbox.run("apply plan.json --accept-outrage");
  EXPECT_EQ(option.exit, 2);
  EXPECT_EQ(option.err,
            "error NL1051  nightlatch apply: there is no option \"--accept-outrage\"\n"
            "  did you mean \"--accept-outage\"?\n"
            "  nightlatch apply --help\n"
            "exit 2\n");
  EXPECT_THAT(sandbox.run("playbook chek mine.yaml").err,
              StartsWith("error NL1051  nightlatch playbook: there is no command \"chek\"\n"
                         "  did you mean \"check\"?\n"));
  EXPECT_THAT(sandbox.run("status one two").err,
              StartsWith("error NL1051  nightlatch status: the argument \"two\" is one too many\n"));
}

TEST(CommandLine, WhatIsMissingOrWrongIsToldOfTheCommandThatWasTyped) {
  Sandbox sandbox;
  for (const auto& [line, message] : std::vector<std::pair<std::string, std::string>>{
           {"rewrite", "nightlatch rewrite: MANIFEST is required"},
           {"detect -o xml",
            "nightlatch detect: --output: xml not in "
            "{text,json,md,html,sarif,junit,jsonl,prometheus,yaml,sh}"},
           {"verify -o html", "nightlatch verify: --output: html not in {text,json,prometheus}"},
           {"-o md status", "nightlatch status: --output: md not in {text,json}"},
           {"node", "nightlatch node: one of its commands must follow: prepare, wrapper"},
           {"playbook", "nightlatch playbook: one of its commands must follow: list, show, check"},
           {"plan show", "nightlatch plan show: PLAN is required"},
           {"apply --yes", "nightlatch apply: "},
           {"status --break-lock", "nightlatch status: "},
           {"plan", "nightlatch plan: "}}) {
    Finished finished = sandbox.run(line);
    EXPECT_EQ(finished.exit, 2) << line;
    EXPECT_THAT(finished.err, StartsWith("error NL1051  " + message)) << line;
    std::string command = message.substr(0, message.find(':'));
    EXPECT_THAT(finished.err, HasSubstr("\n  " + command + " --help\nexit 2\n")) << line;
  }
}

TEST(CommandLine, ItsVersionIsToldByThreeNames) {
  Sandbox sandbox;
  Finished version = sandbox.run("version");
  EXPECT_EQ(version.exit, 0);
  EXPECT_THAT(version.out, StartsWith("nightlatch "));
  for (const std::string line : {"--version", "-V", "detect --version"}) {
    bool of_a_command = line.starts_with("detect");
    EXPECT_EQ(sandbox.run(line).out, of_a_command ? "" : version.out) << line;
  }
  EXPECT_THAT(schema_faults(sandbox.run("--version -o json").out), IsEmpty());
}

TEST(CommandLine, SharedOptionsStandBeforeAndAfterTheCommand) {
  Sandbox sandbox;
  EXPECT_THAT(schema_faults(sandbox.run("-o json history").out), IsEmpty());
  EXPECT_THAT(schema_faults(sandbox.run("history -o json").out), IsEmpty());
}

TEST(CommandLine, WithoutTerminalAndWithoutYesNothingIsDone) {
  Sandbox sandbox;
  for (const std::string line : {"apply -p health-only -o json", "rollback -o json", "resume -o json"}) {
    Finished finished = sandbox.run(line);
    EXPECT_EQ(finished.exit, 2) << line;
    EXPECT_THAT(schema_faults(finished.out), IsEmpty()) << line;
    EXPECT_EQ(nlohmann::json::parse(finished.out)["errors"][0]["code"], "NL1054") << line;
    EXPECT_FALSE(std::filesystem::exists(sandbox / "state")) << line;
  }
}

TEST(CommandLine, ApplyTakesAPlanOrAPlaybook) {
  Sandbox sandbox;
  EXPECT_EQ(sandbox.run("apply --yes").exit, 2);
  static_cast<void>(sandbox.write("plan.json", "{}"));
  Finished both = sandbox.run("apply plan.json -p health-only --yes");
  EXPECT_EQ(both.exit, 2);
  EXPECT_THAT(both.err, HasSubstr("NL1051"));
  Finished no_plan = sandbox.run("apply plan.json --yes");
  EXPECT_EQ(no_plan.exit, 2);
  EXPECT_THAT(no_plan.err, HasSubstr("NL3001"));
}

TEST(CommandLine, APlanIsAppliedToItsOwnCluster) {
  Sandbox sandbox;
  static_cast<void>(sandbox.write("plan.json", plan::to_json(report::samples::plan())));
  Finished finished = sandbox.run("apply plan.json --yes --cluster west");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err,
              StartsWith("error NL1058  the plan is of cluster prod-eu1, --cluster says west\n"));
}

TEST(CommandLine, APlanFileIsShown) {
  Sandbox sandbox;
  static_cast<void>(sandbox.write("plan.json", plan::to_json(report::samples::plan())));
  EXPECT_THAT(sandbox.run("plan show plan.json").out, HasSubstr("next   nightlatch apply plan.json\n"));
  EXPECT_THAT(schema_faults(sandbox.run("plan show plan.json -o json").out), IsEmpty());
  EXPECT_THAT(sandbox.run("plan show plan.json -o md").out, StartsWith("# Plan "));
  EXPECT_THAT(sandbox.run("-o html plan show plan.json").out, StartsWith("<!DOCTYPE html>\n"));
}

TEST(CommandLine, DetectPrintsAPage) {
  Sandbox sandbox;
  static_cast<void>(sandbox.write("m.yaml", golden_manifest("kubeadm-1.34")));
  EXPECT_THAT(sandbox.run("detect --manifest m.yaml -o html").out,
              HasSubstr("<title>Exposure of m.yaml</title>"));
  EXPECT_THAT(sandbox.run("detect --manifest m.yaml -o md").out, StartsWith("# Exposure of m.yaml\n"));
}

TEST(CommandLine, NodePrepareNeedsAHost) {
  Sandbox sandbox;
  EXPECT_EQ(sandbox.run("node").exit, 2);
  Finished finished = sandbox.run("node prepare");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("it takes a HOST"));
}

TEST(CommandLine, PlanNeedsAPlaybook) {
  Sandbox sandbox;
  Finished finished = sandbox.run("plan");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("-p PLAYBOOK is needed"));
}

constexpr const char* two_clusters =
    "apiVersion: nightlatch.dev/v1\nkind: Inventory\nclusters:\n"
    "- name: east\n  kubeconfig: kubeconfig\n  nodes: [{name: cp1, host: 127.0.0.1, port: 1}]\n"
    "- name: west\n  kubeconfig: kubeconfig\n  nodes: [{name: cp1, host: 127.0.0.2, port: 1}]\n";

TEST(CommandLine, OneClusterAtATime) {  // S10
  Sandbox sandbox;
  static_cast<void>(sandbox.write("inventory.yaml", two_clusters));
  Finished several = sandbox.run("detect -i inventory.yaml");
  EXPECT_EQ(several.exit, 2);
  EXPECT_EQ(several.err,
            "error NL1052  inventory.yaml has 2 clusters: one at a time\n"
            "  east\n"
            "  west\n"
            "  choose one with --cluster NAME\n"
            "exit 2\n");
  Finished unknown = sandbox.run("detect -i inventory.yaml --cluster wst");
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.err, HasSubstr("NL1053"));
  EXPECT_THAT(unknown.err, HasSubstr("did you mean \"west\"?"));
}

TEST(CommandLine, WhatCannotBeReachedIsSevenToReadersAndThreeToPlanners) {  // S25
  Sandbox sandbox;
  static_cast<void>(sandbox.write("inventory.yaml", two_clusters));
  static_cast<void>(sandbox.write(
      "kubeconfig",
      "apiVersion: v1\nkind: Config\ncurrent-context: east\n"
      "clusters: [{name: east, cluster: {server: 'https://127.0.0.1:1', certificate-authority-data: "
      "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tClptOXYKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=}}]\n"
      "users: [{name: ana, user: {token: secret-of-ana}}]\n"
      "contexts: [{name: east, context: {cluster: east, user: ana}}]\n"));
  Finished detect = sandbox.run("detect -i inventory.yaml --cluster east -o json");
  EXPECT_THAT(detect.out + detect.err, testing::Not(HasSubstr("secret-of-ana")));
  EXPECT_EQ(detect.exit, 7) << detect.err;
  EXPECT_THAT(schema_faults(detect.out), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(detect.out)["unread"].size(), 2U);
  Finished plan = sandbox.run("plan -i inventory.yaml --cluster east -p health-only -o json");
  EXPECT_EQ(plan.exit, 3) << plan.err;
  EXPECT_THAT(schema_faults(plan.out), IsEmpty());
  Finished prepare = sandbox.run("node prepare cp2 -i inventory.yaml --cluster east -o json");
  EXPECT_EQ(prepare.exit, 3) << prepare.err;
  EXPECT_THAT(schema_faults(prepare.out), IsEmpty());
  EXPECT_EQ(sandbox.run("status -i inventory.yaml --cluster east").exit, 7);
  EXPECT_EQ(sandbox.run("verify -i inventory.yaml --cluster east").exit, 7);
}

TEST(CommandLine, ARunNobodyKnowsIsTwo) {
  Sandbox sandbox;
  Finished finished = sandbox.run("history 20261122T0114-7f3a");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("NL1056"));
}

TEST(Playbooks, AreListedShownAndChecked) {
  Sandbox sandbox;
  EXPECT_THAT(sandbox.run("playbook list").out, HasSubstr("\nhealth-only"));
  EXPECT_THAT(sandbox.run("playbook show closed").out, StartsWith("# "));
  static_cast<void>(sandbox.write("mine.yaml", sandbox.run("playbook show metrics").out));
  Finished checked = sandbox.run("playbook check mine.yaml");
  EXPECT_EQ(checked.exit, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("/metrics"));
  static_cast<void>(
      sandbox.write("bad.yaml", "apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec: {profles: x}\n"));
  EXPECT_EQ(sandbox.run("playbook check bad.yaml").exit, 2);
}

TEST(Completion, OfEveryShellNamesCommandsAndOptions) {
  Sandbox sandbox;
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    Finished finished = sandbox.run("completion " + shell);
    EXPECT_EQ(finished.exit, 0) << shell;
    for (const std::string word : {"detect", "rollback", "history", "options", "prepare"})
      EXPECT_THAT(finished.out, HasSubstr(word)) << shell;
    EXPECT_THAT(finished.out, HasSubstr("accept-outage")) << shell;
  }
}

TEST(Completion, OfBashCompletes) {
  Sandbox sandbox;
  auto complete = [&](const std::string& words, int current) {
    return sandbox
        .shell("bash -c 'source <(nightlatch completion bash); COMP_WORDS=(" + words +
               "); COMP_CWORD=" + std::to_string(current) + "; _nightlatch; echo ${COMPREPLY[@]}'")
        .out;
  };
  EXPECT_EQ(complete("nightlatch ro", 1), "rollback\n");
  EXPECT_EQ(complete("nightlatch apply --accept-out", 2), "--accept-outage\n");
  EXPECT_EQ(complete("nightlatch plan sh", 2), "show\n");
  EXPECT_EQ(complete("nightlatch playbook c", 2), "check\n");
  EXPECT_EQ(complete("nightlatch node p", 2), "prepare\n");
}

}  // namespace
}  // namespace nightlatch::cli
