// The password for sudo: typed at a terminal without echo, or read from a descriptor.
#include "cli/become_password.hpp"

#include <array>
#include <csignal>
#include <pty.h>
#include <termios.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"

namespace nightlatch::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// A process of its own, whose terminal is typed on here.
class Typist {
 public:
  Typist() {
    child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (child_ != 0) return;
    static_cast<void>(::signal(SIGINT, SIG_DFL));
    Options options;
    options.ask_become_pass = true;
    auto password = read_become_password(options);
    std::string said =
        password ? "got <" + std::string((*password)->use("cp1")->text()) + ">" : password.error().message;
    (void)!::write(STDOUT_FILENO, said.data(), said.size());
    ::_exit(password ? 0 : 3);
  }
  ~Typist() { ::close(terminal_); }
  Typist(const Typist&) = delete;
  Typist& operator=(const Typist&) = delete;

  // Waits until the question is on the screen.
  void await_question() {
    while (screen_.find("nodes: ") == std::string::npos && read_more()) {
    }
  }
  [[nodiscard]] bool echoes() const {
    termios now{};
    return ::tcgetattr(terminal_, &now) == 0 && (now.c_lflag & ECHO) != 0;
  }
  void type(const std::string& text) const { (void)!::write(terminal_, text.data(), text.size()); }
  // Its wait status; what it showed until then is in `screen`.
  int end() {
    while (read_more()) {
    }
    int status = 0;
    ::waitpid(child_, &status, 0);
    return status;
  }
  [[nodiscard]] const std::string& screen() const { return screen_; }

 private:
  bool read_more() {
    std::array<char, 256> some{};
    ssize_t got = ::read(terminal_, some.data(), some.size());
    if (got > 0) screen_.append(some.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  int terminal_ = -1;
  pid_t child_ = -1;
  std::string screen_;
};

TEST(BecomePassword, IsTypedWithoutEcho) {
  Typist typist;
  typist.await_question();
  EXPECT_FALSE(typist.echoes());
  typist.type("s3cr3t \"x'\n");
  EXPECT_EQ(WEXITSTATUS(typist.end()), 0);
  EXPECT_EQ(typist.screen(), "Password for sudo on the nodes: \r\ngot <s3cr3t \"x'>");
}

TEST(BecomePassword, AnInterruptionEndsTheProcessAndTheTerminalEchoesAgain) {
  Typist typist;
  typist.await_question();
  typist.type("s3\x03");
  int status = typist.end();
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
  EXPECT_THAT(typist.screen(), Not(HasSubstr("s3")));
}

TEST(BecomePassword, AnEmptyOneIsNone) {
  Typist typist;
  typist.await_question();
  typist.type("\n");
  EXPECT_EQ(WEXITSTATUS(typist.end()), 3);
  EXPECT_THAT(typist.screen(), HasSubstr("the password for sudo is empty"));
}

// Behind it is no node: what is seen is that the command line was taken, and what was not.
TEST(BecomePassword, ComesFromADescriptorOrIsRefused) {
  Sandbox sandbox;
  (void)sandbox.write("secret", "s3cr3t\nsecond line\n");
  (void)sandbox.write("empty", "\n");
  Finished taken = sandbox.run("detect --become-pass-fd 7 7<secret");
  EXPECT_THAT(taken.err, Not(HasSubstr("NL1072")));
  EXPECT_THAT(taken.err, HasSubstr("NL1401"));
  Finished closed = sandbox.run("detect --become-pass-fd 7");
  EXPECT_EQ(closed.exit, 2);
  EXPECT_THAT(closed.err, HasSubstr("error NL1072  --become-pass-fd 7: Bad file descriptor"));
  EXPECT_THAT(sandbox.run("detect --become-pass-fd 7 7<empty").err,
              HasSubstr("NL1072  the password for sudo is empty"));
  EXPECT_THAT(sandbox.run("detect --become-pass-fd secret").err,
              HasSubstr("--become-pass-fd: \"secret\" is not the number of a descriptor"));
  EXPECT_THAT(sandbox.run("detect --ask-become-pass --become-pass-fd 7 7<secret").err,
              HasSubstr("do not go together"));
  EXPECT_EQ(sandbox.run("version --become-pass-fd 7").exit, 0)
      << "a command that enters no node asks for none";
}

TEST(BecomePassword, WithoutATerminalNobodyIsAsked) {
  Sandbox sandbox;
  Finished finished = sandbox.run("--version >/dev/null; setsid -w nightlatch detect --ask-become-pass");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("error NL1072  --ask-become-pass: there is no terminal to ask on"));
}

}  // namespace
}  // namespace nightlatch::cli
