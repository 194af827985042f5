// Real programs that hang, fail, talk without end and leave others behind.
#include "util/bounded_child.hpp"

#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "util/file.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

BoundedEnd bounded(std::vector<std::string> words, std::chrono::milliseconds limit = 20s,
                   std::string input = {}) {
  return BoundedChild().run({.words = std::move(words), .input = std::move(input), .limit = limit});
}

BoundedEnd shell(const std::string& text, std::chrono::milliseconds limit = 20s, std::string input = {}) {
  return bounded({"/bin/sh", "-c", text}, limit, std::move(input));
}

bool still_runs(pid_t pid) {
  auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  return stat && stat->find(") Z ") == std::string::npos;
}

TEST(BoundedChild, GetsItsTextAndSaysBothStreams) {
  BoundedEnd end = shell("cat; echo seen >&2", 20s, "one\ntwo\n");
  EXPECT_EQ(end.problem(), "");
  EXPECT_EQ(end.output, "one\ntwo\nseen\n");
  EXPECT_THAT(end.left, IsEmpty());
}

TEST(BoundedChild, NeedNotReadItsText) {
  EXPECT_EQ(shell("exit 0", 20s, std::string(8U << 20U, 'x')).problem(), "");
}

TEST(BoundedChild, IsCalledWithoutAShell) {
  EXPECT_EQ(bounded({"/bin/echo", "$HOME; *", "a b"}).output, "$HOME; * a b\n");
}

TEST(BoundedChild, TellsHowItFailed) {
  EXPECT_EQ(shell("echo no; exit 3").problem(), "it ended with exit code 3");
  EXPECT_EQ(shell("kill -9 $$").problem(), "it was ended by signal 9");
  EXPECT_EQ(bounded({"/nowhere/at-all"}).problem(), "there is no such program");
  EXPECT_EQ(bounded({"/etc/passwd"}).problem(), "it cannot be started: Permission denied");
}

TEST(BoundedChild, ThatHangsIsEndedAtItsLimit) {
  BoundedEnd end = shell("echo begun; trap 'echo put back; exit 0' TERM; while :; do sleep 1; done", 300ms);
  EXPECT_EQ(end.problem(), "it did not end in time and was killed");
  EXPECT_THAT(end.output, StartsWith("begun\n"));
  EXPECT_THAT(end.output, testing::EndsWith("put back\n")) << "it may clean up";
  EXPECT_LT(end.took, 4s);
}

TEST(BoundedChild, ThatHangsAndIgnoresTheSignalIsKilled) {
  BoundedEnd end = shell("trap '' TERM; while :; do sleep 1; done", 300ms);
  EXPECT_EQ(end.problem(), "it did not end in time and was killed");
  EXPECT_GE(end.took, 2s);
  EXPECT_LT(end.took, 6s);
}

TEST(BoundedChild, ThatSaysAGibibyteIsReadAndForgotten) {
  BoundedEnd end = shell("echo begin; head -c 1073741824 /dev/zero | tr '\\0' x; echo end", 5min);
  EXPECT_EQ(end.problem(), "");
  EXPECT_THAT(end.output, StartsWith("begin\nxxx"));
  EXPECT_THAT(end.output, HasSubstr("\n[…]\nxxx"));
  EXPECT_THAT(end.output, testing::EndsWith("xxx"
                                            "end\n"));
  EXPECT_LT(end.output.size(), 4 * BoundedChild::kept_at_each_end);
  EXPECT_EQ(end.dropped, (1U << 30U) + 10 - 3 * BoundedChild::kept_at_each_end);
}

TEST(BoundedChild, ThatNeverStopsTalkingIsEndedAtItsLimit) {
  BoundedEnd end = bounded({"yes"}, 300ms);
  EXPECT_EQ(end.problem(), "it did not end in time and was killed");
  EXPECT_LT(end.took, 4s);
}

// What it leaves in its group is named and killed; whoever holds the pipe open does not hold up anybody.
TEST(BoundedChild, WhatItLeavesRunningIsNamedAndKilled) {
  BoundedEnd end = shell("sleep 300 & echo $!");
  EXPECT_EQ(end.problem(), "");
  ASSERT_EQ(end.left.size(), 1U);
  EXPECT_THAT(end.left.front(), StartsWith("sleep (pid "));
  EXPECT_LT(end.took, 4s);
  auto pid = static_cast<pid_t>(std::stol(end.output));
  for (int tries = 0; still_runs(pid) && tries < 100; ++tries) std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(still_runs(pid));
}

TEST(BoundedChild, ThatForksWithoutEndIsEndedWithAllOfThem) {
  TemporaryDirectory directory;
  std::string file = (directory / "pids").string();
  BoundedEnd end = shell("while :; do sleep 300 & echo $! >> " + file + "; sleep 0.02; done", 500ms);
  EXPECT_EQ(end.problem(), "it did not end in time and was killed");
  std::string pids = read_file(file).value();
  std::size_t all = 0;
  for (std::size_t at = 0; at < pids.size(); at = pids.find('\n', at) + 1, ++all) {
    auto pid = static_cast<pid_t>(std::stol(pids.substr(at)));
    for (int tries = 0; still_runs(pid) && tries < 100; ++tries) std::this_thread::sleep_for(20ms);
    EXPECT_FALSE(still_runs(pid)) << pid;
  }
  EXPECT_GT(all, 3U);
}

// A daemon has left the group on purpose. It is not waited for, although it holds the pipe.
TEST(BoundedChild, ADaemonIsNotWaitedFor) {
  BoundedEnd end = shell("setsid sh -c 'echo $$; exec sleep 300' & sleep 0.5");
  EXPECT_EQ(end.problem(), "");
  EXPECT_THAT(end.left, IsEmpty());
  EXPECT_LT(end.took, 4s);
  auto pid = static_cast<pid_t>(std::stol(end.output));
  EXPECT_TRUE(still_runs(pid));
  ::kill(pid, SIGKILL);
}

TEST(BoundedChild, CanBeKilledFromAnotherThread) {
  BoundedChild child;
  std::thread other([&] {
    std::this_thread::sleep_for(300ms);
    child.kill_now();
  });
  BoundedEnd end = child.run({.words = {"sleep", "300"}, .input = {}, .limit = 1min});
  other.join();
  EXPECT_EQ(end.problem(), "it was ended by signal 9");
  child.kill_now();  // nothing runs any more
}

}  // namespace
}  // namespace nightlatch
