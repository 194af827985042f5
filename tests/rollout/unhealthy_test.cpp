// The old manifest is to be put back, and the node does not come to a good end: each situation has a code and
// a sentence of its own, which says what was seen and whether the API server serves (S2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using node::Reply;
using node::Request;
using node::Verb;
using testing::HasSubstr;

// A node whose change fails at its gates, so that it is to be put back.
class Unhealthy : public testing::Test {
 protected:
  Unhealthy() {
    node().seen = [this](facts::Seen& seen) {
      if (node().manifest == node().after) {
        was_swapped = true;
        if (seen.question.path == "/readyz") seen.status = 500;
      } else if (was_swapped) {
        old_again(seen);
      }
    };
  }
  ScriptedNode& node() { return rolling.node(0); }

  Trouble finish() {
    const RunResult& result = rolling.finish();
    EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::needs_person);
    EXPECT_EQ(result.nodes[1].outcome, NodeOutcome::untouched);
    EXPECT_EQ(result.exit, Exit::needs_person);
    Trouble trouble = result.nodes[0].trouble.value();
    EXPECT_TRUE(rollout_errors::is_unhealthy_again(trouble.code));
    EXPECT_THAT(trouble.undone_because, HasSubstr("NL4203: cp1: the gates did not hold within 1 min"));
    return trouble;
  }

  Rolling rolling{{"cp1", "cp2"}};
  bool was_swapped = false;
  std::function<void(facts::Seen&)> old_again = [](facts::Seen&) {};
};

TEST_F(Unhealthy, NoApiServerRunsFromTheOldManifest) {
  node().instead = [this](const Request& request) -> std::optional<Reply> {
    bool is_back = was_swapped && node().manifest == node().before;
    if (!is_back || request.verb != Verb::await) return std::nullopt;
    node().pod.running = false;
    return std::nullopt;
  };
  Trouble trouble = finish();
  EXPECT_EQ(trouble.code, rollout_errors::not_healthy_again.number);
  EXPECT_EQ(trouble.why, "cp1: the old manifest is back, but no kube-apiserver runs from it: waited 1 min");
}

TEST_F(Unhealthy, TheKubeletHasNotRestartedIt) {
  facts::PodView of_new;
  node().instead = [this, of_new](const Request& request) mutable -> std::optional<Reply> {
    if (request.verb == Verb::restore) of_new = node().pod;
    bool is_back = was_swapped && node().manifest == node().before;
    if (is_back && request.verb == Verb::await) node().pod = of_new;
    return std::nullopt;
  };
  Trouble trouble = finish();
  EXPECT_EQ(trouble.code, rollout_errors::not_healthy_again.number);
  EXPECT_THAT(trouble.why,
              HasSubstr("the kubelet has not restarted kube-apiserver, which runs as it did before"));
}

TEST_F(Unhealthy, ItRunsAndDoesNotAnswer) {
  old_again = [](facts::Seen& seen) {
    seen.status = 0;
    seen.why = "connection refused";
  };
  Trouble trouble = finish();
  EXPECT_EQ(trouble.code, rollout_errors::not_healthy_again.number);
  EXPECT_THAT(trouble.why,
              HasSubstr("cp1: the old manifest is back, but kube-apiserver does not answer: GET "));
  EXPECT_THAT(trouble.why, HasSubstr("connection refused"));
}

TEST_F(Unhealthy, ItServesButNotAsBefore) {
  old_again = [](facts::Seen& seen) {
    if (seen.question.path == "/readyz") seen.status = 500;
  };
  Trouble trouble = finish();
  EXPECT_EQ(trouble.code, rollout_errors::not_as_before.number);
  EXPECT_EQ(
      trouble.why,
      "cp1: the old manifest is back and kube-apiserver answers, but not as before the change: GET /readyz "
      "with credentials: 500, wanted 200 (cp1 through SSH) (watched for 1 min)");
}

TEST_F(Unhealthy, ItEndsAgainAndAgainWhileItsGatesAreAsked) {
  old_again = [](facts::Seen& seen) { seen.status = 0; };
  node().instead = [this](const Request& request) -> std::optional<Reply> {
    bool is_back = was_swapped && node().manifest == node().before;
    if (is_back && request.verb == Verb::state) {
      node().start_pod();
      node().pod.exit_code = 1;
    }
    return std::nullopt;
  };
  Trouble trouble = finish();
  EXPECT_EQ(trouble.code, rollout_errors::exits_again.number);
  EXPECT_EQ(trouble.why,
            "cp1: the old manifest is back, but kube-apiserver ends again and again, last with exit code 1: "
            "watched for 1 min");
}

TEST(UnhealthyNode, WhatEndsLikeTheNewOneHasAnotherCause) {
  Rolling rolling({"cp1"});
  ScriptedNode& node = rolling.node(0);
  bool was_swapped = false;
  node.instead = [&](const Request& request) -> std::optional<Reply> {
    was_swapped = was_swapped || node.manifest == node.after;
    if (!was_swapped || request.verb != Verb::await) return std::nullopt;
    node.start_pod();
    node.pod.running = false;
    node.pod.exit_code = 1;
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  ASSERT_TRUE(result.nodes[0].trouble);
  EXPECT_EQ(result.nodes[0].trouble->code, rollout_errors::exits_again.number);
  EXPECT_THAT(result.nodes[0].trouble->why,
              HasSubstr("The new one ended, too, so the cause is not this change"));
}

TEST_F(Unhealthy, TheRestoreIsRefusedAndTheGuardGoesOn) {
  node().instead = [this](const Request& request) -> std::optional<Reply> {
    if (request.verb != Verb::restore) return std::nullopt;
    return node().refuse("sudo asks for a password");
  };
  Trouble trouble = finish();
  EXPECT_EQ(trouble.code, rollout_errors::restore_refused.number);
  EXPECT_EQ(
      trouble.why,
      "cp1: the node refused to put its old manifest back: sudo asks for a password. Its guard does so when "
      "its lease has ended");
}

TEST_F(Unhealthy, TheEndOfTheRestoreIsRefused) {
  node().instead = [this](const Request& request) -> std::optional<Reply> {
    if (request.verb != Verb::settle) return std::nullopt;
    return node().refuse("cannot write the state");
  };
  Trouble trouble = finish();
  EXPECT_EQ(trouble.code, rollout_errors::restore_refused.number);
  EXPECT_EQ(trouble.why,
            "cp1: the old manifest is back, but the node refused to end the run: cannot write the state");
}

}  // namespace
}  // namespace nightlatch::rollout
