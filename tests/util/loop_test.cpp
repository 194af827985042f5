#include "util/loop.hpp"

#include <csignal>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "util/clock.hpp"
#include "util/pool.hpp"

namespace nightlatch {
namespace {

using namespace std::chrono_literals;

TEST(Loop, RunsPostsInTheirOrderEvenFromAnotherThread) {
  Loop loop;
  std::vector<int> order;
  {
    Worker worker;
    for (int i = 0; i < 100; ++i) {
      worker.submit([&, i] { loop.post([&, i] { order.push_back(i); }); });
    }
  }
  loop.post([&] { loop.stop(); });
  loop.run();
  ASSERT_EQ(order.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(Loop, TimersFireInTheOrderOfTheirTimesAndNotBefore) {
  Loop loop;
  std::vector<int> order;
  auto began = monotonic_clock();
  loop.after(30ms, [&] {
    order.push_back(2);
    EXPECT_GE(monotonic_clock() - began, 29ms);
    loop.stop();
  });
  loop.after(10ms, [&] { order.push_back(1); });
  loop.run();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(Loop, ATaskMayAskForAnotherTimer) {
  Loop loop;
  int beats = 0;
  std::function<void()> beat = [&] {
    if (++beats == 3) {
      loop.stop();
      return;
    }
    loop.after(1ms, beat);
  };
  beat();
  loop.run();
  EXPECT_EQ(beats, 3);
}

TEST(Loop, ASignalIsATaskOfTheLoopEachTimeItComes) {
  Loop loop;
  std::vector<int> seen;
  loop.on_signals({SIGTERM, SIGHUP}, [&](int signal) {
    seen.push_back(signal);
    if (seen.size() == 2) {
      loop.stop();
      return;
    }
    std::raise(SIGTERM);
  });
  loop.post([] { std::raise(SIGHUP); });
  loop.run();
  EXPECT_EQ(seen, (std::vector<int>{SIGHUP, SIGTERM}));
}

}  // namespace
}  // namespace nightlatch
