#include "rollout/journal.hpp"

#include <fstream>
#include <sys/mount.h>
#include <sys/stat.h>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "util/file.hpp"
#include "util/hash.hpp"
#include "util/temporary_directory.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {
namespace {

using testing::HasSubstr;

Record record(std::uint64_t seq, std::string step = "staged") {
  return {seq, 1795310045123, "20261122T0114-7f3a", "cp1", std::move(step), Phase::done, {{"pod", "a/b"}}};
}

// Three records as they stand in a file.
std::string chain() {
  std::string bytes;
  std::string previous;
  for (std::uint64_t seq = 1; seq <= 3; ++seq) {
    std::string line = to_line(record(seq), previous);
    previous = sha256_hex(line);
    bytes += line + "\n";
  }
  return bytes;
}

void expect_broken(const std::string& bytes, const std::string& why) {
  auto read = read_journal(bytes, "journal.jsonl");
  ASSERT_FALSE(read) << bytes;
  EXPECT_EQ(read.error().code.number, rollout_errors::journal_broken.number);
  EXPECT_THAT(read.error().message, HasSubstr(why));
}

TEST(Record, ALineIsWhatTheContractSays) {
  EXPECT_EQ(to_line(record(7), "abc"),
            R"({"v":1,"seq":7,"t":"2026-11-22T01:14:05.123Z","run":"20261122T0114-7f3a","node":"cp1",)"
            R"("step":"staged","phase":"done","data":{"pod":"a/b"},"prev":"abc"})");
}

TEST(Record, ALineComesBackAsItWas) {
  for (Phase phase : {Phase::intend, Phase::done, Phase::failed}) {
    Record original = record(3);
    original.phase = phase;
    original.data["why"] = "quotes \" and \n lines and \xc3\xbc";
    auto parsed = from_line(to_line(original, "prev"));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->record, original);
    EXPECT_EQ(parsed->prev, "prev");
  }
}

TEST(Record, BytesThatAreNoUtf8DoNotStopTheJournal) {
  Record original = record(1);
  original.data["why"] = "log \xff\xfe line";
  std::string line = to_line(original, "");
  auto parsed = from_line(line);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->record.data.at("why"), "log \xef\xbf\xbd\xef\xbf\xbd line");
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(Record, WhatIsNoLineIsRefused) {
  std::string good = to_line(record(1), "");
  ASSERT_TRUE(from_line(good));
  auto with = [&](const std::string& from, const std::string& to) {
    std::string bad = good;
    return bad.replace(bad.find(from), from.size(), to);
  };
  for (const std::string& bad :
       {std::string("{}"), std::string("null"), std::string("[1]"), std::string(), with("\"v\":1", "\"v\":2"),
        with("\"v\":1", "\"v\":\"1\""), with("done", "finished"), with("05.123Z", "05.123"),
        with("2026", "soon"), with("\"a/b\"", "7"), with("\"seq\":1", "\"seq\":\"1\""),
        with("\"seq\":1", "\"seq\":1.5"), with("\"seq\":1", "\"seq\":1e43"),
        with("\"v\":1", "\"v\":4294967297")}) {
    EXPECT_FALSE(from_line(bad)) << bad;
  }
}

TEST(ReadJournal, GivesEveryRecordInOrder) {
  auto read = read_journal(chain(), "journal.jsonl");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ(read->at(2), record(3));
  EXPECT_TRUE(read_journal("", "journal.jsonl").value().empty());
}

TEST(ReadJournal, ATornTailIsIgnoredWhereverItTore) {
  std::string bytes = chain();
  std::size_t whole = bytes.rfind('\n', bytes.size() - 2) + 1;  // where the third line begins
  for (std::size_t length = whole; length < bytes.size(); ++length) {
    auto read = read_journal(bytes.substr(0, length), "journal.jsonl");
    ASSERT_TRUE(read) << length;
    EXPECT_EQ(read->size(), 2U) << length;
  }
}

