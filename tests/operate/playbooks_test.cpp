#include "operate/playbooks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operate/errors.hpp"
#include "util/file.hpp"
#include "util/temporary_directory.hpp"

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

}  // namespace
}  // namespace nightlatch::operate
