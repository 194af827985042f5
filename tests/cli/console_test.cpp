#include "cli/console.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "cli/person.hpp"

namespace nightlatch::cli {
namespace {

TEST(Console, AnExceptionBecomesExitOneAndSaysHowToReportIt) {
  Options options;
  std::string out;
  std::string err;
  Console console{options, report::Out(out, {}), report::Out(err, {})};
  EXPECT_EQ(act(console, [](Console&) -> Exit { throw std::runtime_error("a thing that cannot be"); }),
            Exit::bug);
  EXPECT_EQ(err,
            "error NL1059  a thing that cannot be\n"
            "  please report it with the command line and this message\n"
            "exit 1\n");
}

TEST(Person, SaysYesNoOrAllInAnyCase) {
  using rollout::Choice;
  EXPECT_EQ(read_choice("y\n"), Choice::yes);
  EXPECT_EQ(read_choice(" YES \n"), Choice::yes);
  EXPECT_EQ(read_choice("n\n"), Choice::no);
  EXPECT_EQ(read_choice("All\n"), Choice::all);
  EXPECT_EQ(read_choice("\n"), std::nullopt);
  EXPECT_EQ(read_choice("maybe\n"), std::nullopt);
}

}  // namespace
}  // namespace nightlatch::cli
