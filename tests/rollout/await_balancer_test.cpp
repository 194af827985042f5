// Between two nodes: back in the load balancer (S17).
#include "rollout/await_balancer.hpp"

#include <optional>

#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/progress.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using namespace std::chrono_literals;
using node::Verb;
using testing::HasSubstr;

// Three nodes with a certificate each, behind a balancer that settles in 8 s when it hides them.
class Balanced : public testing::Test {
 protected:
  Balanced() {
    for (std::size_t i = 0; i < 3; ++i) {
      rolling.node(i).seen = [this, i](facts::Seen& seen) { seen.certificate = certificates[i]; };
    }
    rolling.balancer = [this](const facts::Expectation& question) {
      facts::Seen seen{question, 200, "this workstation", {}, 5ms};
      seen.certificate = leads_to(asked++);
      return seen;
    };
  }

  // How long the run waited after this node.
  Millis waited(const std::string& node) {
    RunProgress progress;
    for (const Record& record : rolling.records) progress.fold(record);
    return Millis(progress.find(node)->took_ms.at("balanced"));
  }
  // How long its gates had held when the wait was over.
  Millis ready_for(const std::string& node) {
    RunProgress progress;
    for (const Record& record : rolling.records) progress.fold(record);
    const auto& took = progress.find(node)->took_ms;
    return Millis(took.at("soaked") + took.at("confirmed") + took.at("balanced"));
  }
  std::string note_of(const std::string& node) {
    for (const Record& record : rolling.records) {
      if (record.node == node && record.step == "balanced" && record.data.contains("note"))
        return record.data.at("note");
    }
    return {};
  }
  bool begun(std::size_t node) { return rolling.node(node).count(Verb::stage) > 0; }

  std::vector<std::string> certificates{"one", "two", "three"};
  int asked = 0;
  std::function<std::string(int)> leads_to = [this](int count) {
    return certificates[static_cast<std::size_t>(count % 3)];
  };
  Rolling rolling{plan_for({"cp1", "cp2", "cp3"}), Prompting::assume_yes, RunOptions{8s}};
};

TEST_F(Balanced, TheNextNodeBeginsOnceNewConnectionsReachTheChangedOne) {
  int before_cp2 = -1;
  rolling.node(1).instead = [&](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb == Verb::stage) before_cp2 = asked;
    return std::nullopt;
  };
  leads_to = [&](int count) {
    std::string others = count % 2 == 0 ? "two" : "three";
    return before_cp2 < 0 && count < 20 ? others : certificates[static_cast<std::size_t>((count + 1) % 3)];
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_EQ(before_cp2, 21) << "longer than it takes to settle: this balancer shows its nodes";
  EXPECT_EQ(note_of("cp1"), "");
}

// The time to settle passed while the node soaked; still it is no reason to call a load balancer that spreads
// its connections one that hides its nodes.
TEST_F(Balanced, OneConnectionToAnotherNodeDoesNotTellThatNodesAreHidden) {
  Rolling settled{plan_for({"cp1", "cp2", "cp3"}), Prompting::assume_yes, RunOptions{1s}};
  for (std::size_t i = 0; i < 3; ++i) settled.node(i).seen = rolling.node(i).seen;
  settled.balancer = rolling.balancer;
  leads_to = [](int count) { return count % 2 == 0 ? "two" : "three"; };
  const RunResult& result = settled.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.trouble->code, rollout_errors::not_balanced.number);
  EXPECT_EQ(settled.node(1).count(Verb::stage), 0);
}

TEST_F(Balanced, ANodeThatDoesNotAnswerForAMomentIsAskedForItsCertificateAgain) {
  int silent = 3;
  rolling.node(0).seen = [&](facts::Seen& seen) {
    seen.certificate = "one";
    if (!rolling.has("cp1", "balanced", Phase::intend) || silent == 0) return;
    --silent;
    seen.status = 0;
    seen.certificate.clear();
  };
  leads_to = [](int count) { return count % 2 == 0 ? "two" : "three"; };
  EXPECT_EQ(rolling.finish().exit, Exit::mixed);
  EXPECT_EQ(silent, 0);
  EXPECT_FALSE(begun(1)) << "its certificate is known, and was never seen";
}

