// The load balancer (S17): the survey before the first node, and the last gate of each.
#include <optional>

#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/progress.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using namespace std::chrono_literals;
using node::Verb;
using plan::HealthCheck;
using testing::ElementsAre;
using testing::HasSubstr;

plan::Plan closing_plan() {
  plan::Plan plan = plan_for({"cp1", "cp2", "cp3"});
  for (plan::NodePlan& node : plan.nodes) {
    node.before.state = access::ExposureState::open;
    node.after = {access::ExposureState::restricted, {"/livez"}, {}};
  }
  return plan;
}

RunOptions behind(HealthCheck check, std::chrono::seconds settle = 8s) {
  RunOptions options;
  options.balancer = BalancerFacts{.settle = settle, .check = check};
  return options;
}

// Three nodes with a certificate each, behind a load balancer that spreads its connections.
class Behind {
 public:
  explicit Behind(HealthCheck check, plan::Plan plan = closing_plan())
      : rolling(std::move(plan), Prompting::assume_yes, behind(check)) {
    for (std::size_t i = 0; i < rolling.nodes.size(); ++i)
      rolling.node(i).seen = [this, i](facts::Seen& seen) { seen.certificate = certificates[i]; };
    rolling.balancer = [this](const facts::Expectation& question) {
      facts::Seen seen{question, 200, "this workstation", {}, 5ms};
      seen.certificate = leads_to(asked++);
      return seen;
    };
  }

  // How long its gates had held when the wait was over.
  Millis ready_for(const std::string& node) {
    const auto& took = progress().find(node)->took_ms;
    return Millis(took.at("soaked") + took.at("balanced"));
  }
  Millis waited(const std::string& node) { return Millis(progress().find(node)->took_ms.at("balanced")); }
  std::string note_of(const std::string& node, const std::string& step = "balanced") {
    for (const Record& record : rolling.records)
      if (record.node == node && record.step == step && record.data.contains("note"))
        return record.data.at("note");
    return {};
  }
  bool begun(std::size_t node) { return rolling.node(node).count(Verb::stage) > 0; }
  // From the swap of this node on, its load balancer leads past it.
  void drop(std::size_t node) {
    leads_to = [this, node](int count) {
      std::size_t one = static_cast<std::size_t>(count) % 3;
      if (one == node && rolling.node(node).count(Verb::swap) > 0) one = (one + 1) % 3;
      return certificates[one];
    };
  }

  std::vector<std::string> certificates{"one", "two", "three"};
  int asked = 0;
  std::function<std::string(int)> leads_to = [this](int count) {
    return certificates[static_cast<std::size_t>(count % 3)];
  };
  Rolling rolling;

 private:
  RunProgress& progress() {
    progress_ = {};
    for (const Record& record : rolling.records) progress_.fold(record);
    return progress_;
  }
  RunProgress progress_;
};

// --- the survey

TEST(SurveyBalancer, SaysWhoWasSeenAndAsksNoMoreThanItMust) {
  Behind behind(HealthCheck::stated);
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  const Record& survey = behind.rolling.records.at(2);
  EXPECT_EQ(survey.step, "backends");
  EXPECT_EQ(survey.value("seen"), "cp1 cp2 cp3");
  EXPECT_EQ(survey.value("kind"), "shows");
  EXPECT_EQ(survey.value("note"), "");
}

TEST(SurveyBalancer, IsTheFirstThingAndTouchesNothing) {
  Behind behind(HealthCheck::unstated);
  behind.leads_to = [](int) { return "the balancer's own"; };
  const RunResult& result = behind.rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::balancer_unstated.number);
  EXPECT_THAT(result.trouble->why, HasSubstr("the load balancer does not show which node answered, so"));
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  for (const auto& node : behind.rolling.nodes) EXPECT_TRUE(node->requests.empty());
}

TEST(SurveyBalancer, OneNodeOfSeveralIsNotEnoughWhereTheHealthCheckIsNotStated) {
  Behind behind(HealthCheck::unstated);
  behind.leads_to = [](int) { return "three"; };
  const RunResult& result = behind.rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_THAT(result.trouble->why, HasSubstr("every connection through the load balancer reached cp3, so"));
}

