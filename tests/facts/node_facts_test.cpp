#include "facts/node_facts.hpp"

#include <gtest/gtest.h>

#include "facts/probe.hpp"

namespace nightlatch::facts {
namespace {

TEST(PodView, ItsIdentityIsTheSandboxAndTheContainer) {
  PodView pod;
  pod.sandbox = "s1";
  pod.container = "c1";
  pod.pid = 7;
  PodView other = pod;
  other.pid = 8;  // the tools name the incarnation; the pid is only for where there are none
  EXPECT_EQ(pod.identity(), other.identity());
  other.container = "c2";
  EXPECT_NE(pod.identity(), other.identity());
}

TEST(PodView, WithoutAToolItIsTheProcessAndItsStart) {
  PodView pod;
  pod.pid = 7;
  pod.process_start = 100;
  PodView reused = pod;
  reused.process_start = 900;
  EXPECT_NE(pod.identity(), reused.identity()) << "a pid is used again, with another start time";
}

TEST(Seen, IsAsExpectedWhenItsStatusIsListedOrNothingIsExpected) {
  Seen seen;
  seen.status = 401;
  EXPECT_TRUE(seen.as_expected());
  seen.question.expected = {200, 401};
  EXPECT_TRUE(seen.as_expected());
  seen.question.expected = {200};
  EXPECT_FALSE(seen.as_expected());
}

}  // namespace
}  // namespace nightlatch::facts