TEST(ReadJournal, AMissingMiddleIsFatalAndNamesItsLine) {
  std::vector<std::string> lines = split(chain(), '\n');
  expect_broken(lines[0] + "\n" + lines[2] + "\n",
                "journal.jsonl:2: record 2 is missing: record 3 follows record 1");
  expect_broken(lines[1] + "\n", "journal.jsonl:1: record 1 is missing: record 2 follows");
}

TEST(ReadJournal, AnEditedRecordIsNamedAndNotTheOneThatFollowsIt) {
  std::string bytes = chain();
  bytes.replace(bytes.find("staged"), 6, "cooked");
  expect_broken(bytes, "journal.jsonl:1: record 1 was changed after it was written");
}

TEST(ReadJournal, ARecordWhosePredecessorWasForgedIsTheEditedOne) {
  std::string bytes = chain();
  std::size_t prev = bytes.find("\"prev\":\"", bytes.find('\n')) + 8;
  bytes[prev] = bytes[prev] == '0' ? '1' : '0';
  expect_broken(bytes, "journal.jsonl:2: record 2 was changed after it was written");
}

TEST(ReadJournal, RecordsInAnotherOrderAreNamed) {
  std::vector<std::string> lines = split(chain(), '\n');
  expect_broken(lines[0] + "\n" + lines[2] + "\n" + lines[1] + "\n",
                "journal.jsonl:2: record 3 stands in the place of record 2");
  expect_broken(lines[0] + "\n" + lines[0] + "\n" + lines[1] + "\n",
                "journal.jsonl:2: record 1 stands in the place of record 2");
  expect_broken(chain() + lines[2] + "\n", "journal.jsonl:4: record 3 is there twice");
}

TEST(ReadJournal, TheHeadIsTheHashOfTheLastWholeLine) {
  std::vector<std::string> lines = split(chain(), '\n');
  auto whole = read_chain(chain(), "journal.jsonl");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->head, sha256_hex(lines[2]));
  EXPECT_FALSE(whole->is_torn);
  auto torn = read_chain(lines[0] + "\n" + lines[1].substr(0, 30), "journal.jsonl");
  ASSERT_TRUE(torn);
  EXPECT_EQ(torn->head, sha256_hex(lines[0]));
  EXPECT_TRUE(torn->is_torn);
}

TEST(ReadJournal, ABrokenLineInTheMiddleIsFatal) {
  std::vector<std::string> lines = split(chain(), '\n');
  expect_broken(lines[0] + "\n" + lines[1].substr(0, 20) + "\n" + lines[2] + "\n", "journal.jsonl:2:");
  expect_broken(lines[0] + "\n\n" + lines[1] + "\n", "journal.jsonl:2: not a journal line");
}

TEST(ReadJournal, AnUnknownVersionRefuses) {
  std::string line = to_line(record(1), "");
  line.replace(line.find("\"v\":1"), 5, "\"v\":2");
  expect_broken(line + "\n", "journal.jsonl:1: the line is of another version of the journal");
}

