// What a restart moves beside its API server is waited for (S19).
#include "rollout/await_cluster.hpp"

#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/progress.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using namespace std::chrono_literals;
using node::Verb;
using testing::HasSubstr;

plan::Plan plan_of_three(plan::Direction direction = plan::Direction::apply) {
  plan::Plan plan = plan_for({"cp1", "cp2", "cp3"});
  for (plan::NodePlan& node : plan.nodes) node.machine_id = "machine of " + node.name;
  plan.direction = direction;
  plan::seal(plan);
  return plan;
}

// Three nodes, and a cluster whose leaders renew every 2 s.
struct Watched {
  explicit Watched(plan::Plan plan = plan_of_three())
      : rolling(std::move(plan), Prompting::assume_yes,
                RunOptions{.balancer = {}, .collateral = Collateral::awaited}) {
    rolling.cluster = [this] {
      ++looks;
      facts::ClusterSight sight;
      for (const plan::NodePlan& node : rolling.plan.nodes)
        sight.control_plane.push_back({node.name + ".example", {}, node.machine_id, true});
      for (const char* name : {"kube-controller-manager", "kube-scheduler"})
        sight.leases.push_back({name, fmt::format("{}", rolling.now() / 2s), "cp3_1f"});
      if (change) change(sight);
      return sight;
    };
  }

  // What a restart disturbs is disturbed from then on.
  [[nodiscard]] bool first_is_restarted() const { return rolling.has("cp1", "restarted", Phase::done); }
  [[nodiscard]] bool first_is_done() const { return rolling.has("cp1", "confirmed", Phase::done); }
  [[nodiscard]] bool begun(std::size_t node) { return rolling.node(node).count(Verb::stage) > 0; }
  [[nodiscard]] Millis waited(const std::string& node, const std::string& step) const {
    RunProgress progress;
    for (const Record& record : rolling.records) progress.fold(record);
    return Millis(progress.find(node)->took_ms.at(step));
  }
  [[nodiscard]] std::string note_of(const std::string& step) const {
    for (const Record& record : rolling.records) {
      if (record.step == step && record.data.contains("note")) return record.data.at("note");
    }
    return {};
  }

  Rolling rolling;
  int looks = 0;
  std::function<void(facts::ClusterSight&)> change;
};

TEST(AwaitCluster, TheNextNodeBeginsOnceTheNodeIsReadyAndTheLeasesAreRenewed) {
  Watched watched;
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_LT(watched.waited("cp1", "surveyed"), 7s);
  for (const char* name : {"cp1", "cp2"}) {
    EXPECT_TRUE(watched.rolling.has(name, "recovered", Phase::done)) << name;
    EXPECT_LT(watched.waited(name, "recovered"), 7s)
        << "as soon as each lease was seen to change, and rejected requests were counted for 5 s";
  }
  EXPECT_FALSE(watched.rolling.has("cp3", "recovered", Phase::intend)) << "nothing follows the last node";
  EXPECT_EQ(watched.note_of("surveyed") + watched.note_of("recovered"), "");
}

TEST(AwaitCluster, TheSurveyComesBeforeAnythingIsWritten) {
  Watched watched;
  (void)watched.rolling.finish();
  EXPECT_EQ(watched.rolling.records[1].step, "surveyed");
  EXPECT_EQ(watched.rolling.records[2].step, "surveyed");
  EXPECT_EQ(watched.rolling.records[3].step, "config");
}

TEST(AwaitCluster, ANodeThatIsNotReadyIsWaitedFor) {
  Watched watched;
  Millis ready_at{0};
  watched.change = [&](facts::ClusterSight& sight) {
    if (!watched.first_is_done()) return;
    if (ready_at == 0ms) ready_at = watched.rolling.now() + 50s;
    if (watched.rolling.now() < ready_at) {
      EXPECT_FALSE(watched.begun(1));
      sight.control_plane[0].ready = false;
    }
  };
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_GE(watched.waited("cp1", "recovered"), 50s);
  EXPECT_LT(watched.waited("cp1", "recovered"), 53s);
}

