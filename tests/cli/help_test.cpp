// The help of every command: what it lists, its examples, and the man pages beside it.
#include <cctype>
#include <ostream>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "places.hpp"
#include "rbac/rbac_text.hpp"
#include "scan/audit_line.hpp"

namespace nightlatch::cli {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string man_page(const std::string& command) {
  std::string name = command.empty() ? "nightlatch" : "nightlatch-" + command;
  return slurp(source_directory() / "docs/man" / (name + ".1.scd"));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// From "# OPTIONS" to the next heading of the same rank.
std::string section(const std::string& page, const std::string& heading) {
  std::size_t begin = page.find("\n# " + heading);
  if (begin == std::string::npos) return {};
  return page.substr(begin, page.find("\n# ", begin + 1) - begin);
}

struct Command {
  std::string heading;
  std::string name;

  bool operator==(const Command&) const = default;
};

void PrintTo(const Command& command, std::ostream* out) {
  *out << command.heading << ": " << command.name;
}

// As the first man page lists them: a heading "## LOOK", then its commands.
std::vector<Command> commands_of_the_man_page() {
  std::vector<Command> commands;
  std::string heading;
  std::regex command(R"(\*nightlatch-([a-z]+)\*\(1\))");
  for (const std::string& line : lines_of(section(man_page(""), "COMMANDS"))) {
    if (line.starts_with("## ")) {
      heading = line.substr(3);
      for (char& c : heading) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      heading[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(heading[0])));
    }
    std::smatch match;
    if (std::regex_match(line, match, command)) commands.push_back({.heading = heading, .name = match[1]});
  }
  return commands;
}

// As a help lists them: "Look:", then "  detect      Show how …".
std::vector<Command> commands_of_help(const std::string& help) {
  std::vector<Command> commands;
  std::string heading;
  std::regex command("  ([a-z]+) +([A-Z].*)");
  for (const std::string& line : lines_of(help)) {
    if (line.ends_with(':') && !line.starts_with(' ')) heading = line.substr(0, line.size() - 1);
    std::smatch match;
    if (std::regex_match(line, match, command)) commands.push_back({.heading = heading, .name = match[1]});
  }
  return commands;
}

const std::vector<Command>& commands() {
  static const std::vector<Command> all = commands_of_the_man_page();
  return all;
}

std::set<std::string> long_options(const std::string& text) {
  std::set<std::string> options;
  std::regex option("(^|[\\s,*\\[])(--[a-z][a-z-]+)");
  for (auto it = std::sregex_iterator(text.begin(), text.end(), option); it != std::sregex_iterator(); ++it) {
    options.insert((*it)[2]);
  }
  return options;
}

// From "Options:" to the next empty line: each option and its description.
std::string options_of_help(const std::string& help) {
  std::size_t begin = help.find("\nOptions:\n");
  return begin == std::string::npos ? "" : help.substr(begin, help.find("\n\n", begin + 1) - begin);
}

// The examples of the help, without their indentation.
std::vector<std::string> examples_of_help(const std::string& help) {
  std::vector<std::string> examples;
  std::size_t begin = help.find("\nExamples:\n");
  if (begin == std::string::npos) return examples;
  for (const std::string& line : lines_of(help.substr(begin + 1))) {
    if (line.starts_with("  nightlatch ")) examples.push_back(line.substr(2));
  }
  return examples;
}

// Those below another one too: "plan show".
std::vector<std::string> every_command(const Sandbox& sandbox) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    names.push_back(command.name);
    for (const Command& below : commands_of_help(sandbox.run(command.name + " --help").out))
      names.push_back(command.name + " " + below.name);
  }
  return names;
}

TEST(Help, ListsEveryCommandUnderItsHeadingAsTheManPageDoes) {
  Sandbox sandbox;
  Finished finished = sandbox.run("--help");
  EXPECT_EQ(finished.exit, 0);
  EXPECT_EQ(commands_of_help(finished.out), commands());
  std::vector<std::string> headings;
  for (const Command& command : commands()) {
    if (headings.empty() || headings.back() != command.heading) headings.push_back(command.heading);
  }
  EXPECT_THAT(headings, ElementsAre("Look", "Plan", "Change", "Undo", "Record", "Help"));
  EXPECT_GE(every_command(sandbox).size(), 26U);
}

TEST(Help, FitsInEightyColumns) {
  Sandbox sandbox;
  std::string all = sandbox.run("--help").out + sandbox.run("--help-all").out + sandbox.run("options").out +
                    sandbox.run("").out;
  for (const std::string& command : every_command(sandbox)) all += sandbox.run(command + " --help").out;
  for (const std::string& line : lines_of(all)) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Help, OfEveryCommandEndsWithExamplesAndWhereTheSharedOptionsAre) {
  Sandbox sandbox;
  for (const std::string& command : every_command(sandbox)) {
    Finished finished = sandbox.run(command + " --help");
    EXPECT_EQ(finished.exit, 0) << command;
    EXPECT_THAT(finished.out, EndsWith("\nThe options of every command: nightlatch options\n")) << command;
    bool below = command.find(' ') != std::string::npos;
    std::size_t count = examples_of_help(finished.out).size();
    EXPECT_GE(count, below ? 1U : 2U) << command;
    EXPECT_LE(count, 3U) << command;
  }
}

TEST(Help, LeavesTheSharedOptionsToTheirOwnCommand) {
  Sandbox sandbox;
  std::set<std::string> shared = long_options(sandbox.run("options").out);
  EXPECT_EQ(shared, (std::set<std::string>{"--inventory", "--cluster", "--kubeconfig", "--context",
                                           "--ask-become-pass", "--become-pass-fd", "--output", "--color",
                                           "--verbose", "--help", "--help-all"}));
  shared.erase("--help");
  for (const std::string& command : every_command(sandbox)) {
    for (const std::string& option : long_options(options_of_help(sandbox.run(command + " --help").out)))
      EXPECT_FALSE(shared.contains(option)) << command << " " << option;
  }
}

