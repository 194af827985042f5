#include "util/file.hpp"

#include <fcntl.h>
#include <iterator>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "util/environment.hpp"
#include "util/errors.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch {
namespace {

namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

std::size_t entries(const fs::path& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator{}));
}

TEST(WriteFileDurably, WhatIsNoFileIsNotReplacedByOne) {
  TemporaryDirectory directory;
  fs::path pipe = directory / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  Status written = write_file_durably(pipe, "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, pipe.string() + ": it is no regular file");
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_EQ(entries(directory.path()), 1U);
}

TEST(ReadFile, GivesEveryByteBack) {
  TemporaryDirectory directory;
  std::string bytes("a\0b\r\n\xff", 6);
  ASSERT_TRUE(write_file_durably(directory / "f", bytes));
  EXPECT_EQ(read_file(directory / "f").value(), bytes);
}

TEST(ReadFile, AFileOverTheLimitIsAnErrorAndNotACut) {
  TemporaryDirectory directory;
  ASSERT_TRUE(write_file_durably(directory / "f", "12345"));
  EXPECT_TRUE(read_file(directory / "f", 5));
  auto over = read_file(directory / "f", 4);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code.number, util_errors::file_unreadable.number);
}

TEST(ReadFile, NamesTheFileAndTheReason) {
  TemporaryDirectory directory;
  auto missing = read_file(directory / "nothing");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, (directory / "nothing").string() + ": No such file or directory");
  EXPECT_FALSE(read_file(directory.path())) << "a directory is no file";
}

TEST(WriteFileDurably, ReplacesWholeAndSetsTheMode) {
  TemporaryDirectory directory;
  ASSERT_TRUE(write_file_durably(directory / "f", "a longer old content", 0644));
  ASSERT_TRUE(write_file_durably(directory / "f", "new"));
  EXPECT_EQ(read_file(directory / "f").value(), "new");
  EXPECT_EQ(mode_of(directory / "f"), 0600U);
  EXPECT_EQ(entries(directory.path()), 1U) << "no temporary file is left";
}

TEST(WriteFileDurably, MakesMissingDirectoriesForTheirOwnerAlone) {
  TemporaryDirectory directory;
  ASSERT_TRUE(write_file_durably(directory.path() / "a" / "b" / "f", "x", 0640));
  EXPECT_EQ(mode_of(directory / "a"), 0700U);
  EXPECT_EQ(mode_of(directory.path() / "a" / "b"), 0700U);
  EXPECT_EQ(mode_of(directory.path() / "a" / "b" / "f"), 0640U);
}

TEST(WriteFileDurably, AFailureLeavesTheOldStateAndNoTemporaryFile) {
  TemporaryDirectory directory;
  fs::create_directories(directory.path() / "taken" / "inside");  // a rename onto it must fail
  Status written = write_file_durably(directory / "taken", "bytes");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code.number, util_errors::file_unwritable.number);
  EXPECT_TRUE(fs::is_directory(directory.path() / "taken" / "inside"));
  EXPECT_EQ(entries(directory.path()), 1U);
}

TEST(WriteFileDurably, AFileInTheWayOfADirectoryIsAnError) {
  TemporaryDirectory directory;
  ASSERT_TRUE(write_file_durably(directory / "f", "x"));
  EXPECT_FALSE(write_file_durably(directory.path() / "f" / "below", "y"));
  EXPECT_EQ(read_file(directory / "f").value(), "x");
}

TEST(AppendDurably, AddsToWhatWasWritten) {
  TemporaryDirectory directory;
  auto fd = create_append_durably(directory / "log");
  ASSERT_TRUE(fd);
  ASSERT_TRUE(append_durably(*fd, "one\n", directory / "log"));
  ASSERT_TRUE(append_durably(*fd, "two\n", directory / "log"));
  EXPECT_EQ(read_file(directory / "log").value(), "one\ntwo\n");
}

TEST(AppendDurably, AFileThatExistsIsNobodysNewLog) {
  TemporaryDirectory directory;
  ASSERT_TRUE(write_file_durably(directory / "log", "one\n"));
  EXPECT_FALSE(create_append_durably(directory / "log"));
}

TEST(AppendDurably, AFullDiskIsAnErrorThatNamesTheFile) {
  Fd full(::open("/dev/full", O_WRONLY));
  ASSERT_TRUE(full.valid());
  Status appended = append_durably(full, "x", "journal.jsonl");
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().message, "journal.jsonl: No space left on device");
  EXPECT_EQ(appended.error().code.number, util_errors::no_room.number);
}

TEST(CreateReserve, TakesItsBlocksAtOnceAndGivesThemBackWhenItIsCut) {
  TemporaryDirectory directory;
  auto fd = create_reserve(directory.path() / "new" / "reserve", 65536);
  ASSERT_TRUE(fd);
  struct stat status{};
  ASSERT_EQ(::fstat(fd->get(), &status), 0);
  EXPECT_EQ(status.st_size, 65536);
  EXPECT_GE(status.st_blocks * 512, 65536);
  ASSERT_TRUE(cut_durably(*fd, 4096, "reserve"));
  ASSERT_EQ(::fstat(fd->get(), &status), 0);
  EXPECT_EQ(status.st_size, 4096);
}

TEST(CreateReserve, AFailureLeavesNoFile) {
  TemporaryDirectory directory;
  EXPECT_FALSE(create_reserve(directory / "reserve", std::size_t{1} << 60U));
  EXPECT_FALSE(fs::exists(directory / "reserve"));
}

TEST(ExpandHome, ReplacesOnlyALeadingTilde) {
  ScopedVariable home("HOME", "/home/ana");
  EXPECT_EQ(expand_home("~/x/y"), "/home/ana/x/y");
  EXPECT_EQ(expand_home("/etc/~/x"), "/etc/~/x");
  EXPECT_EQ(expand_home("~other/x"), "~other/x");
  EXPECT_EQ(expand_home("relative"), "relative");
}

TEST(StateDirectory, FollowsXdgAndIgnoresARelativeOne) {
  ScopedVariable home("HOME", "/home/ana");
  {
    ScopedVariable state("XDG_STATE_HOME", "/var/state");
    EXPECT_EQ(state_directory(), "/var/state/nightlatch");
  }
  for (const char* useless : {"", "relative"}) {
    ScopedVariable state("XDG_STATE_HOME", useless);
    EXPECT_EQ(state_directory(), "/home/ana/.local/state/nightlatch");
  }
}

TEST(Fd, ClosesWhatItHoldsAndMovesWithoutClosing) {
  int pipes[2];
  ASSERT_EQ(::pipe(pipes), 0);
  Fd write_end(pipes[1]);
  {
    Fd read_end(pipes[0]);
    Fd moved(std::move(read_end));
    EXPECT_FALSE(read_end.valid());  // NOLINT(bugprone-use-after-move): the moved-from state is the claim
    EXPECT_EQ(::fcntl(moved.get(), F_GETFD), 0);
  }
  EXPECT_EQ(::fcntl(pipes[0], F_GETFD), -1);
}

}  // namespace
}  // namespace nightlatch
