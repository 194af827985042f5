// One password for all nodes: a wrong one is tried on one of them, and a right one on all at the same time
// (S22).
#include "node/become_password.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "node/errors.hpp"

namespace nightlatch::node {
namespace {

TEST(BecomePassword, AWrongOneIsTriedOnOneNode) {
  BecomePassword password("wrong");
  std::atomic<int> tried = 0;
  std::atomic<int> spared = 0;
  std::vector<std::jthread> nodes;
  for (const char* name : {"cp1", "cp2", "cp3", "cp4", "cp5"}) {
    nodes.emplace_back([&, name] {
      auto use = password.use(name);
      if (use) {
        ++tried;
        use->was_refused();
      } else {
        ++spared;
        EXPECT_EQ(use.error().code.number, node_errors::become_password_wrong.number);
        EXPECT_NE(use.error().message.find(": the password was not sent, because cp"), std::string::npos);
      }
    });
  }
  nodes.clear();
  EXPECT_EQ(tried, 1);
  EXPECT_EQ(spared, 4);
}

TEST(BecomePassword, OneThatWasTakenIsForAllAtOnce) {
  BecomePassword password("right");
  password.use("cp1")->was_taken();
  auto first = password.use("cp2");
  auto second = password.use("cp3");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->text(), "right");
}

TEST(BecomePassword, ANodeThatHasRefusedItIsNotAskedAgainAndTheOthersAre) {
  BecomePassword password("right");
  password.use("cp1")->was_taken();
  password.use("cp2")->was_refused();
  auto again = password.use("cp2");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "cp2: sudo does not take the password");
  EXPECT_TRUE(password.use("cp1"));
  EXPECT_TRUE(password.use("cp3"));
}

// A node with NOPASSWD never asks, so its end says nothing.
TEST(BecomePassword, ANodeThatDidNotAskLeavesItUntried) {
  BecomePassword password("?");
  static_cast<void>(password.use("cp1"));
  password.use("cp2")->was_refused();
  EXPECT_FALSE(password.use("cp1"));
}

}  // namespace
}  // namespace nightlatch::node
