#include "operate/playbooks.hpp"

#include <filesystem>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operate/catalogue.hpp"
#include "operate/errors.hpp"
#include "operate/rewrite.hpp"
#include "places.hpp"
#include "util/file.hpp"
#include "util/temporary_directory.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using testing::Contains;
using testing::StartsWith;

TEST(Playbooks, TheShippedOnesAreListedWithWhatTheyDo) {
  auto lines = list_playbooks();
  ASSERT_TRUE(lines);
  EXPECT_GE(lines->size(), 4U);
  EXPECT_EQ(lines->size(), spec::shipped_playbooks().size());
  for (const report::PlaybookLine& line : *lines) EXPECT_FALSE(line.playbook.name.empty());
}

TEST(Playbooks, OneIsShownAsItWasWritten) {
  auto shown = show_playbook("health-only");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->playbook.name, "health-only");
  EXPECT_THAT(shown->bytes, StartsWith("# "));
}

TEST(Playbooks, AFileIsCheckedAndItsPathsAreTold) {
  TemporaryDirectory directory;
  std::string file = (directory / "mine.yaml").string();
  ASSERT_TRUE(write_file_durably(file, show_playbook("metrics")->bytes));
  auto checked = check_playbook(file);
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_THAT(checked->paths, Contains("/metrics"));
  ASSERT_TRUE(write_file_durably(file, "kind: Playbook\n"));
  EXPECT_FALSE(check_playbook(file));
}

TEST(Playbooks, AnUnknownNameIsToldWithTheKnownOnes) {
  auto unknown = find_playbook("closd");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code.number, operate_errors::playbook_unknown.number);
  EXPECT_EQ(unknown.error().hint, "did you mean \"closed\"?");
  EXPECT_THAT(unknown.error().details.at(0), StartsWith("known: "));
}

// -p health-only,metrics, or -p twice.
TEST(Playbooks, ShippedOnesCombine) {
  auto both = load_playbook("health-only,metrics");
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->name, "health-only,metrics");
  EXPECT_EQ(both->profiles, (std::vector<std::string>{"health-only", "metrics"}));
  auto alone = load_playbook("closed,metrics");
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().code.number, 1502);
  auto unknown = load_playbook("health-only,mine.yaml");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message,
            "\"mine.yaml\" is no shipped playbook, and only those are combined by -p");
  EXPECT_THAT(std::string(unknown.error().next_step()),
              testing::HasSubstr("spec.profile: [health-only, metrics]"));
}

// The paths that a shipped playbook names in its head are those that it opens, and what it is refused for is
// said.
TEST(Playbooks, PromiseOnlyWhatIsDone) {
  for (const spec::ShippedPlaybook& shipped : spec::shipped_playbooks()) {
    std::string bytes(shipped.bytes);
    auto checked = check_playbook(std::string(shipped.name));
    ASSERT_TRUE(checked) << shipped.name;
    static const std::regex path("(^|[ ,])(/[a-z0-9./-]*[a-z0-9])");
    std::string head = bytes.substr(0, bytes.find('\n'));
    for (std::sregex_iterator one(head.begin(), head.end(), path), end; one != end; ++one)
      EXPECT_THAT(checked->paths, Contains((*one)[2].str())) << shipped.name;
    if (shipped.name == "rbac-only") {
      EXPECT_THAT(bytes, testing::HasSubstr("refuse this\n# playbook (NL3103)"));
      continue;
    }
    bool names_health = head.find("health") != std::string::npos;
    EXPECT_EQ(names_health, !checked->paths.empty()) << shipped.name;
  }
}

// In the advice of every code, and in what the goldens print.
TEST(Playbooks, ANameThatIsAdvisedResolves) {
  std::string all;
  for (int number = 1000; number < 8000; ++number) {
    if (auto code = find_code(number)) all += std::string(code->next) + "\n";
  }
  for (const auto& golden : std::filesystem::directory_iterator(golden_directory() / "rewrite")) {
    auto refusal = read_file(golden.path() / "refusal.txt");
    if (refusal) all += *refusal;
  }
  static const std::regex named(
      "(?: -p |profile |Choose |choose |playbook show )([a-z]+-[a-z]+|closed|metrics)");
  int names = 0;
  for (std::sregex_iterator one(all.begin(), all.end(), named), end; one != end; ++one, ++names)
    EXPECT_TRUE(find_playbook((*one)[1])) << one->str();
  EXPECT_GE(names, 10);
}

// The list says what a plan says.
TEST(Playbooks, TheListSaysWhereEachIsRefused) {
  auto lines = list_playbooks();
  ASSERT_TRUE(lines);
  for (const report::PlaybookLine& line : *lines) {
    for (const char* version : {"1.30.4", "1.34.4"}) {
      auto report = rewrite({.manifest = (golden_directory() / "rewrite/kubeadm-1.34/input.yaml").string(),
                             .playbook = line.playbook.name,
                             .kubernetes_version = version,
                             .today = "2026-11-28"});
      ASSERT_TRUE(report);
      for (const Error& refusal : report->outcome.refusals)
        EXPECT_THAT(line.refused, testing::HasSubstr(code_name(refusal.code.number))) << line.playbook.name;
      bool everywhere = line.refused.starts_with("everywhere");
      EXPECT_TRUE(!everywhere || !report->outcome.refusals.empty()) << line.playbook.name;
    }
  }
}

}  // namespace
}  // namespace nightlatch::operate
