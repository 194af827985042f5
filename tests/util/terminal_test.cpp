#include "util/terminal.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "util/environment.hpp"
#include "util/fd.hpp"

namespace nightlatch {
namespace {

// The slave side of a pseudo terminal, 132 columns wide, and an environment that says yes to everything.
class TerminalOf : public testing::Test {
 protected:
  TerminalOf() : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    ::grantpt(master_.get());
    ::unlockpt(master_.get());
    tty_ = Fd(::open(::ptsname(master_.get()), O_RDWR | O_NOCTTY));
    winsize size{24, 132, 0, 0};
    ::ioctl(tty_.get(), TIOCSWINSZ, &size);
  }

  Fd master_;
  Fd tty_;
  ScopedVariable term_{"TERM", "xterm-256color"};
  ScopedVariable no_color_{"NO_COLOR", nullptr};
  ScopedVariable lc_all_{"LC_ALL", nullptr};
  ScopedVariable lc_ctype_{"LC_CTYPE", nullptr};
  ScopedVariable lang_{"LANG", "en_US.UTF-8"};
};

TEST_F(TerminalOf, ATerminalHasColourSymbolsAndItsOwnWidth) {
  Terminal terminal = describe_terminal(tty_.get(), ColorMode::automatic);
  EXPECT_TRUE(terminal.is_terminal);
  EXPECT_TRUE(terminal.color);
  EXPECT_TRUE(terminal.utf8);
  EXPECT_EQ(terminal.columns, 132U);
}

TEST_F(TerminalOf, NoColorTakesColourAlone) {
  ScopedVariable no_color("NO_COLOR", "1");
  Terminal terminal = describe_terminal(tty_.get(), ColorMode::automatic);
  EXPECT_FALSE(terminal.color);
  EXPECT_TRUE(terminal.is_terminal);
  EXPECT_TRUE(describe_terminal(tty_.get(), ColorMode::always).color) << "the flag is nearer than NO_COLOR";
}

TEST_F(TerminalOf, AnEmptyNoColorSaysNothing) {
  ScopedVariable no_color("NO_COLOR", "");
  EXPECT_TRUE(describe_terminal(tty_.get(), ColorMode::automatic).color);
}

TEST_F(TerminalOf, NeverIsNever) {
  EXPECT_FALSE(describe_terminal(tty_.get(), ColorMode::never).color);
}

TEST_F(TerminalOf, ADumbTerminalHasNeitherColourNorSymbols) {
  for (const char* value : {"dumb", static_cast<const char*>(nullptr)}) {
    ScopedVariable term("TERM", value);
    Terminal terminal = describe_terminal(tty_.get(), ColorMode::automatic);
    EXPECT_FALSE(terminal.is_terminal);
    EXPECT_FALSE(terminal.color);
    EXPECT_FALSE(terminal.utf8);
  }
}

TEST_F(TerminalOf, LcAllIsAskedBeforeLang) {
  ScopedVariable lc_all("LC_ALL", "C");
  EXPECT_FALSE(describe_terminal(tty_.get(), ColorMode::automatic).utf8);
  ScopedVariable utf8("LC_ALL", "C.utf8");
  EXPECT_TRUE(describe_terminal(tty_.get(), ColorMode::automatic).utf8);
}

TEST_F(TerminalOf, APipeIsNoTerminalAndEightyColumnsWide) {
  int pipes[2];
  ASSERT_EQ(::pipe(pipes), 0);
  Fd reading(pipes[0]);
  Fd writing(pipes[1]);
  Terminal terminal = describe_terminal(writing.get(), ColorMode::automatic);
  EXPECT_FALSE(terminal.is_terminal);
  EXPECT_FALSE(terminal.color);
  EXPECT_EQ(terminal.columns, 80U);
}

TEST(Paint, WrapsTextOnlyWhereThereIsColour) {
  Terminal terminal;
  EXPECT_EQ(terminal.paint(Color::red, "x"), "x");
  terminal.color = true;
  EXPECT_EQ(terminal.paint(Color::red, "x"), "\033[31mx\033[0m");
  EXPECT_EQ(terminal.paint(Color::green, "ok"), "\033[32mok\033[0m");
  EXPECT_EQ(terminal.paint(Color::none, "x"), "x");
}

}  // namespace
}  // namespace nightlatch
