// Whole logs: what is found in them, whatever they are kept in, and what is said of what was not seen.
#include "scan/scanner.hpp"

#include <deque>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "places.hpp"
#include "scan/audit_line.hpp"
#include "scan/compressed.hpp"
#include "scan/errors.hpp"
#include "util/errors.hpp"
#include "util/file.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch::scan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Counted : RequestSink {
  void take(const Event& event, Caller caller) override {
    ++by_caller[static_cast<std::size_t>(caller)];
    uris[std::string(event.uri)] += 1;
  }
  std::array<std::size_t, 4> by_caller{};
  std::map<std::string, std::size_t> uris;
};

struct Scanned {
  std::size_t anonymous = 0;
  std::size_t rejected = 0;
  std::size_t posing = 0;
  std::map<std::string, std::size_t> uris;
  Coverage coverage;
};

class Scanning : public testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view bytes) {
    std::filesystem::path path = directory.path() / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }

  Scanned scan_all(const std::vector<std::string>& paths, ScanOptions options = {}) {
    auto files = find_log_files(paths, Rotated::read);
    EXPECT_TRUE(files.has_value());
    std::deque<Counted> sinks(options.threads);
    auto coverage =
        scan(*files, options, {[&](std::size_t thread) -> RequestSink& { return sinks[thread]; }});
    EXPECT_TRUE(coverage.has_value()) << coverage.error().message;
    Scanned result;
    for (const Counted& sink : sinks) {
      result.anonymous += sink.by_caller[1];
      result.rejected += sink.by_caller[2];
      result.posing += sink.by_caller[3];
      for (const auto& [uri, count] : sink.uris) result.uris[uri] += count;
    }
    if (coverage) result.coverage = *std::move(coverage);
    return result;
  }

  TemporaryDirectory directory;
};

