#include "report/completion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightlatch::report {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<CompletionLevel> levels{
    {.path = "", .words = {{"plan", "Show the cluster's plan"}, {"--output", "Print text or JSON"}}},
    {.path = "plan", .words = {{"show", "Print a plan file"}, {"-v", "Print more"}}},
    {.path = "plan show", .words = {{"--color", "Use colours"}}}};

TEST(Completion, OfBashOffersTheWordsOfTheCommandThatWasTyped) {
  std::string script = bash_completion(levels);
  EXPECT_THAT(script, HasSubstr("    '') words='plan --output' ;;\n"));
  EXPECT_THAT(script, HasSubstr("    ' plan') words='show -v' ;;\n"));
  EXPECT_THAT(script, HasSubstr("      ' plan show') path=' plan show' ;;\n"));
}

TEST(Completion, OfZshQuotesDescriptions) {
  std::string script = zsh_completion(levels);
  EXPECT_THAT(script, HasSubstr("'plan:Show the cluster'\\''s plan'\n"));
  EXPECT_THAT(script, HasSubstr("    ' plan show') choices=(\n"));
}

TEST(Completion, OfFishOffersOptionsByTheirKind) {
  std::string script = fish_completion(levels);
  EXPECT_THAT(script, HasSubstr("-n '__fish_use_subcommand' -l 'output' -d 'Print text or JSON'\n"));
  EXPECT_THAT(script, HasSubstr(" -s 'v' -d 'Print more'\n"));
  EXPECT_THAT(script,
              HasSubstr("-n '__fish_seen_subcommand_from plan; and not __fish_seen_subcommand_from show' "
                        "-f -a 'show'"));
  EXPECT_THAT(script, Not(HasSubstr("-l 'plan'")));
}

}  // namespace
}  // namespace nightlatch::report
