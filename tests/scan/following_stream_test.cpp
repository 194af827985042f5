// What is appended to a log, over its rotations.
#include "scan/following_stream.hpp"

#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "util/errors.hpp"

namespace nightlatch::scan {
namespace {

namespace fs = std::filesystem;

class Following : public testing::Test {
 protected:
  Following() { fs::create_directory(directory); }
  ~Following() override { fs::remove_all(directory); }

  void append(const std::string& text) { std::ofstream(log, std::ios::app) << text; }
  // Exactly as many bytes as are expected: it waits for them.
  static std::string read(ByteStream& stream, std::size_t size) {
    std::string text;
    while (text.size() < size) {
      std::string more(size - text.size(), '\0');
      more.resize(stream.read(more.data(), more.size()));
      text += more;
    }
    return text;
  }

  fs::path directory =
      fs::temp_directory_path() / ("nightlatch-follow-" + std::to_string(static_cast<long>(::getpid())));
  fs::path log = directory / "audit.log";
};

TEST_F(Following, BeginsWhereItIsTold) {
  append("old\n");
  auto whole = make_following_stream(log, Begin::at_the_beginning).value();
  auto tail = make_following_stream(log, Begin::at_the_end).value();
  append("new\n");
  EXPECT_EQ(read(*whole, 8), "old\nnew\n");
  EXPECT_EQ(read(*tail, 4), "new\n");
}

TEST_F(Following, WaitsForWhatIsWritten) {
  append("");
  auto stream = make_following_stream(log, Begin::at_the_end).value();
  std::jthread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    append("late\n");
  });
  EXPECT_EQ(read(*stream, 5), "late\n");
}

TEST_F(Following, ReadsARotatedFileToItsEndAndThenTheNewOne) {
  append("a\n");
  auto stream = make_following_stream(log, Begin::at_the_beginning).value();
  EXPECT_EQ(read(*stream, 2), "a\n");
  append("b\n");
  fs::rename(log, directory / "audit-2026-11-21T09-00-00.000.log");
  append("c\n");
  EXPECT_EQ(read(*stream, 4), "b\nc\n");
}

TEST_F(Following, BeginsAgainWhereTheFileWasCut) {
  append("aaaa\n");
  auto stream = make_following_stream(log, Begin::at_the_beginning).value();
  EXPECT_EQ(read(*stream, 5), "aaaa\n");
  std::ofstream(log, std::ios::trunc) << "b\n";
  EXPECT_EQ(read(*stream, 2), "b\n");
}

TEST_F(Following, NeedsAFile) {
  auto stream = make_following_stream(directory / "gone", Begin::at_the_end);
  ASSERT_FALSE(stream.has_value());
  EXPECT_EQ(stream.error().code.number, util_errors::file_unreadable.number);
}

}  // namespace
}  // namespace nightlatch::scan