// keepalived and kube-vip move the address by themselves: there is no health check that could fail.
TEST(SurveyBalancer, AnAddressThatANodeHoldsIsNoLoadBalancer) {
  Behind behind(HealthCheck::held);
  behind.leads_to = [](int) { return "three"; };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_GE(behind.ready_for("cp1"), 8s);
}

TEST(SurveyBalancer, APlanThatClosesNothingNeedsNoStatedHealthCheck) {
  plan::Plan plan = closing_plan();
  for (plan::NodePlan& node : plan.nodes) node.before = node.after;
  Behind behind(HealthCheck::unstated, plan);
  behind.leads_to = [](int) { return "the balancer's own"; };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
}

TEST(SurveyBalancer, NoAnswerThroughTheBalancerIsNoReasonToBegin) {
  Behind behind(HealthCheck::stated);
  behind.rolling.balancer = [](const facts::Expectation& question) {
    return facts::Seen{question, 0, "this workstation", "connection refused", 5ms};
  };
  const RunResult& result = behind.rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(result.trouble->code, rollout_errors::balancer_silent.number);
  EXPECT_THAT(result.trouble->why, HasSubstr("connection refused"));
  EXPECT_FALSE(behind.begun(0));
}

// Guides print it: the kubelet kills every API server, and the load balancer has none left.
TEST(SurveyBalancer, ARepairOfApiServersThatAnswerNobodyGoesOnWithoutAnAnswer) {
  plan::Plan plan = closing_plan();
  for (plan::NodePlan& node : plan.nodes) node.before.state = access::ExposureState::closed;
  auto silent = [](const facts::Expectation& question) {
    return facts::Seen{question, 0, "this workstation", "connection refused", 5ms};
  };
  Behind behind(HealthCheck::unstated, plan);
  behind.rolling.balancer = silent;
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.note_of("cp1", "backends"), HasSubstr("does not wait for it"));
  EXPECT_FALSE(behind.rolling.has("cp1", "balanced", Phase::intend));

  plan.nodes.back().before.state = access::ExposureState::open;
  Behind partly(HealthCheck::unstated, plan);
  partly.rolling.balancer = silent;
  EXPECT_EQ(partly.rolling.finish().trouble->code, rollout_errors::balancer_silent.number);
}

// It may be what brings the API back.
TEST(SurveyBalancer, ARollbackGoesOnWithoutAnAnswer) {
  plan::Plan plan = plan_for({"cp1", "cp2", "cp3"});
  plan.direction = plan::Direction::rollback;
  Behind behind(HealthCheck::unstated, plan);
  behind.rolling.balancer = [](const facts::Expectation& question) {
    return facts::Seen{question, 0, "this workstation", "connection refused", 5ms};
  };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.note_of("cp1", "backends"), HasSubstr("connection refused"));
  EXPECT_FALSE(behind.rolling.has("cp1", "balanced", Phase::intend));
}

TEST(SurveyBalancer, ASilentMomentIsNoSilence) {
  Behind behind(HealthCheck::stated);
  int silent = 3;
  behind.rolling.node(0).seen = [&](facts::Seen& seen) {
    seen.certificate = "one";
    if (silent == 0) return;
    --silent;
    seen.status = 0;
    seen.certificate.clear();
  };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_EQ(behind.rolling.records.at(2).value("seen"), "cp1 cp2 cp3");
}

TEST(SurveyBalancer, AnInterruptionEndsIt) {
  Behind behind(HealthCheck::stated);
  behind.rolling.interrupt_after("cp1", "backends");
  EXPECT_EQ(behind.rolling.finish().exit, Exit::interrupted);
  EXPECT_FALSE(behind.begun(0));
}

TEST(SurveyBalancer, WithoutABalancerNothingIsAsked) {
  Rolling rolling({"cp1", "cp2"});
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_FALSE(rolling.has("cp1", "backends", Phase::intend));
  EXPECT_FALSE(rolling.has("cp1", "balanced", Phase::intend));
}

// --- the gate

