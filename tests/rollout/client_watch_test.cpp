// A run with a client of its own: when it is heard, what is written of it, and that no step notices.
#include "rollout/client_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rollout/client_record.hpp"
#include "rollout/rolling.hpp"
#include "rollout/timeline.hpp"

namespace nightlatch::rollout {
namespace {

using namespace std::chrono_literals;

facts::ClientSight sight_of(std::uint64_t requests) {
  return {.from_ms = 1000,
          .until_ms = 2000,
          .requests = requests,
          .failed = 1,
          .usual_ms = 9,
          .slowest_ms = 40,
          .outages = {{1100, 1600, 1, "connection refused\nby peer"}}};
}

std::vector<Record> of_client(const std::vector<Record>& records) {
  std::vector<Record> found;
  for (const Record& record : records) {
    if (record.step == client_step) found.push_back(record);
  }
  return found;
}

TEST(ClientRecord, ASightComesBackFromItsRecord) {
  facts::ClientSight sight = sight_of(40);
  sight.more_outages = 2;
  Record record{1, 0, "r", "", "client", Phase::done, data_of(sight)};
  sight.outages[0].why = "connection refused by peer";
  EXPECT_EQ(sight_in(record), sight);
  EXPECT_EQ(sight_in(Record{}), facts::ClientSight{});
}

TEST(ClientWatch, ARollHearsItsClientAndTheEndStaysTheLastRecord) {
  std::uint64_t heard = 0;
  Rolling rolling{plan_for({"cp1", "cp2"}), Prompting::assume_yes, RunOptions{.client = OwnClient::heard}};
  rolling.client = [&] { return sight_of(++heard); };
  (void)rolling.finish();
  EXPECT_EQ(rolling.run.result().exit, Exit::done);
  std::vector<Record> records = of_client(rolling.records);
  EXPECT_GE(records.size(), 3U);
  EXPECT_EQ(records.size(), heard) << "all that was heard is written";
  EXPECT_EQ(rolling.records.back().step, "run");
  EXPECT_EQ(rolling.records[rolling.records.size() - 2].step, client_step) << "it is heard at the end, too";
  for (std::size_t i = 0; i < rolling.records.size(); ++i) EXPECT_EQ(rolling.records[i].seq, i + 1);
}

TEST(ClientWatch, WhereNothingWasAskedNothingIsWritten) {
  Rolling rolling{plan_for({"cp1"}), Prompting::assume_yes, RunOptions{.client = OwnClient::heard}};
  rolling.client = [] { return facts::ClientSight{}; };
  (void)rolling.finish();
  EXPECT_EQ(rolling.run.result().exit, Exit::done);
  EXPECT_TRUE(of_client(rolling.records).empty());
}

TEST(ClientWatch, AnInterruptedRunHearsItsClientBeforeItEnds) {
  Rolling rolling{plan_for({"cp1", "cp2"}), Prompting::assume_yes, RunOptions{.client = OwnClient::heard}};
  rolling.client = [] { return sight_of(1); };
  rolling.interrupt_after("cp1", "swapped");
  (void)rolling.finish();
  EXPECT_EQ(rolling.run.result().exit, Exit::interrupted);
  EXPECT_FALSE(of_client(rolling.records).empty());
  EXPECT_EQ(rolling.records.back().value("outcome"), "interrupted");
}

// As the driver sends events, without a run.
class Watched : public ::testing::Test {
 protected:
  std::vector<Command> after(Millis now, decltype(Event::what) what) {
    EXPECT_TRUE(watch_.take(Event{now, std::move(what)}, out_));
    return out_.take();
  }
  static Id id_of(const std::vector<Command>& commands) {
    return commands.size() == 1 ? std::get<Ask>(commands[0]).id : 0;
  }
  static Millis pause_in(const std::vector<Command>& commands) {
    return std::get<Pause>(std::get<Ask>(commands.at(0)).question).delay;
  }
  Outbox out_;
  ClientWatch watch_;
};

TEST_F(Watched, InALongRunItIsHeardLessAndLessOften) {
  watch_.start(0s, out_);
  std::vector<Command> commands = out_.take();
  Millis now{0};
  int records = 0;
  while (now < 24h) {
    Millis delay = pause_in(commands);
    EXPECT_GE(delay, 10s);
    now += delay;
    commands = after(now, Answered{id_of(commands), PauseEnded{}});
    commands = after(now, Answered{id_of(commands), sight_of(1)});
    ++records;
    commands = after(now, Recorded{std::get<Append>(commands.at(0)).record.seq});
  }
  EXPECT_LT(records, 250) << "in a day";
  EXPECT_GT(records, 100);
}

TEST_F(Watched, TheEndDoesNotWaitForThePause) {
  watch_.start(0s, out_);
  Id pause = id_of(out_.take());
  watch_.end(out_);
  Id last = id_of(out_.take());
  EXPECT_FALSE(watch_.take(Event{10s, Answered{pause, PauseEnded{}}}, out_))
      << "the old pause counts no more";
  std::vector<Command> commands = after(1s, Answered{last, sight_of(3)});
  EXPECT_FALSE(watch_.ended()) << "the record is not durable yet";
  EXPECT_TRUE(after(1s, Recorded{std::get<Append>(commands.at(0)).record.seq}).empty());
  EXPECT_TRUE(watch_.ended());
}

TEST_F(Watched, AnEndWhileARecordWaitsHearsOnceMore) {
  watch_.start(0s, out_);
  Id hear = id_of(after(10s, Answered{id_of(out_.take()), PauseEnded{}}));
  std::vector<Command> record = after(10s, Answered{hear, sight_of(3)});
  watch_.end(out_);
  EXPECT_TRUE(out_.take().empty());
  Id last = id_of(after(10s, Recorded{std::get<Append>(record.at(0)).record.seq}));
  EXPECT_TRUE(after(10s, Answered{last, facts::ClientSight{}}).empty());
  EXPECT_TRUE(watch_.ended()) << "nothing was asked since, so nothing is written";
}

TEST(Timeline, AnOutageThatGoesOnIsOne) {
  facts::ClientSight first = sight_of(1);
  facts::ClientSight second = sight_of(1);
  second.outages = {{1100, 2700, 5, "connection refused"}, {2900, 2950, 1, "answered with 503"}};
  auto outages = outages_of({first, second});
  ASSERT_EQ(outages.size(), 2U);
  EXPECT_EQ(outages[0].ended_ms, 2700);
  EXPECT_EQ(outages[0].requests, 5U);
}

}  // namespace
}  // namespace nightlatch::rollout