// Requests of several callers, with RequestReceived, over several pieces of a log.
std::string long_log(std::size_t requests) {
  std::string log;
  for (std::size_t i = 0; i < requests; ++i) {
    std::string id = fmt::format("id-{}", i);
    std::string time = fmt::format("2026-11-21T10:{:02}:{:02}.000001Z", i / 60 % 60, i % 60);
    Line line{.id = id, .uri = fmt::format("/livez?n={}", i % 7), .received = time};
    if (i % 3 == 0) line.user = std::string(service_json);
    if (i % 17 == 0)
      line.more = fmt::format(R"("requestObject":{{"data":"{}"}},)", std::string(i % 3'000, 'x'));
    Line before = line;
    before.stage = "RequestReceived";
    before.code = 0;
    before.decision = "";
    log += text_of(before) + "\n";
    log += text_of(line) + "\n";
    if (i % 10 == 0) {
      Line rejected = rejected_line(id);
      rejected.received = time;
      log += text_of(rejected) + "\n";
    }
  }
  return log;
}

TEST_F(Scanning, CountsTheRequestsOfARunningApiServer) {
  std::string log = (source_directory() / "tests/data/audit/kube-apiserver-1.34.4-metadata.log").string();
  for (Lines lines : {Lines::filtered, Lines::every}) {
    Scanned result = scan_all({log}, {.lines = lines});
    EXPECT_EQ(result.anonymous, 12U);
    EXPECT_EQ(result.rejected, 11U);
    EXPECT_EQ(result.coverage.lines, 211U);
    EXPECT_EQ(result.coverage.events + result.coverage.skipped, 211U);
  }
}

// The search gives up where the first lines of a piece are mostly those that it looks for.
TEST_F(Scanning, SearchesOnlyWhereItSavesSomething) {
  auto lines = [](std::size_t count, bool anonymous) {
    std::string log;
    for (std::size_t i = 0; i < count; ++i) {
      Line line{.id = fmt::format("{}-{}-{}", count, anonymous, i)};
      if (!anonymous) line.user = std::string(service_json);
      log += text_of(line) + "\n";
    }
    return log;
  };
  Scanned dense = scan_all({write("dense.log", lines(40, true) + lines(100, false) + lines(3, true))}, {});
  EXPECT_EQ(dense.anonymous, 43U);
  EXPECT_EQ(dense.coverage.events, 143U);
  EXPECT_EQ(dense.coverage.skipped, 0U);
  Scanned sparse =
      scan_all({write("sparse.log", lines(100, false) + lines(40, true) + lines(60, false))}, {});
  EXPECT_EQ(sparse.anonymous, 40U);
  EXPECT_EQ(sparse.coverage.skipped, 160U);
  EXPECT_EQ(sparse.coverage.lines, 200U);
}

TEST_F(Scanning, CountsTheSameWithAnyNumberOfThreadsFilteredOrNotAndInEveryContainer) {
  std::string log = long_log(3000);
  std::string compact = write("a.log", log);
  std::vector<std::string> paths{
      compact, write("b.gz", gzipped(log)), write("c.zst", zstd_compressed(log)),
      write("d.gz", gzipped(log.substr(0, 100'000)) + gzipped(log.substr(100'000)))};
  std::string list = R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[)";
  std::string pretty = "{\n  \"kind\": \"EventList\",\n  \"items\": [\n";
  for (std::size_t at = 0, end = 0; (end = log.find('\n', at)) != std::string::npos; at = end + 1) {
    std::string one = log.substr(at, end - at);
    list += (at == 0 ? "" : ",") + one;
    std::size_t user = one.find("\"user\":");
    one.insert(user + 7, "\n   ");
    pretty += (at == 0 ? "" : ",\n") + one;
  }
  paths.push_back(write("e.json", list + "]}"));
  paths.push_back(write("f.json", pretty + "\n]}\n"));
  for (const std::string& path : paths) {
    for (std::size_t threads : {1U, 3U}) {
      for (Lines lines : {Lines::filtered, Lines::every}) {
        bool other_pair = (threads == 1) == (lines == Lines::every);
        if (path != compact && other_pair) continue;
        Scanned result = scan_all({path}, {.threads = threads, .lines = lines});
        EXPECT_EQ(result.anonymous, 2000U) << path;
        EXPECT_EQ(result.rejected, 300U) << path;
        EXPECT_EQ(result.uris.size(), 8U) << path;
        EXPECT_EQ(result.coverage.lines, 6300U) << path;
        EXPECT_EQ(result.coverage.malformed + result.coverage.torn + result.coverage.other, 0U) << path;
        EXPECT_EQ(result.coverage.unfinished, 0U) << path;
      }
    }
  }
}

TEST_F(Scanning, LeavesTheFilterOutWhereItCouldMiss) {
  std::string log;
  for (int i = 0; i < 50; ++i)
    log += R"({"kind": "Event", "apiVersion": "audit.k8s.io/v1", "auditID": "a)" + std::to_string(i) +
           R"(", "stage": "ResponseStarted", "user": {}, "responseStatus": {"code": 401}})"
           "\n";
  Scanned result = scan_all({write("spaced.log", log)});
  EXPECT_EQ(result.rejected, 50U);
  EXPECT_EQ(result.coverage.skipped, 0U);
}

TEST_F(Scanning, AMissOfTheFilterIsAnError) {
  // Lines that look filterable, but hide what the filter looks for. No API server writes them.
  std::string line = text_of(somebody());
  line.insert(line.size() - 1, R"(,"user":{"username":"system\u003aanonymous"})");
  std::string log;
  for (int i = 0; i < 4000; ++i) log += line + "\n";
  auto files = find_log_files({write("odd.log", log)}, Rotated::leave);
  Counted sink;
  auto coverage = scan(*files, {}, {[&](std::size_t) -> RequestSink& { return sink; }});
  ASSERT_FALSE(coverage.has_value());
  EXPECT_EQ(coverage.error().code.number, scan_errors::filter_missed.number);
  EXPECT_EQ(coverage.error().code.exit, Exit::coverage);
  EXPECT_EQ(coverage.error().message, "a line that was skipped tells of anonymous access");
  EXPECT_EQ(scan_all({(directory.path() / "odd.log").string()}, {.lines = Lines::every}).anonymous, 4000U);
}

TEST_F(Scanning, SaysWhatItCouldNotRead) {
  std::string line = text_of({});
  std::string log = line.substr(200) + "\n" + line + "\nI1121 another program\n{\"broken\":\n" + line +
                    "\r\n" + R"({"kind":"Pod"})" + "\n" + line + line + "\n" + line.substr(0, 300);
  Scanned result = scan_all({write("torn.log", log)}, {.lines = Lines::every});
  EXPECT_EQ(result.anonymous, 4U);  // two on one line
  EXPECT_EQ(result.coverage.malformed, 2U);
  EXPECT_EQ(result.coverage.other, 2U);
  EXPECT_EQ(result.coverage.torn, 1U);
}