TEST(AwaitCluster, ANodeThatStaysNotReadyStopsTheRollWhileItIsMixed) {
  Watched watched;
  watched.change = [&](facts::ClusterSight& sight) {
    if (watched.first_is_done()) sight.control_plane[0].ready = false;
  };
  const RunResult& result = watched.rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.outcome, Outcome::stopped);
  EXPECT_EQ(outcomes(result),
            (std::vector{NodeOutcome::confirmed, NodeOutcome::untouched, NodeOutcome::untouched}));
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::not_recovered.number);
  EXPECT_THAT(result.trouble->why, HasSubstr("Node cp1.example is not Ready: waited 3 min"));
  EXPECT_FALSE(watched.begun(1));
}

TEST(AwaitCluster, ALeaseThatIsNotRenewedAnyMoreStopsTheRoll) {
  Watched watched;
  watched.change = [&](facts::ClusterSight& sight) {
    if (watched.first_is_restarted()) sight.leases[1].renewal = "stuck";
  };
  const RunResult& result = watched.rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_THAT(result.trouble->why,
              HasSubstr("the lease kube-system/kube-scheduler is not renewed by cp3_1f"));
  EXPECT_THAT(result.trouble->why, testing::Not(HasSubstr("controller-manager")));
}

TEST(AwaitCluster, ALeaseThatIsGivenBackIsNotARenewal) {
  Watched watched;
  watched.change = [&](facts::ClusterSight& sight) {
    if (watched.first_is_restarted()) sight.leases[0].holder.clear();
  };
  const RunResult& result = watched.rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_THAT(result.trouble->why, HasSubstr("nobody holds the lease kube-system/kube-controller-manager"));
}

TEST(AwaitCluster, ALeaseThatNobodyRenewedBeforeIsNotWaitedFor) {
  Watched watched;
  watched.change = [&](facts::ClusterSight& sight) { sight.leases[0].renewal = "of last year"; };
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_GE(watched.waited("cp1", "surveyed"), 15s) << "a leader may be silent for 10 s";
  EXPECT_LT(watched.waited("cp1", "surveyed"), 17s);
  EXPECT_THAT(watched.note_of("surveyed"),
              HasSubstr("nobody renewed the lease kube-system/kube-controller-manager before"));
}

// What the counters of rejected requests tell, or that they tell nothing.
void let_metrics_say(Watched& watched, const std::function<std::optional<facts::Rejected>()>& told) {
  for (std::size_t i = 0; i < 3; ++i) {
    watched.rolling.node(i).seen = [told](facts::Seen& seen) {
      if (seen.question.path != "/metrics") return;
      seen.rejected = told();
      if (!seen.rejected) seen.status = 403;
    };
  }
}

TEST(AwaitCluster, WithoutLeasesAndCountersThereIsNothingToWaitFor) {
  Watched watched;
  watched.change = [](facts::ClusterSight& sight) { sight.leases.clear(); };
  let_metrics_say(watched, [] { return std::nullopt; });
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_LT(watched.waited("cp1", "recovered"), 1s) << "one look after each node but the last";
}

TEST(AwaitCluster, WhoMayNotReadTheCountersIsToldAndRollsOn) {
  Watched watched;
  let_metrics_say(watched, [] { return std::nullopt; });
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_GE(watched.waited("cp1", "surveyed"), 15s);
  EXPECT_LT(watched.waited("cp1", "surveyed"), 17s);
  EXPECT_EQ(watched.note_of("surveyed"),
            "rejected requests (429) cannot be counted: cp1: GET /metrics answered 403 (cp1 through SSH). "
            "The run does not wait for this");
}

// A round of counters takes longer than the pause between two rounds. Seen on nodes whose port nobody could
// reach: the survey asked for counters for ever.
TEST(AwaitCluster, CountersThatNobodyReachesLeaveTimeForTheLeases) {
  Watched watched;
  watched.rolling.counters_take = 10s;
  let_metrics_say(watched, [] { return std::nullopt; });
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_LT(watched.waited("cp1", "surveyed"), 40s);
  EXPECT_THAT(watched.note_of("surveyed"), Not(HasSubstr("renewed the lease")));
  EXPECT_THAT(watched.note_of("surveyed"), HasSubstr("cannot be counted"));
}