TEST(Help, EveryDescriptionBeginsWithACapitalLetter) {
  Sandbox sandbox;
  std::regex option("  -\\S.*  +(\\S.*)");
  for (const std::string& command : every_command(sandbox)) {
    std::string options = options_of_help(sandbox.run(command + " --help").out);
    for (const std::string& line : lines_of(options)) {
      std::smatch match;
      if (!std::regex_match(line, match, option)) continue;
      EXPECT_TRUE(std::isupper(static_cast<unsigned char>(match[1].str()[0]))) << line;
    }
  }
}

// Those of a command that needs no cluster run; every other one is at least a command line that is
// understood.
TEST(Help, ItsExamplesAreCommandLinesThatWork) {
  Sandbox sandbox;
  static_cast<void>(sandbox.write("kube-apiserver.yaml", golden_manifest("kubeadm-1.34")));
  static_cast<void>(sandbox.write("rbac.yaml", rbac::kubeadm_cluster));
  ASSERT_EQ(sandbox.shell("nightlatch playbook show closed > mine.yaml").exit, 0);
  static_cast<void>(sandbox.write("audit.log", scan::text_of({}) + "\n"));
  std::size_t ran = 0;
  for (const std::string& command : every_command(sandbox)) {
    for (const std::string& line : examples_of_help(sandbox.run(command + " --help").out)) {
      Finished finished = sandbox.shell(line);
      EXPECT_THAT(finished.err, Not(HasSubstr("NL1051"))) << line;
      bool needs_more = line.find("prod.yaml") != std::string::npos || line == "nightlatch detect" ||
                        line.find("2026") != std::string::npos ||
                        line.find("lockdown.json") != std::string::npos;
      if (needs_more) continue;
      ++ran;
      EXPECT_EQ(finished.exit, 0) << line << "\n" << finished.err;
    }
  }
  EXPECT_GE(ran, 20U);
}

TEST(ManPages, ThereIsOneForEveryCommandAndTheFirstListsThem) {
  Sandbox sandbox;
  std::string main_page = man_page("");
  for (const Command& command : commands()) {
    std::string page = man_page(command.name);
    EXPECT_THAT(page, HasSubstr("# EXAMPLES\n")) << command.name;
    // Its line in the help, in the main page and in its own heading are the same.
    std::string doc = lines_of(sandbox.run(command.name + " --help").out).front();
    EXPECT_THAT(main_page, HasSubstr("*nightlatch-" + command.name + "*(1)\n\t" + doc + "\n"));
    std::string rest = doc.substr(1);
    EXPECT_THAT(page, HasSubstr("nightlatch-" + command.name + " - " +
                                static_cast<char>(std::tolower(static_cast<unsigned char>(doc[0]))) + rest))
        << command.name;
  }
}

TEST(ManPages, HaveTheOptionsOfTheHelp) {
  Sandbox sandbox;
  for (const Command& command : commands()) {
    if (command.name == "options") continue;
    std::string help = options_of_help(sandbox.run(command.name + " --help").out);
    if (command.name == "rbac") {
      help += options_of_help(sandbox.run("rbac list --help").out);
      help += options_of_help(sandbox.run("rbac grant-metrics --help").out);
      help += options_of_help(sandbox.run("rbac grant-operator --help").out);
    }
    if (command.name == "node") {
      help += options_of_help(sandbox.run("node prepare --help").out);
      help += options_of_help(sandbox.run("node wrapper --help").out);
    }
    if (command.name == "plan") {
      help += options_of_help(sandbox.run("plan show --help").out);
      help += options_of_help(sandbox.run("plan approve --help").out);
    }
    if (command.name == "history") {
      for (const std::string below : {"compare", "verify", "export"})
        help += options_of_help(sandbox.run("history " + below + " --help").out);
    }
    if (command.name == "monitor") {
      for (const std::string below : {"rules", "scrape", "dashboard", "netdata", "falco", "sigma", "queries"})
        help += options_of_help(sandbox.run("monitor " + below + " --help").out);
    }
    std::set<std::string> in_help = long_options(help);
    in_help.erase("--help");
    std::string options = section(man_page(command.name), "OPTIONS");
    EXPECT_EQ(in_help, long_options(options)) << command.name;
    EXPECT_THAT(options, HasSubstr("The options of every command are in *nightlatch-options*(1)"));
  }
}

TEST(ManPages, TheOneOfTheSharedOptionsHasThemAll) {
  Sandbox sandbox;
  EXPECT_EQ(long_options(sandbox.run("options").out), long_options(section(man_page("options"), "OPTIONS")));
}

TEST(ManPages, HaveTheExamplesOfTheHelp) {
  Sandbox sandbox;
  for (const Command& command : commands()) {
    std::string examples = section(man_page(command.name), "EXAMPLES");
    for (const std::string& line : examples_of_help(sandbox.run(command.name + " --help").out))
      EXPECT_THAT(examples, HasSubstr("\n" + line + "\n")) << command.name;
  }
}

// Of every page, those that need no cluster.
std::vector<std::string> offline_examples() {
  std::vector<std::string> lines;
  for (const std::string command : {"rewrite", "detect", "playbook", "completion", "version", "history"}) {
    for (const std::string& line : lines_of(section(man_page(command), "EXAMPLES"))) {
      bool needs_more = line.find("-i prod.yaml") != std::string::npos ||
                        line.find("2026") != std::string::npos || line == "nightlatch detect";
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

}  // namespace
}  // namespace nightlatch::cli
