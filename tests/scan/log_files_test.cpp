// A log is the file that is named and what rotation made of it.
#include "scan/log_files.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/errors.hpp"
#include "scan/time_spans.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch::scan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Files : public testing::Test {
 protected:
  void touch(const std::string& name) { std::ofstream(directory.path() / name) << name; }
  std::string at(const std::string& name) { return (directory.path() / name).string(); }
  std::vector<std::string> names(const std::vector<std::string>& paths, Rotated rotated = Rotated::read) {
    auto found = find_log_files(paths, rotated);
    EXPECT_TRUE(found.has_value());
    std::vector<std::string> result;
    for (const LogFile& file : found->files) result.push_back(file.path.filename().string());
    skipped = found->skipped;
    return result;
  }

  TemporaryDirectory directory;
  std::vector<std::string> skipped;
};

TEST_F(Files, ComeWithTheirRotatedSiblingsOldestFirst) {
  for (const char* name :
       {"audit.log", "audit-2026-11-21T23-05-01.123.log", "audit-2026-11-20T23-05-01.123.log.gz",
        "audit-other.log", "audit.log.bak", "audit-2026-11-2xT23-05-01.123.log", "kubelet.log"})
    touch(name);
  EXPECT_THAT(names({at("audit.log")}), ElementsAre("audit-2026-11-20T23-05-01.123.log.gz",
                                                    "audit-2026-11-21T23-05-01.123.log", "audit.log"));
  EXPECT_THAT(names({at("audit.log")}, Rotated::leave), ElementsAre("audit.log"));
  EXPECT_THAT(names({at("audit-2026-11-21T23-05-01.123.log")}),
              ElementsAre("audit-2026-11-21T23-05-01.123.log"));
}

TEST_F(Files, OfLogrotateCountUpwards) {
  for (const char* name : {"audit.log", "audit.log.1", "audit.log.10.gz", "audit.log.2.zst"}) touch(name);
  EXPECT_THAT(names({at("audit.log")}),
              ElementsAre("audit.log.10.gz", "audit.log.2.zst", "audit.log.1", "audit.log"));
}

TEST_F(Files, ThatAreBeingCompressedAreReadOnce) {
  touch("audit.log");
  touch("audit-2026-11-21T23-05-01.123.log");
  touch("audit-2026-11-21T23-05-01.123.log.gz");
  EXPECT_THAT(names({at("audit.log")}), ElementsAre("audit-2026-11-21T23-05-01.123.log", "audit.log"));
  EXPECT_THAT(skipped,
              ElementsAre(HasSubstr("audit-2026-11-21T23-05-01.123.log is there, which it is made of")));
}

TEST_F(Files, AreReadOnceHoweverOftenTheyAreNamed) {
  touch("audit.log");
  touch("audit.log.1");
  EXPECT_THAT(names({at("audit.log"), at("audit.log.1"), directory.path().string()}),
              ElementsAre("audit.log.1", "audit.log"));
}

TEST_F(Files, OfADirectoryAreAllButTheHiddenOnes) {
  for (const char* name : {"cp1.log", "cp1-2026-11-21T23-05-01.123.log", ".hidden", "cp2.log.gz"})
    touch(name);
  auto found = find_log_files({directory.path().string()}, Rotated::read);
  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->files.size(), 3U);
  EXPECT_EQ(found->files[0].family, at("cp1.log"));
  EXPECT_EQ(found->files[1].family, at("cp1.log"));
  EXPECT_EQ(found->files[2].family, at("cp2.log.gz"));
}

TEST_F(Files, ThatAreNotThereAreAnError) {
  auto missing = find_log_files({at("gone.log")}, Rotated::read);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code.number, scan_errors::no_log.number);
  EXPECT_EQ(missing.error().message, at("gone.log") + ": there is no such file");
  auto empty = find_log_files({directory.path().string()}, Rotated::read);
  ASSERT_FALSE(empty.has_value());
  EXPECT_EQ(empty.error().message, directory.path().string() + ": the directory has no files");
}

TEST_F(Files, StdinIsADash) {
  EXPECT_THAT(names({"-"}), ElementsAre("-"));
}

TEST(Spans, AreJoinedWhenTheyAreNear) {
  TimeSpans spans(10);
  spans.add({100, 110});
  spans.add({200, 210});
  spans.add({119, 130});
  EXPECT_THAT(spans.spans(), ElementsAre(TimeSpan{100, 130}, TimeSpan{200, 210}));
  EXPECT_THAT(spans.gaps(), ElementsAre(TimeSpan{130, 200}));
  spans.add({90, 300});
  EXPECT_THAT(spans.spans(), ElementsAre(TimeSpan{90, 300}));
  EXPECT_THAT(spans.gaps(), IsEmpty());
}

TEST(Spans, AreBoundedInNumber) {
  TimeSpans spans(1);
  for (std::int64_t i = 0; i < 10'000; ++i) spans.add({i * 100 + i % 3, i * 100 + 10});
  EXPECT_EQ(spans.spans().size(), 4096U);
  EXPECT_EQ(spans.spans().front().from_us, 0);
  EXPECT_EQ(spans.spans().back().to_us, 999'910);
}

}  // namespace
}  // namespace nightlatch::scan