TEST(AwaitCluster, ApiServersThatAreRestartedAllTheTimeAreNotCountedForEver) {
  Watched watched;
  let_metrics_say(watched,
                  [&] { return facts::Rejected{0, fmt::format("{}", watched.rolling.now().count())}; });
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_LT(watched.waited("cp1", "surveyed"), 17s);
  EXPECT_THAT(watched.note_of("surveyed"),
              HasSubstr("API servers were restarted between the counts. The run does not wait for this"));
}

TEST(AwaitCluster, RequestsThatAreRejectedMoreThanBeforeAreWaitedForUntilTheyAreNot) {
  Watched watched;
  Millis calm_at{0};
  std::uint64_t rejected = 0;
  let_metrics_say(watched, [&] {
    if (watched.first_is_restarted() && calm_at == 0ms) calm_at = watched.rolling.now() + 45s;
    bool crowded = watched.rolling.now() < calm_at;
    EXPECT_FALSE(crowded && watched.begun(1));
    if (crowded) rejected += 20;
    return facts::Rejected{rejected, "its start"};
  });
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_GE(watched.waited("cp1", "recovered"), 40s);
  EXPECT_LT(watched.waited("cp1", "recovered"), 52s) << "two rounds after it";
  EXPECT_LT(watched.waited("cp2", "recovered"), 7s);
}

TEST(AwaitCluster, RequestsThatStayRejectedStopTheRollWhileItIsMixed) {
  Watched watched;
  std::uint64_t rejected = 0;
  let_metrics_say(watched, [&] {
    if (watched.first_is_restarted()) rejected += 5;
    return facts::Rejected{rejected, "its start"};
  });
  const RunResult& result = watched.rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_FALSE(watched.begun(1));
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::not_recovered.number);
  EXPECT_THAT(result.trouble->why,
              HasSubstr("requests a second are rejected (429), before 0.0: waited 3 min"));
}

TEST(AwaitCluster, RequestsThatWereRejectedBeforeAreNoMatterOfTheRoll) {
  Watched watched;
  let_metrics_say(watched, [&] {
    return facts::Rejected{static_cast<std::uint64_t>(watched.rolling.now() / 100ms), "its start"};
  });
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_LT(watched.waited("cp1", "recovered"), 7s);
}

TEST(AwaitCluster, CountersThatCannotBeReadAnyMoreStopAnApplyButNotARollback) {
  for (auto direction : {plan::Direction::apply, plan::Direction::rollback}) {
    Watched watched(plan_of_three(direction));
    let_metrics_say(watched, [&]() -> std::optional<facts::Rejected> {
      if (watched.first_is_done()) return std::nullopt;
      return facts::Rejected{0, "its start"};
    });
    bool goes_back = direction == plan::Direction::rollback;
    EXPECT_EQ(watched.rolling.finish().exit, goes_back ? Exit::done : Exit::mixed);
    EXPECT_EQ(watched.begun(1), goes_back);
  }
}

TEST(AwaitCluster, ANodeThatWasNotReadyBeforeIsGivenAMinuteOnce) {
  Watched watched;
  watched.change = [](facts::ClusterSight& sight) { sight.control_plane[0].ready = false; };
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_GE(watched.waited("cp1", "surveyed"), 60s);
  EXPECT_LT(watched.waited("cp1", "recovered"), 7s);
  EXPECT_EQ(watched.note_of("surveyed"),
            "Node cp1.example was not Ready before the roll. The run does not wait for this");
}

TEST(AwaitCluster, ANodeThatWasNeverReadyIsNotGivenAMinute) {
  Watched watched;
  watched.change = [](facts::ClusterSight& sight) {
    sight.control_plane[0].ready = false;
    sight.control_plane[0].never_ready = true;
  };
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_LT(watched.waited("cp1", "surveyed"), 7s);
  EXPECT_EQ(watched.note_of("surveyed"),
            "Node cp1.example was not Ready before the roll. The run does not wait for this");
}

