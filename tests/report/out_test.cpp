// What no terminal obeys: every line passes Out.
#include "report/out.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/live_view.hpp"
#include "report/samples.hpp"
#include "report/screen.hpp"

namespace nightlatch::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string printed(const std::function<void(Out&)>& print) {
  return screen(coloured(), print);
}

TEST(Out, ALineKeepsOurColoursAndNothingElse) {
  EXPECT_EQ(printed([](Out& out) { out.line(out.paint(Color::green, "ok") + "\tplain"); }),
            "\033[32mok\033[0m\tplain\n");
  EXPECT_EQ(printed([](Out& out) { out.line("a\033[2Jb\033]0;title\007c"); }),
            "a\\x1b[2Jb\\x1b]0;title\\x07c\n");
  EXPECT_EQ(printed([](Out& out) { out.line("a\033[8mb"); }), "a\\x1b[8mb\n") << "concealed text";
  EXPECT_EQ(printed([](Out& out) { out.line("a\x7f\u009b2J\u202eb\u2066"); }),
            "a\\x7f\\u009b2J\\u202eb\\u2066\n");
  EXPECT_EQ(printed([](Out& out) { out.line("two\nlines"); }), "two\nlines\n");
}

TEST(Out, WhatIsSaidHasNoColoursOfItsOwnAndIsOneLine) {
  EXPECT_EQ(printed([](Out& out) { out.say("bo\033[32m@desk\nerror"); }), "bo\\x1b[32m@desk\\nerror\n");
}

// The holder of a Lease, the name of a node, and a line of progress: what a run says beside its records.
TEST(Out, ARunSaysNothingThatATerminalObeys) {
  plan::Plan plan = samples::plan();
  std::string text = printed([&](Out& out) {
    LiveView view(plan, out);
    view.say("run r\033[2J of bo\u202e@desk holds the lock");
    view.open_question("cp\033[2J1: change kube-apiserver now? ");
  });
  EXPECT_THAT(text, HasSubstr("run r\\x1b[2J of bo\\u202e@desk holds the lock\n"));
  EXPECT_THAT(text, HasSubstr("cp\\x1b[2J1: change"));
  EXPECT_THAT(text, Not(HasSubstr("\033[2J")));
}

}  // namespace
}  // namespace nightlatch::report