TEST_F(Balanced, NothingIsWaitedForAfterTheLastNode) {
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_TRUE(rolling.has("cp1", "balanced", Phase::done));
  EXPECT_TRUE(rolling.has("cp2", "balanced", Phase::done));
  EXPECT_FALSE(rolling.has("cp3", "balanced", Phase::intend));
}

TEST_F(Balanced, ABalancerThatLeadsToOneNodeOnlyIsGivenItsTime) {
  leads_to = [](int) { return "three"; };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_GE(ready_for("cp1"), 8s);
  EXPECT_LT(ready_for("cp1"), 10s);
  EXPECT_THAT(note_of("cp1"), HasSubstr("does not tell its nodes apart: waited 8.0 s"));
}

TEST_F(Balanced, ABalancerThatEndsTlsItselfIsGivenItsTime) {
  leads_to = [](int) { return "the balancer's own"; };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_GE(ready_for("cp2"), 8s);
}

// The time to settle runs from the first round of the gates that held, not from the last one that failed.
TEST_F(Balanced, ARoundThatFailsInTheSoakGivesTheBalancerItsTimeAnew) {
  leads_to = [](int) { return "the balancer's own"; };
  bool has_failed = false;
  std::optional<Millis> good_since;
  rolling.node(0).seen = [&](facts::Seen& seen) {
    seen.certificate = "one";
    if (seen.question.purpose != facts::Purpose::ready || !rolling.has("cp1", "soaked", Phase::intend))
      return;
    if (!has_failed) {
      seen.status = 500;
    } else if (!good_since) {
      good_since = rolling.now();
    }
    has_failed = true;
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  ASSERT_TRUE(good_since);
  for (const Record& record : rolling.records) {
    if (record.node == "cp1" && record.step == "balanced" && record.phase == Phase::done) {
      EXPECT_GE(Millis(record.time_ms) - *good_since, 8s);
    }
  }
  EXPECT_TRUE(rolling.has("cp1", "balanced", Phase::done));
}

TEST_F(Balanced, NodesWithOneCertificateCannotBeToldApart) {
  certificates = {"same", "same", "same"};
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_GE(ready_for("cp1"), 8s);
}

TEST_F(Balanced, ANodeWhoseCertificateIsNotSeenCannotBeTold) {
  certificates[0].clear();  // asked by curl on the node
  leads_to = [](int) { return ""; };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_GE(ready_for("cp1"), 8s);
}

TEST_F(Balanced, ANodeThatIsNotBackStopsTheRollWhileItIsMixed) {
  leads_to = [](int count) { return count % 2 == 0 ? "two" : "three"; };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.outcome, Outcome::stopped);
  EXPECT_EQ(result.cluster, ClusterState::mixed);
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::not_balanced.number);
  EXPECT_THAT(
      result.trouble->why,
      HasSubstr("has not answered through the load balancer for 5 min: new connections reach other nodes"));
  EXPECT_FALSE(begun(1));
}

TEST_F(Balanced, NoAnswerThroughTheBalancerIsNoReasonToGoOn) {
  rolling.balancer = [](const facts::Expectation& question) {
    return facts::Seen{question, 0, "this workstation", "connection refused", 5ms};
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_THAT(result.trouble->why, HasSubstr("connection refused"));
  EXPECT_FALSE(begun(1));
}

TEST_F(Balanced, AnInterruptionEndsTheWait) {
  leads_to = [](int) { return "two"; };
  rolling.interrupt_after("cp1", "balanced");
  EXPECT_EQ(rolling.finish().exit, Exit::interrupted);
  EXPECT_FALSE(begun(1));
  EXPECT_LT(waited("cp1"), 8s);
}

TEST(AwaitBalancer, WithoutABalancerNothingIsAsked) {
  Rolling rolling({"cp1", "cp2"});
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_FALSE(rolling.has("cp1", "balanced", Phase::intend));
}

}  // namespace
}  // namespace nightlatch::rollout