TEST(BalancerGate, ANodeIsConfirmedOnceNewConnectionsReachIt) {
  Behind behind(HealthCheck::stated);
  int from = 0;
  behind.leads_to = [&](int count) {
    bool changing = behind.rolling.has("cp1", "balanced", Phase::intend);
    if (changing && from == 0) from = count;
    bool still_out = changing && count < from + 20;
    return still_out ? std::string(count % 2 == 0 ? "two" : "three")
                     : behind.certificates[static_cast<std::size_t>(count % 3)];
  };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_GE(behind.waited("cp1"), 10s) << "ten quick connections, then one each second";
  EXPECT_LT(behind.waited("cp1"), 16s);
  EXPECT_EQ(behind.note_of("cp1"), "");
}

TEST(BalancerGate, TheLastNodeIsWaitedForToo) {
  Behind behind(HealthCheck::stated);
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  for (const char* node : {"cp1", "cp2", "cp3"})
    EXPECT_TRUE(behind.rolling.has(node, "balanced", Phase::done)) << node;
}

TEST(BalancerGate, ANodeThatIsDroppedGoesBack) {
  Behind behind(HealthCheck::stated);
  behind.drop(0);
  const RunResult& result = behind.rolling.finish();
  EXPECT_EQ(result.exit, Exit::rolled_back);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_THAT(outcomes(result),
              ElementsAre(NodeOutcome::restored, NodeOutcome::untouched, NodeOutcome::untouched));
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::not_balanced.number);
  EXPECT_THAT(
      result.nodes[0].trouble->why,
      HasSubstr("cp1: for 5 min, new connections through the load balancer have reached other nodes"));
  EXPECT_EQ(behind.rolling.node(0).manifest, behind.rolling.node(0).before);
}

TEST(BalancerGate, ALaterNodeThatIsDroppedLeavesTheEarlierOnesNew) {
  Behind behind(HealthCheck::stated);
  behind.drop(2);
  const RunResult& result = behind.rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_THAT(outcomes(result),
              ElementsAre(NodeOutcome::confirmed, NodeOutcome::confirmed, NodeOutcome::restored));
}

// The health check may not have asked the changed node yet.
TEST(BalancerGate, WhereTheHealthCheckIsNotStatedTheNodeMustStillBeThereAfterItsTime) {
  Behind behind(HealthCheck::unstated);
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  for (const char* node : {"cp1", "cp2", "cp3"}) EXPECT_GE(behind.ready_for(node), 8s) << node;

  Behind late(HealthCheck::unstated);
  std::optional<Millis> ready;
  late.leads_to = [&](int count) {
    if (!ready && late.rolling.has("cp1", "soaked", Phase::intend)) ready = late.rolling.now();
    bool is_out = ready && late.rolling.now() - *ready > 6s;
    std::size_t one = static_cast<std::size_t>(count) % 3;
    return is_out && one == 0 ? std::string("two") : late.certificates[one];
  };
  EXPECT_EQ(late.rolling.finish().exit, Exit::rolled_back);
}

TEST(BalancerGate, WhoWasNotSeenBeforeIsNotWaitedFor) {
  Behind behind(HealthCheck::stated);
  behind.leads_to = [](int count) { return count % 2 == 0 ? "two" : "three"; };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.note_of("cp1", "backends"), HasSubstr("cp1 was not seen through the load balancer"));
  EXPECT_THAT(behind.note_of("cp1"), HasSubstr("was not seen through the load balancer before the roll"));
  EXPECT_EQ(behind.note_of("cp2"), "");
}

TEST(BalancerGate, ABalancerThatLeadsToOneNodeOnlyIsGivenItsTime) {
  Behind behind(HealthCheck::stated);
  behind.leads_to = [](int) { return "three"; };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_GE(behind.ready_for("cp1"), 8s);
  EXPECT_LT(behind.ready_for("cp1"), 10s);
  EXPECT_THAT(behind.note_of("cp1"), HasSubstr("does not tell its nodes apart: waited 8.0 s"));
}

TEST(BalancerGate, ABalancerThatEndsTlsItselfIsGivenItsTime) {
  Behind behind(HealthCheck::stated);
  behind.leads_to = [](int) { return "the balancer's own"; };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_GE(behind.ready_for("cp2"), 8s);
}

TEST(BalancerGate, NodesWithOneCertificateCannotBeToldApart) {
  Behind behind(HealthCheck::stated);
  behind.certificates = {"same", "same", "same"};
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_GE(behind.ready_for("cp1"), 8s);
}

