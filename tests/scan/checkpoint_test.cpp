// Runs that go on where the last one ended add up to one run over everything.
#include "scan/checkpoint.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/audit_line.hpp"
#include "scan/compressed.hpp"
#include "scan/errors.hpp"
#include "scan/scanner.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch::scan {
namespace {

namespace fs = std::filesystem;

// Requests by "URI code", as many as there were.
class Counting final : public RequestSink {
 public:
  void take(const Event& event, Caller) override {
    ++requests[fmt::format("{} {} {}", event.uri, event.code, event.last_ip)];
  }
  std::map<std::string, int> requests;
};

class Checkpoints : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view bytes) {
    std::ofstream(directory / name, std::ios::binary) << bytes;
  }
  // One more run, from the last checkpoint on.
  void run(std::size_t threads = 1) {
    LogFiles files = find_log_files({(directory / "audit.log").string()}, Rotated::read).value();
    ScanOptions options;
    options.threads = threads;
    options.before = &checkpoint;
    std::array<Counting, 2> sinks;
    Coverage coverage =
        scan(files, options, {[&](std::size_t thread) -> RequestSink& { return sinks[thread]; }}).value();
    for (Counting& sink : sinks) {
      for (const auto& [what, count] : sink.requests) counted[what] += count;
    }
    // As it is kept in a file.
    checkpoint = parse_checkpoint(to_json(coverage.checkpoint), "c.json").value();
    ++runs;
  }

  TemporaryDirectory directory;
  Checkpoint checkpoint;
  std::map<std::string, int> counted;
  int runs = 0;
};

TEST_F(Checkpoints, ARequestIsCountedByTheRunThatSeesItsEnd) {
  std::string begun = text_of({.stage = "RequestReceived", .code = 0, .decision = ""}) + "\n";
  write("audit.log", begun);
  run();
  EXPECT_TRUE(counted.empty());
  EXPECT_EQ(checkpoint.open.size(), 1U);
  write("audit.log", begun + text_of({}) + "\n");
  run();
  EXPECT_THAT(counted, testing::ElementsAre(testing::Pair("/livez 200 10.0.0.5", 1)));
  EXPECT_TRUE(checkpoint.open.empty());
  run();
  EXPECT_THAT(counted, testing::ElementsAre(testing::Pair("/livez 200 10.0.0.5", 1))) << "nothing is new";
}

TEST_F(Checkpoints, ALineThatIsNotWholeWaits) {
  std::string line = text_of({}) + "\n";
  write("audit.log", line + line.substr(0, line.size() - 1));
  run();
  EXPECT_EQ(counted["/livez 200 10.0.0.5"], 1);
  write("audit.log", line + line);
  run();
  EXPECT_EQ(counted["/livez 200 10.0.0.5"], 2);
}

TEST_F(Checkpoints, ARotatedAndCompressedLogIsKnownAgain) {
  std::string first = text_of({.id = "a"}) + "\n";
  std::string second = text_of({.id = "b", .uri = "/version"}) + "\n";
  write("audit.log", first);
  run();
  write("audit-2026-11-21T11-00-00.000.log.gz", gzipped(first + second));
  write("audit.log", text_of({.id = "c", .uri = "/api"}) + "\n");
  run();
  EXPECT_THAT(counted, testing::ElementsAre(testing::Pair("/api 200 10.0.0.5", 1),
                                            testing::Pair("/livez 200 10.0.0.5", 1),
                                            testing::Pair("/version 200 10.0.0.5", 1)));
}

TEST_F(Checkpoints, WhatIsOpenForLongIsCounted) {
  std::string watch = text_of({.stage = "ResponseStarted", .uri = "/api/v1/pods?watch=true"}) + "\n";
  write("audit.log", watch);
  run();
  EXPECT_TRUE(counted.empty());
  write("audit.log", watch + text_of({.id = "z", .received = "2026-11-21T11:30:00.000001Z"}) + "\n");
  run();
  EXPECT_EQ(counted["/api/v1/pods?watch=true 200 10.0.0.5"], 1);
}

// A log that grows by random pieces, with random stages and addresses, and is rotated now and then.
TEST_F(Checkpoints, AddUpToOneRun) {
  std::mt19937 random(17);
  std::string whole;
  std::map<std::string, int> truth;
  for (int i = 0; i < 400; ++i) {
    Line line{.id = std::to_string(i / 2),
              .uri = i % 3 == 0 ? "/caf\\u00e9?a=b" : "/" + std::string(i % 7 == 0 ? 700 : 1, 'x')};
    line.agent = std::to_string(i);  // no two lines are equal
    line.received = fmt::format("2026-11-21T10:{:02}:00.000001Z", i / 8);
    if (i % 5 == 4) line.ips = R"(["127.0.0.1","203.0.113.9"])";
    Line begun = line;
    begun.stage = "RequestReceived";
    begun.code = 0;
    begun.decision = "";
    whole += text_of(begun) + "\n";
    if (random() % 4 != 0) whole += text_of(somebody("s" + std::to_string(i))) + "\n";
    whole += text_of(line) + "\n";
  }
  write("audit.log", whole);
  run(2);
  truth = std::exchange(counted, {});
  checkpoint = {};
  std::size_t begin = 0;
  for (std::size_t end = 0; end < whole.size(); ++runs) {
    end = std::min(whole.size(), end + random() % 20'000);
    write("audit.log", std::string_view(whole).substr(begin, end - begin));
    run(1 + random() % 2);
    std::size_t newline = whole.rfind('\n', end - 1);
    if (random() % 3 == 0 && end < whole.size() && newline != std::string::npos && newline + 1 > begin) {
      end = newline + 1;  // a line never spans files
      fs::remove(directory / "audit.log");
      write(fmt::format("audit-2026-11-21T11-00-00.{:03}.log", runs % 1000),
            std::string_view(whole).substr(begin, end - begin));
      begin = end;
    }
  }
  run();
  EXPECT_EQ(counted, truth);
  EXPECT_TRUE(checkpoint.open.empty());
}

TEST(CheckpointFiles, OfAnotherKindAreRefused) {
  for (const char* json : {"", "{}", R"({"schema":"nightlatch.dev/checkpoint/v1","logs":[{}],"open":[]})"}) {
    auto read = parse_checkpoint(json, "c.json");
    ASSERT_FALSE(read.has_value()) << json;
    EXPECT_EQ(read.error().code.number, scan_errors::bad_checkpoint.number);
  }
}

}  // namespace
}  // namespace nightlatch::scan
