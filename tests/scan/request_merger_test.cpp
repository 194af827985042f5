// Requests out of events: stages in any order, the same audit id twice, chunks and windows.
#include "scan/request_merger.hpp"

#include <deque>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/audit_line.hpp"

namespace nightlatch::scan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct Taken : RequestSink {
  void take(const Event& event, Caller) override {
    requests.push_back(fmt::format("{} {} {}", event.audit_id, static_cast<int>(event.stage), event.code));
  }
  std::vector<std::string> requests;
};

class Merging : public testing::Test {
 protected:
  void see(const Line& line) {
    lines_.emplace_back(text_of(line));
    Event event;
    ASSERT_EQ(reader_.read(lines_.back().text(), event), LineKind::event);
    chunk_.add(event, caller_of(event), copied_ ? std::string_view{} : lines_.back().text(), taken);
  }
  void next_chunk() { pending.settle(chunk_, taken); }
  void end() {
    next_chunk();
    pending.finish(taken);
  }

  static Line received(const std::string& id) {
    return {.id = id, .stage = "RequestReceived", .code = 0, .decision = ""};
  }
  static Line started(const std::string& id) { return {.id = id, .stage = "ResponseStarted"}; }
  static Line complete(const std::string& id) { return {.id = id}; }

  Taken taken;
  PendingRequests pending{100};
  bool copied_ = false;

 private:
  EventReader reader_;
  ChunkMerger chunk_;
  std::deque<Padded> lines_;
};

TEST_F(Merging, ThreeStagesAreOneRequest) {
  see(received("a"));
  see(started("a"));
  see(complete("a"));
  end();
  EXPECT_THAT(taken.requests, ElementsAre("a 3 200"));
  EXPECT_EQ(pending.unfinished(), 0U);
}

TEST_F(Merging, StagesAreOneRequestInAnyOrderAndInAnyChunk) {
  const std::vector<Line> stages{received("a"), started("a"), complete("a")};
  std::vector<std::size_t> order{0, 1, 2};
  do {
    for (int cuts = 0; cuts < 4; ++cuts) {
      taken.requests.clear();
      for (std::size_t i = 0; i < 3; ++i) {
        see(stages[order[i]]);
        if (i < 2 && (cuts >> i & 1) != 0) next_chunk();
      }
      end();
      EXPECT_THAT(taken.requests, ElementsAre("a 3 200")) << cuts << order[0] << order[1] << order[2];
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(Merging, TheSameAuditIdTwiceIsTwoRequests) {
  see(complete("a"));
  see(complete("a"));
  end();
  EXPECT_THAT(taken.requests, ElementsAre("a 3 200", "a 3 200"));
}

TEST_F(Merging, AnAuditIdThatTheClientReusesHidesNothing) {
  see(received("a"));
  Line other = received("a");
  other.uri = "/api/v1/secrets";
  see(other);
  other = complete("a");
  other.uri = "/api/v1/secrets";
  see(other);
  see(complete("a"));
  see(received("a"));
  see(received("a"));
  see(complete("a"));
  end();
  // Three times /livez was received, twice it was completed.
  EXPECT_THAT(taken.requests, ElementsAre("a 3 200", "a 3 200", "a 3 200", "a 1 0"));
}

TEST_F(Merging, AWatchThatGoesOnIsARequest) {
  see(received("watch"));
  next_chunk();
  see(started("watch"));
  end();
  EXPECT_THAT(taken.requests, ElementsAre("watch 2 200"));
  EXPECT_EQ(pending.unfinished(), 1U);
}

TEST_F(Merging, ARejectedRequestIsOneResponseStarted) {
  see(rejected_line());
  EXPECT_THAT(taken.requests, ElementsAre("id-401 2 401"));
  Line end_of_it = rejected_line();
  end_of_it.stage = "ResponseComplete";
  see(end_of_it);
  end();
  EXPECT_THAT(taken.requests, ElementsAre("id-401 2 401"));
}

TEST_F(Merging, APanicIsAnEnd) {
  see(received("a"));
  Line panic = complete("a");
  panic.stage = "Panic";
  panic.code = 500;
  see(panic);
  end();
  EXPECT_THAT(taken.requests, ElementsAre("a 4 500"));
}

TEST_F(Merging, EventsThatCannotBeReadAgainAreCopied) {
  copied_ = true;
  see(received("a"));
  see(started("b"));
  end();
  EXPECT_THAT(taken.requests, UnorderedElementsAre("a 1 0", "b 2 200"));
}

TEST_F(Merging, WhatLeavesTheWindowIsCountedAndSaid) {
  see(started("watch"));
  next_chunk();
  for (int i = 0; i < 250; ++i) {
    see(complete(fmt::format("{}", i)));
    next_chunk();
  }
  EXPECT_EQ(pending.given_up(), 1U);
  EXPECT_THAT(taken.requests, testing::Contains("watch 2 200"));
  taken.requests.clear();
  end();
  EXPECT_THAT(taken.requests, IsEmpty());
}

TEST(OwnedEvents, KeepTheirTextsAndCutLongOnes) {
  std::string uri(10'000, 'u');
  Event event;
  event.uri = uri;
  event.last_ip = "10.0.0.5";
  OwnedEvent owned(event);
  OwnedEvent moved = std::move(owned);
  EXPECT_EQ(moved.event().uri, uri.substr(0, 512));
  EXPECT_EQ(moved.event().last_ip, "10.0.0.5");
  EXPECT_LT(moved.bytes(), 1000U);
}

}  // namespace
}  // namespace nightlatch::scan
