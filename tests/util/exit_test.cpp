#include "util/exit.hpp"

#include <array>

#include <gtest/gtest.h>

namespace nightlatch {
namespace {

TEST(WorstExit, TakesTheOneThatAScriptMustNotMiss) {
  // The order is a contract: 5, 1, 130, 10, 4, 9, 3, 8, 2, 6, 7, 0.
  constexpr std::array order{5, 1, 130, 10, 4, 9, 3, 8, 2, 6, 7, 0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i; j < order.size(); ++j) {
      Exit worse = static_cast<Exit>(order[i]);
      Exit better = static_cast<Exit>(order[j]);
      EXPECT_EQ(worst({worse, better}), worse) << order[i] << " and " << order[j];
      EXPECT_EQ(worst({better, worse}), worse) << order[j] << " and " << order[i];
    }
  }
}

TEST(WorstExit, OfNothingIsDone) {
  EXPECT_EQ(worst({}), Exit::done);
}

}  // namespace
}  // namespace nightlatch