TEST_F(Scanning, DropsLinesThatAreTooLongAndSaysHowMany) {
  Line line;
  line.more = fmt::format(R"("requestObject":{{"data":"{}"}},)", std::string(5U << 20U, 'x'));
  std::string log = text_of({}) + "\n" + text_of(line) + "\n" + text_of({}) + "\n";
  line.more = fmt::format(R"("requestObject":{{"data":"{}"}},)", std::string(3U << 20U, 'x'));
  log += text_of(line) + "\n";
  for (const std::string& path : {write("long.log", log), write("long.gz", gzipped(log))}) {
    Scanned result = scan_all({path});
    EXPECT_EQ(result.anonymous, 3U) << path;
    EXPECT_EQ(result.coverage.too_long, 1U) << path;
  }
}

TEST_F(Scanning, SaysWhichFilesAreDamaged) {
  std::string log = long_log(200);
  std::string whole = gzipped(log);
  Scanned cut = scan_all({write("cut.gz", whole.substr(0, whole.size() / 2))});
  EXPECT_THAT(cut.coverage.damaged, ElementsAre(HasSubstr("cut.gz: the gzip data ends before its end")));
  std::string flipped = whole;
  flipped[flipped.size() / 2] = static_cast<char>(~flipped[flipped.size() / 2]);
  EXPECT_EQ(scan_all({write("flipped.gz", flipped)}).coverage.damaged.size(), 1U);
  EXPECT_THAT(scan_all({write("tail.gz", whole + "rest")}).coverage.damaged,
              ElementsAre(HasSubstr("behind the gzip data comes something else")));
  EXPECT_THAT(scan_all({write("zeros.gz", whole + std::string(512, '\0'))}).coverage.damaged, IsEmpty());
  std::string zstd = zstd_compressed(log);
  EXPECT_THAT(scan_all({write("cut.zst", zstd.substr(0, zstd.size() / 2))}).coverage.damaged,
              ElementsAre(HasSubstr("the zstd data ends before its end")));
}

TEST_F(Scanning, KnowsTheTimeOfALogAndItsGaps) {
  std::string log;
  for (const char* time : {"10:00:00", "10:05:00", "10:09:00", "11:00:00", "11:01:00"}) {
    Line line = somebody();
    line.received = fmt::format("2026-11-21T{}.000000Z", time);
    log += text_of(line) + "\n";
  }
  std::string path = write("gap.log", log);
  Coverage coverage = scan_all({path}).coverage;
  ASSERT_EQ(coverage.families.size(), 1U);
  const FamilyCoverage& family = coverage.families.begin()->second;
  std::int64_t ten = 1'795'255'200'000'000;
  std::int64_t minute = 60'000'000;
  EXPECT_THAT(family.gaps, ElementsAre(TimeSpan{ten + 9 * minute, ten + 60 * minute}));
  EXPECT_EQ(coverage.first_us, ten);
  EXPECT_EQ(coverage.last_us, ten + 61 * minute);
}

TEST_F(Scanning, CountsWhatLiesInTheAskedTime) {
  std::string path = write("a.log", long_log(3600));
  std::int64_t ten = 1'795'255'200'000'000;
  Scanned result = scan_all({path}, {.since_us = ten + 60'000'000, .until_us = ten + 120'000'000});
  EXPECT_EQ(result.anonymous, 40U);
  EXPECT_EQ(result.rejected, 6U);
  EXPECT_GT(result.coverage.outside, 4000U);
}

TEST_F(Scanning, AnEmptyLogTellsNothing) {
  Scanned result = scan_all({write("empty.log", "")});
  EXPECT_EQ(result.coverage.files, 1U);
  EXPECT_EQ(result.coverage.lines, 0U);
  EXPECT_EQ(result.coverage.first_us, 0);
}

TEST_F(Scanning, AFileThatCannotBeReadIsAnError) {
  LogFiles files{{{directory.path() / "gone.log", "gone"}}, {}};
  Counted sink;
  auto coverage = scan(files, {}, {[&](std::size_t) -> RequestSink& { return sink; }});
  ASSERT_FALSE(coverage.has_value());
  EXPECT_EQ(coverage.error().code.number, util_errors::file_unreadable.number);
}

}  // namespace
}  // namespace nightlatch::scan