TEST(ReadJournal, AVersionThatNestsWithoutEndIsNoVersion) {
  std::string deep(50'000, '[');
  expect_broken("{\"v\":" + deep + std::string(50'000, ']') + "}\n",
                "journal.jsonl:1: the line is of another version of the journal");
}

TEST(Journal, WritesWhatTheReaderReads) {
  TemporaryDirectory directory;
  auto path = directory.path() / "prod-eu1" / "runs" / "r" / "journal.jsonl";
  auto journal = Journal::create(path);
  ASSERT_TRUE(journal);
  EXPECT_EQ(journal->path(), path);
  std::chrono::system_clock::time_point now{std::chrono::milliseconds(1795310045123)};
  for (std::uint64_t seq = 1; seq <= 3; ++seq) {
    Record one = record(seq);
    one.time_ms = 0;
    ASSERT_TRUE(journal->append(one, now));
    EXPECT_EQ(one.time_ms, 1795310045123) << "the time is set where it is written";
    EXPECT_EQ(read_journal(read_file(path).value(), "j").value().size(), seq) << "durable when it returns";
  }
  EXPECT_EQ(read_file(path).value(), chain());
}

TEST(Journal, IsForItsOwnerAlone) {
  TemporaryDirectory directory;
  ASSERT_TRUE(Journal::create(directory / "journal.jsonl"));
  struct stat status{};
  ASSERT_EQ(::stat((directory / "journal.jsonl").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(Journal, NeverContinuesAnother) {
  TemporaryDirectory directory;
  ASSERT_TRUE(Journal::create(directory / "journal.jsonl"));
  auto second = Journal::create(directory / "journal.jsonl");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code.number, rollout_errors::journal_exists.number);
}

// A file system of its own that is as large as the journal's reserve and little more.
class FullDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=256k") != 0)
      GTEST_SKIP() << "no right to mount a small disk";
  }
  void TearDown() override { ::umount2(directory_.path().c_str(), MNT_DETACH); }
  [[nodiscard]] std::filesystem::path path() const { return directory_ / "journal.jsonl"; }
  [[nodiscard]] std::filesystem::path reserve() const { return directory_ / "journal.reserve"; }
  void fill() const {
    std::ofstream filler(directory_ / "filler", std::ios::binary);
    for (std::string block(4096, 'x'); filler.write(block.data(), 4096).flush();) {
    }
  }
  TemporaryDirectory directory_;
};

TEST_F(FullDisk, TheReserveLetsEveryRecordBeWritten) {
  auto journal = Journal::create(path());
  ASSERT_TRUE(journal);
  ASSERT_TRUE(journal->reserve(64U << 10U));
  fill();
  std::uint64_t seq = 0;
  while (seq < 150) {  // about 40 KiB
    Record one = record(++seq);
    ASSERT_TRUE(journal->append(one, {})) << seq;
  }
  EXPECT_LT(std::filesystem::file_size(reserve()), 64U << 10U);
  EXPECT_EQ(read_journal(read_file(path()).value(), "j").value().size(), 150U)
      << "no line was written in part";
  Status last;
  for (; last && seq < 2000; ++seq) {
    Record one = record(seq + 1);
    last = journal->append(one, {});
  }
  EXPECT_FALSE(last) << "the reserve has an end";
}

TEST_F(FullDisk, WithoutRoomNothingIsKept) {
  auto journal = Journal::create(path());
  ASSERT_TRUE(journal);
  Status reserved = journal->reserve(1U << 20U);
  ASSERT_FALSE(reserved);
  EXPECT_EQ(reserved.error().code.number, rollout_errors::journal_room.number);
  EXPECT_EQ(reserved.error().code.exit, Exit::refused);
  EXPECT_EQ(
      reserved.error().message,
      fmt::format("the journal of this run needs 1024 KiB: {}: No space left on device", reserve().string()));
  EXPECT_FALSE(std::filesystem::exists(reserve()));
}

TEST(Journal, GivesItsReserveBackAtItsEnd) {
  TemporaryDirectory directory;
  {
    Journal journal = Journal::create(directory / "journal.jsonl").value();
    ASSERT_TRUE(journal.reserve(4096));
    EXPECT_TRUE(std::filesystem::exists(directory / "journal.reserve"));
  }
  EXPECT_FALSE(std::filesystem::exists(directory / "journal.reserve"));
}

TEST(RolloutErrors, ARecordsNumberFindsItsCode) {
  EXPECT_EQ(rollout_errors::find(4206)->title, rollout_errors::probe_unauthorized.title);
  EXPECT_EQ(rollout_errors::find(1), nullptr);
}

}  // namespace
}  // namespace nightlatch::rollout