// A soak long enough for two rounds of counters: what is left is one look.
TEST(AwaitCluster, WhatIsSeenDuringTheSoakIsNotWaitedForAgain) {
  plan::Plan plan = plan_of_three();
  plan.playbook.gates.soak = 12s;
  plan::seal(plan);
  Watched watched(plan);
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  for (const char* name : {"cp1", "cp2"}) {
    EXPECT_LT(watched.waited(name, "soaked"), 14s) << "the watch does not hold the soak up";
    EXPECT_LT(watched.waited(name, "recovered"), 1s) << name;
  }
}

TEST(AwaitCluster, ALookThatTakesLongDoesNotHoldTheSoakUp) {
  plan::Plan plan = plan_of_three();
  plan.playbook.gates.soak = 12s;
  plan::seal(plan);
  Watched watched(plan);
  watched.rolling.cluster_takes = [&] { return Millis(watched.first_is_restarted() ? 8s : 0s); };
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_LT(watched.waited("cp1", "soaked"), 14s);
}

TEST(AwaitCluster, ANodeThatTurnsNotReadyAfterTheSoakIsWaitedFor) {
  plan::Plan plan = plan_of_three();
  plan.playbook.gates.soak = 12s;
  plan::seal(plan);
  Watched watched(plan);
  watched.change = [&](facts::ClusterSight& sight) {
    if (watched.first_is_done()) sight.control_plane[0].ready = false;
  };
  EXPECT_EQ(watched.rolling.finish().exit, Exit::mixed);
  EXPECT_FALSE(watched.begun(1));
}

TEST(AwaitCluster, ANodeThatBecomesReadyDuringTheSurveyIsWaitedForLater) {
  Watched watched;
  watched.change = [&](facts::ClusterSight& sight) {
    sight.control_plane[0].ready = watched.looks > 10 && !watched.first_is_done();
  };
  const RunResult& result = watched.rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(watched.note_of("surveyed"), "");
}

TEST(AwaitCluster, WhatCannotBeReadKeepsAnApplyFromBeginning) {
  Watched watched;
  watched.change = [](facts::ClusterSight& sight) {
    sight.leases.clear();
    sight.leases_unknown = "403 for context \"viewer\"";
  };
  const RunResult& result = watched.rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::cluster_unseen.number);
  EXPECT_EQ(result.trouble->why, "leases: 403 for context \"viewer\"");
  EXPECT_FALSE(watched.begun(0));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(watched.rolling.node(i).requests.empty());
}

TEST(AwaitCluster, WhatCannotBeReadAnyMoreStopsAnApplyBetweenNodes) {
  Watched watched;
  watched.change = [&](facts::ClusterSight& sight) {
    if (watched.first_is_done()) sight.nodes_unknown = "no answer";
  };
  const RunResult& result = watched.rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_THAT(result.trouble->why, HasSubstr("Nodes cannot be read: no answer: waited 3 min"));
}

TEST(AwaitCluster, OneLookThatFailsIsNoReasonToStop) {
  Watched watched;
  watched.change = [&](facts::ClusterSight& sight) {
    if (watched.looks % 2 == 0) sight.nodes_unknown = sight.leases_unknown = "no answer";
  };
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
}

TEST(AwaitCluster, ARollbackGoesOnWhereNothingCanBeSeenAndSaysSo) {
  Watched watched(plan_of_three(plan::Direction::rollback));
  watched.change = [](facts::ClusterSight& sight) {
    sight = {"the API does not answer", {}, "the API does not answer", {}};
  };
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_THAT(watched.note_of("surveyed"),
              HasSubstr("before the roll is not known: Nodes: the API does not answer"));
  EXPECT_THAT(watched.note_of("recovered"), HasSubstr("Nodes cannot be read: the API does not answer"));
  EXPECT_LT(watched.waited("cp1", "recovered"), 17s);
}

