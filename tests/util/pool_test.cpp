#include "util/pool.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

namespace nightlatch {
namespace {

using namespace std::chrono_literals;

TEST(ParallelMap, ResultsStandInTheOrderOfTheItems) {
  std::vector<int> items{5, 1, 4, 2, 3};
  auto results = parallel_map(items, [](int item) {
    std::this_thread::sleep_for(std::chrono::milliseconds(item));
    return item * 10;
  });
  EXPECT_EQ(results, (std::vector<int>{50, 10, 40, 20, 30}));
}

TEST(ParallelMap, NeitherNothingNorManyIsSpecial) {
  EXPECT_TRUE(parallel_map(std::vector<int>{}, [](int item) { return item; }).empty());
  std::vector<int> many(500, 7);
  EXPECT_EQ(parallel_map(many, [](int item) { return item + 1; }), std::vector<int>(500, 8));
}

TEST(ParallelMap, RunsItemsAtTheSameTime) {
  std::atomic<int> inside{0};
  std::vector<int> items{1, 2};
  // Each waits for the other: one after the other would never meet.
  auto met = parallel_map(items, [&](int) {
    ++inside;
    for (int i = 0; i < 5000 && inside < 2; ++i) std::this_thread::sleep_for(1ms);
    return inside.load() == 2;
  });
  EXPECT_TRUE(met[0]);
  EXPECT_TRUE(met[1]);
}

TEST(ParallelMap, TakesResultsThatCannotBeCopied) {
  std::vector<int> items{1, 2};
  auto results = parallel_map(items, [](int item) { return std::make_unique<int>(item); });
  EXPECT_EQ(*results[1], 2);
}

TEST(Worker, WorkOfOneSessionRunsInOrderAndNeverAtTheSameTime) {
  std::vector<int> order;
  std::atomic<int> inside{0};
  bool overlapped = false;
  {
    Worker worker;
    for (int i = 0; i < 50; ++i) {
      worker.submit([&, i] {
        if (++inside != 1) overlapped = true;
        order.push_back(i);
        --inside;
      });
    }
  }
  EXPECT_FALSE(overlapped);
  ASSERT_EQ(order.size(), 50U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

}  // namespace
}  // namespace nightlatch