TEST(BalancerGate, ANodeWhoseCertificateIsNotSeenCannotBeTold) {
  Behind behind(HealthCheck::stated);
  behind.certificates[0].clear();  // asked by curl on the node
  behind.leads_to = [](int) { return ""; };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_GE(behind.ready_for("cp1"), 8s);
}

// kubeadm may have renewed it: the restart loads the new one.
TEST(BalancerGate, ANodeIsRecognisedByTheCertificateThatItHasAfterItsRestart) {
  Behind behind(HealthCheck::stated);
  behind.rolling.node(0).seen = [&](facts::Seen& seen) {
    behind.certificates[0] = behind.rolling.node(0).count(Verb::swap) > 0 ? "renewed" : "one";
    seen.certificate = behind.certificates[0];
  };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
}

TEST(BalancerGate, WhereNodesAreHiddenTheEndpointMustAnswerAllTheSame) {
  Behind behind(HealthCheck::stated);
  auto usual = behind.rolling.balancer;
  behind.leads_to = [](int) { return "the balancer's own"; };
  behind.rolling.balancer = [&](const facts::Expectation& question) {
    facts::Seen seen = usual(question);
    bool is_dead = behind.rolling.node(0).count(Verb::swap) > 0 && behind.asked % 3 == 0;
    if (is_dead) seen = {question, 0, "this workstation", "connection refused", 5ms};
    return seen;
  };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::rolled_back) << "one of three connections fails";
}

// The time to settle runs from the first round of the gates that held, not from the last one that failed.
TEST(BalancerGate, ARoundThatFailsWhileItWaitsGivesTheBalancerItsTimeAnew) {
  Behind behind(HealthCheck::stated);
  behind.leads_to = [](int) { return "the balancer's own"; };
  bool has_failed = false;
  std::optional<Millis> good_since;
  behind.rolling.node(0).seen = [&](facts::Seen& seen) {
    seen.certificate = "one";
    bool waits = behind.rolling.has("cp1", "balanced", Phase::intend);
    if (seen.question.purpose != facts::Purpose::ready || !waits) return;
    if (!has_failed) {
      seen.status = 500;
    } else if (!good_since) {
      good_since = behind.rolling.now();
    }
    has_failed = true;
  };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  ASSERT_TRUE(good_since);
  for (const Record& record : behind.rolling.records) {
    if (record.node == "cp1" && record.step == "balanced" && record.phase == Phase::done) {
      EXPECT_GE(Millis(record.time_ms) - *good_since, 8s);
    }
  }
}

// The run is no longer than the lease of the guard, which it renews while it waits.
TEST(BalancerGate, TheGuardsLeaseIsRenewedMeanwhile) {
  Behind behind(HealthCheck::stated);
  behind.drop(0);
  EXPECT_EQ(behind.rolling.finish().exit, Exit::rolled_back);
  EXPECT_GE(behind.rolling.node(0).count(Verb::renew), 3U);
  std::chrono::seconds ceiling{0};
  for (const node::Request& request : behind.rolling.node(0).requests)
    if (request.verb == Verb::arm) ceiling = request.ceiling;
  auto least = plan::least_ceiling(behind.rolling.plan, plan::Turn::first).sum();
  EXPECT_EQ(ceiling, least + 5min) << "the guard waits as long as the run does";
}

TEST(BalancerGate, ACeilingThatThePlaybookStatesEndsTheWaitBeforeTheGuardActs) {
  plan::Plan plan = closing_plan();
  plan.playbook.rollback.ceiling = plan::least_ceiling(plan, plan::Turn::first).sum();
  Behind behind(HealthCheck::stated, plan);
  behind.drop(0);
  const RunResult& result = behind.rolling.finish();
  EXPECT_EQ(result.exit, Exit::rolled_back);
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::not_balanced.number);
  EXPECT_LT(behind.waited("cp1"), 5min);
}

// A person stops the roll; the node at hand still comes to its own end.
TEST(BalancerGate, AnInterruptionBringsTheNodeToItsEnd) {
  Behind behind(HealthCheck::stated);
  behind.rolling.interrupt_after("cp1", "balanced");
  const RunResult& result = behind.rolling.finish();
  EXPECT_EQ(result.exit, Exit::interrupted);
  EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::confirmed);
  EXPECT_FALSE(behind.begun(1));
}

}  // namespace
}  // namespace nightlatch::rollout