TEST(AwaitCluster, ARollbackThatCanSeeWaitsLikeAnApply) {
  Watched watched(plan_of_three(plan::Direction::rollback));
  watched.change = [&](facts::ClusterSight& sight) {
    if (watched.first_is_done()) sight.control_plane[0].ready = false;
  };
  EXPECT_EQ(watched.rolling.finish().exit, Exit::mixed);
  EXPECT_FALSE(watched.begun(1));
}

TEST(AwaitCluster, ARollbackThatStopsAfterANodePutBackIsMixed) {
  plan::Plan plan = plan_of_three(plan::Direction::rollback);
  finish_restore(plan, 0, "first");
  plan.nodes[0].gates.pop_back();
  Watched watched(plan);
  watched.rolling.node(0).state = {node::Step::swapped, "first", 1, {}, 0, {}};
  watched.rolling.node(0).write(watched.rolling.node(0).after);
  watched.change = [&](facts::ClusterSight& sight) {
    sight.control_plane[0].ready = !watched.rolling.has("cp1", "restored", Phase::done);
  };
  const RunResult& result = watched.rolling.finish();
  EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::restored);
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.cluster, ClusterState::mixed);
  EXPECT_FALSE(watched.begun(1));
}

TEST(AwaitCluster, AMachineThatIsNoNodeIsUnknown) {
  Watched watched;
  watched.change = [&](facts::ClusterSight& sight) {
    if (watched.first_is_done()) sight.control_plane.erase(sight.control_plane.begin());
  };
  EXPECT_EQ(watched.rolling.finish().exit, Exit::mixed);
  EXPECT_THAT(watched.rolling.run.result().trouble->why, HasSubstr("no Node has the machine id of cp1"));
}

TEST(AwaitCluster, AnInterruptionEndsTheWait) {
  Watched watched;
  watched.change = [&](facts::ClusterSight& sight) {
    if (watched.first_is_done()) sight.control_plane[0].ready = false;
  };
  watched.rolling.interrupt_after("cp1", "recovered");
  EXPECT_EQ(watched.rolling.finish().exit, Exit::interrupted);
  EXPECT_FALSE(watched.begun(1));
  EXPECT_LT(watched.waited("cp1", "recovered"), 2s);
}

TEST(AwaitCluster, AnInterruptionOfTheSurveyTouchesNothing) {
  Watched watched;
  watched.rolling.interrupt_after("cp1", "surveyed");
  EXPECT_EQ(watched.rolling.finish().exit, Exit::interrupted);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(watched.rolling.node(i).requests.empty());
}

TEST(AwaitCluster, OneNodeToChangeIsNotSurveyed) {
  plan::Plan plan = plan_of_three();
  for (std::size_t i = 1; i < 3; ++i) {
    plan.leave_alone(plan.nodes[i]);
  }
  Watched watched(plan);
  EXPECT_EQ(watched.rolling.finish().exit, Exit::done);
  EXPECT_EQ(watched.looks, 0);
}

TEST(AwaitCluster, TheBalancerComesFirst) {
  RunOptions options;
  options.balancer = BalancerFacts{.settle = 2s, .check = plan::HealthCheck::stated};
  options.collateral = Collateral::awaited;
  Rolling rolling(plan_of_three(), Prompting::assume_yes, options);
  rolling.balancer = [](const facts::Expectation& question) {
    return facts::Seen{question, 200, "this workstation", {}, 5ms};
  };
  rolling.cluster = [&] {
    facts::ClusterSight sight;
    for (const plan::NodePlan& node : rolling.plan.nodes)
      sight.control_plane.push_back({node.name, {}, node.machine_id, true});
    return sight;
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  std::vector<std::string> steps = rolling.steps_of("cp1");
  EXPECT_THAT(steps, testing::IsSupersetOf({"backends done", "surveyed done"}));
  steps.erase(steps.begin(), steps.end() - 6);
  EXPECT_EQ(steps, (std::vector<std::string>{"balanced intend", "balanced done", "confirmed intend",
                                             "confirmed done", "recovered intend", "recovered done"}));
}

}  // namespace
}  // namespace nightlatch::rollout
