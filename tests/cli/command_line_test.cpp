// The command line as a whole: usage errors, the terminal that is not there, help against the man pages.
#include <algorithm>
#include <regex>
#include <set>

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

const std::vector<std::string> commands{"detect",  "rewrite",  "plan",       "apply",  "rollback",
                                        "confirm", "resume",   "status",     "verify", "history",
                                        "node",    "playbook", "completion", "version"};

std::string man_page(const std::string& command) {
  std::string name = command.empty() ? "nightlatch" : "nightlatch-" + command;
  return slurp(source_directory() / "docs/man" / (name + ".1.scd"));
}

std::set<std::string> long_options(const std::string& text) {
  std::set<std::string> options;
  std::regex option("(^|[\\s,*\\[])(--[a-z][a-z-]+)");
  for (auto it = std::sregex_iterator(text.begin(), text.end(), option); it != std::sregex_iterator(); ++it) {
    options.insert((*it)[2]);
  }
  return options;
}

// From "# OPTIONS" to the next heading.
std::string options_section(const std::string& page, const std::string& heading) {
  std::size_t begin = page.find("# " + heading);
  std::size_t end = page.find("\n# ", begin + 1);
  return page.substr(begin, end - begin);
}

// The help of a command, and of those below it, before the options that every command has.
std::string own_help(const Sandbox& sandbox, const std::string& command) {
  std::string help = sandbox.run(command + " --help").out;
  std::string own = help.substr(0, help.find("Options of every command"));
  if (command == "node") {
    std::string prepare = sandbox.run("node prepare --help").out;
    own += prepare.substr(0, prepare.find("Options of every command"));
  }
  if (command == "plan") own += sandbox.run("plan show --help").out.substr(0, 200);
  return own;
}

TEST(Help, NamesEveryCommandAndNoOther) {
  Sandbox sandbox;
  std::string help = sandbox.run("--help").out;
  std::string list = help.substr(help.find("Subcommands:"));
  std::set<std::string> named;
  std::regex line("\n  ([a-z]+) ");
  for (auto it = std::sregex_iterator(list.begin(), list.end(), line); it != std::sregex_iterator(); ++it) {
    named.insert((*it)[1]);
  }
  EXPECT_EQ(named, std::set<std::string>(commands.begin(), commands.end()));
}

TEST(Help, FitsInEightyColumns) {
  Sandbox sandbox;
  std::istringstream help(sandbox.run("--help-all").out + sandbox.run("plan show --help").out);
  for (std::string line; std::getline(help, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Help, EveryCommandHasAManPageWithExamplesAndIsListed) {
  for (const std::string& command : commands) {
    EXPECT_THAT(man_page(command), HasSubstr("# EXAMPLES\n")) << command;
    EXPECT_THAT(man_page(""), HasSubstr("*nightlatch-" + command + "*(1)")) << command;
  }
}

TEST(Help, OptionsAndManPagesAreTheSame) {
  Sandbox sandbox;
  for (const std::string& command : commands) {
    std::set<std::string> in_help = long_options(own_help(sandbox, command));
    in_help.erase("--help");
    in_help.erase("--help-all");
    EXPECT_EQ(in_help, long_options(options_section(man_page(command), "OPTIONS"))) << command;
  }
}

TEST(Help, SharedOptionsAreInTheMainPage) {
  Sandbox sandbox;
  std::string help = sandbox.run("detect --help").out;
  std::set<std::string> shared = long_options(help.substr(help.find("Options of every command")));
  std::set<std::string> in_page = long_options(options_section(man_page(""), "OPTIONS OF EVERY COMMAND"));
  in_page.erase("--help");
  in_page.erase("--help-all");
  EXPECT_EQ(shared, in_page);
}

// Of every page, those that need no cluster.
std::vector<std::string> offline_examples() {
  std::vector<std::string> lines;
  for (const std::string command : {"rewrite", "detect", "playbook", "completion", "version", "history"}) {
    std::string examples = options_section(man_page(command), "EXAMPLES");
    std::istringstream in(examples);
    for (std::string line; std::getline(in, line);) {
      bool needs_more =
          line.find("-i prod.yaml") != std::string::npos || line.find("2026") != std::string::npos;
      if (line.starts_with("nightlatch ") && !needs_more) lines.push_back(line);
    }
  }
  return lines;
}

TEST(ManPages, TheirOfflineExamplesRun) {
  Sandbox sandbox;
  static_cast<void>(sandbox.write("kube-apiserver.yaml", golden_manifest("kubeadm-1.34")));
  std::vector<std::string> lines = offline_examples();
  EXPECT_GE(lines.size(), 14U);
  for (const std::string& line : lines) {
    Finished finished = sandbox.shell(line);
    EXPECT_EQ(finished.exit, 0) << line << "\n" << finished.err;
  }
}

TEST(CommandLine, NoCommandAWrongOneAndAWrongOptionAreTwo) {
  Sandbox sandbox;
  EXPECT_EQ(sandbox.run("").exit, 2);
  EXPECT_EQ(sandbox.run("detekt").exit, 2);
  EXPECT_EQ(sandbox.run("rewrite").exit, 2);
  Finished finished = sandbox.run("detect --nonsense");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, StartsWith("error NL1051  "));
  EXPECT_EQ(sandbox.run("detect -o yaml").exit, 2);
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
}

TEST(CommandLine, NodePrepareNeedsAHost) {
  Sandbox sandbox;
  EXPECT_EQ(sandbox.run("node").exit, 2);
  Finished finished = sandbox.run("node prepare");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("HOST is required"));
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

TEST(CommandLine, OneClusterAtATime) {
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

TEST(CommandLine, WhatCannotBeReachedIsSevenToReadersAndThreeToPlanners) {
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
    for (const std::string& command : commands) EXPECT_THAT(finished.out, HasSubstr(command)) << shell;
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
