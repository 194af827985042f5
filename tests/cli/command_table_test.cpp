// The table of commands against the commands that cli/ has.
#include "report/command_table.hpp"

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "places.hpp"
#include "report/out.hpp"

namespace nightlatch::cli {
namespace {

using report::complete;

// The last word of each command that a source of cli/ adds by a literal, or below monitor by its kind.
std::set<std::string> words_in_sources() {
  static const std::regex added(R"re((?:\bcommand\(\s*"|\badd\(verb, MonitorKind::)([a-z-]+))re");
  std::set<std::string> words;
  for (const auto& entry : std::filesystem::directory_iterator(source_directory() / "src/cli")) {
    std::string text = slurp(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), added), end; it != end; ++it)
      words.insert((*it)[1]);
  }
  return words;
}

std::set<std::string> words_in_table() {
  std::set<std::string> words;
  for (const report::CommandRow& row : report::command_table) {
    std::string name(row.name);
    words.insert(name.substr(name.rfind(' ') + 1));
  }
  return words;
}

TEST(CommandTable, HoldsEveryCommandOfTheCommandLine) {
  EXPECT_GE(words_in_sources().size(), 16U);
  EXPECT_EQ(words_in_table(), words_in_sources());
}

TEST(CommandTable, NamesOnlyCommandsThatThereAre) {
  Sandbox sandbox;
  for (const report::CommandRow& row : report::command_table) {
    Finished help = sandbox.run(std::string(row.name) + " --help");
    EXPECT_EQ(help.exit, 0) << row.name;
  }
}

TEST(CommandTable, ANextCommandThatIsAboutAClusterSaysWhichOne) {
  const std::string which = " -i prod.yaml";
  for (const std::string command :
       {"nightlatch detect", "nightlatch plan -p health-only", "nightlatch apply plan.json",
        "nightlatch rollback r1", "nightlatch confirm r1", "nightlatch resume r1", "nightlatch status",
        "nightlatch verify", "nightlatch node prepare cp4"}) {
    EXPECT_EQ(complete(command, which), command + which);
  }
  for (const std::string command :
       {"nightlatch plan show plan.json", "nightlatch history r1", "nightlatch playbook show NAME",
        "nightlatch rewrite m.yaml -p closed --out DIR", "kubeadm join --control-plane", "nightlatch",
        "on the node: first the file, then detect"}) {
    EXPECT_EQ(complete(command, which), command);
  }
}

}  // namespace
}  // namespace nightlatch::cli
