// The commands in what nightlatch advises: each is typed, and understood. What they do in the state that
// printed them is shown by printed_commands_test.cpp, advice_in_state_test.cpp and offline_next_test.cpp in
// tests/operate.
#include <cctype>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "markdown.hpp"

namespace nightlatch::cli {
namespace {

const std::set<std::string> verbs{"apply", "confirm", "detect",  "history",  "node",   "plan",  "playbook",
                                  "rbac",  "resume",  "rewrite", "rollback", "status", "verify"};
const std::set<std::string> below{"list", "show", "check", "prepare", "wrapper", "approve", "grant-operator"};

bool is_placeholder(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return std::isupper(static_cast<unsigned char>(c)) != 0 || c == '_';
  });
}

// "nightlatch plan -p health-only" of "nightlatch plan -p health-only, or with a playbook of your own".
std::set<std::string> commands_in(const std::string& text) {
  std::set<std::string> commands;
  static const std::regex start("nightlatch ([a-z]+)");
  for (std::sregex_iterator it(text.begin(), text.end(), start), end; it != end; ++it) {
    if (!verbs.contains((*it)[1])) continue;
    std::istringstream rest(
        text.substr(static_cast<std::size_t>(it->position()) + std::string("nightlatch ").size()));
    std::string command;
    std::string before;
    for (std::string word; rest >> word; before = word) {
      std::string bare = word.substr(0, word.find_first_of(",;:.`)|"));
      bool ends = bare.size() != word.size();
      bool is_value = before == "-p" || before == "--out" || before == "-i";
      bool belongs = command.empty() || bare.starts_with('-') || is_placeholder(bare) || is_value ||
                     (before == "playbook" || before == "node" || before == "plan" || before == "rbac"
                          ? below.contains(bare)
                          : false);
      if (!belongs || bare.empty()) break;
      command += (command.empty() ? "" : " ") + bare;
      if (ends) break;
    }
    commands.insert(command);
  }
  return commands;
}

void type(const std::set<std::string>& commands) {
  Sandbox sandbox;
  for (const std::string& command : commands) {
    Finished finished = sandbox.run(command);
    EXPECT_THAT(finished.err, testing::Not(testing::HasSubstr("NL1051"))) << command << "\n" << finished.err;
  }
}

TEST(Advice, EveryCommandInTheCatalogueIsUnderstood) {
  std::set<std::string> commands;
  for (const std::string& line : read_page("docs/errors.md").lines) commands.merge(commands_in(line));
  EXPECT_GE(commands.size(), 10U);
  type(commands);
}

TEST(Advice, EveryCommandInARefusalOfAManifestIsUnderstood) {
  std::set<std::string> commands;
  for (const auto& golden : std::filesystem::directory_iterator(golden_directory() / "rewrite"))
    commands.merge(commands_in(slurp(golden.path() / "refusal.txt")));
  type(commands);
}

// What is printed after a rewrite that needed more files writes the same result, with those files.
TEST(Advice, TheNextCommandOfARewriteHasTheFilesThatItNeeds) {
  Sandbox sandbox;
  std::string manifest = sandbox.write("m.yaml", golden_manifest("oidc-every-flag"));
  std::string ca = sandbox.write("ca.pem", slurp(golden_directory() / "rewrite/oidc-every-flag/oidc-ca.pem"));
  std::string kubeadm =
      sandbox.write("k.yaml", "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n");
  Finished shown = sandbox.run("rewrite m.yaml -p health-only --oidc-ca-file ca.pem --kubeadm-config k.yaml");
  ASSERT_EQ(shown.exit, 0) << shown.err;
  std::size_t at = shown.err.find("nightlatch rewrite ");
  ASSERT_NE(at, std::string::npos);
  std::string next = shown.err.substr(at, shown.err.find('\n', at) - at);
  EXPECT_EQ(
      next,
      "nightlatch rewrite m.yaml -p health-only --oidc-ca-file ca.pem --kubeadm-config k.yaml --out DIR");
  Finished written = sandbox.shell(next);
  EXPECT_EQ(written.exit, 0) << written.err;
  EXPECT_TRUE(std::filesystem::exists(sandbox / "DIR/m.yaml"));
  EXPECT_TRUE(std::filesystem::exists(sandbox / "DIR/k.yaml"));
}

TEST(Advice, TwoPlaybooksOnTheCommandLineCombine) {
  Sandbox sandbox;
  std::string manifest = sandbox.write("m.yaml", golden_manifest("kubeadm-1.34"));
  Finished twice = sandbox.run("rewrite m.yaml -p health-only -p metrics");
  EXPECT_EQ(twice.exit, 0) << twice.err;
  Finished list = sandbox.run("rewrite m.yaml -p health-only,metrics");
  EXPECT_EQ(list.out, twice.out);
  EXPECT_THAT(list.err, testing::HasSubstr("-p health-only,metrics --out DIR"));
  EXPECT_THAT(list.err, testing::HasSubstr("/metrics"));
  Finished file = sandbox.run("rewrite m.yaml -p health-only -p ./mine.yaml");
  EXPECT_EQ(file.exit, 2);
  EXPECT_THAT(file.err, testing::HasSubstr("spec.profile: [health-only, metrics]"));
}

}  // namespace
}  // namespace nightlatch::cli
