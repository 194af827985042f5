#include "plan/estimate.hpp"

#include <gtest/gtest.h>

namespace nightlatch::plan {
namespace {

using namespace std::chrono_literals;

Plan three_nodes() {
  Plan plan;
  for (const char* name : {"cp1", "cp2", "cp3"}) {
    NodePlan node;
    node.name = name;
    plan.nodes.push_back(node);
    ManifestChange change;
    change.node = name;
    plan.changes.emplace_back(std::move(change));
  }
  return plan;  // the playbook's defaults: 3 rounds, 5 s apart, soak 30 s, timeout 5 min, grace 30 s
}

TEST(Estimate, ANodeIsConnectionRestartGatesAndSoak) {
  Plan plan = three_nodes();
  Estimate one = estimate_node(plan, plan.nodes[0]);
  EXPECT_EQ(one.usual, 5s + (30s + 10s) + (2 * 5s + 1s) + 30s);
  EXPECT_EQ(one.worst, 5s + 2 * 300s + 30s + 60s);
}

TEST(Estimate, ARollMeetsItsWorstAtOneNode) {
  Plan plan = three_nodes();
  Estimate one = estimate_node(plan, plan.nodes[0]);
  Estimate all = estimate(plan);
  EXPECT_EQ(all.usual, 3 * one.usual);
  EXPECT_EQ(all.worst, 2 * one.usual + one.worst);
  EXPECT_GE(all.worst, all.usual);
}

TEST(Estimate, WorstIsNeverLessThanUsual) {
  for (auto timeout : {30s, 300s, 3600s}) {
    for (int grace : {0, 30, 120}) {
      Plan plan = three_nodes();
      plan.playbook.gates.timeout = timeout;
      for (NodePlan& node : plan.nodes) node.grace_seconds = grace;
      Estimate all = estimate(plan);
      EXPECT_GE(all.worst, all.usual) << timeout.count() << " " << grace;
    }
  }
}

TEST(Estimate, NodesThatDoNotChangeCostNothing) {
  Plan plan = three_nodes();
  plan.changes.clear();
  EXPECT_EQ(estimate(plan).usual, 0s);
  EXPECT_EQ(estimate(plan).worst, 0s);
}

TEST(Ceiling, IsTheSumUnlessThePlaybookSaysMore) {
  Plan plan = three_nodes();
  EXPECT_EQ(least_ceiling(plan, Turn::later).sum(), 300s + 30s + 60s);
  EXPECT_EQ(ceiling(plan, Turn::later, 0s), 390s);
  EXPECT_EQ(ceiling(plan, Turn::later, 5min), 390s + 5min)
      << "the load balancer may take longer than the soak";
  plan.playbook.rollback.ceiling = 20min;
  EXPECT_EQ(ceiling(plan, Turn::later, 5min), 20min);
}

TEST(Soak, OnlyTheFirstNodeIsTheCanary) {
  Plan plan = three_nodes();
  plan.playbook.gates.canary_soak = 10min;
  EXPECT_EQ(planned_turn(plan, plan.nodes[0]), Turn::first);
  EXPECT_EQ(planned_turn(plan, plan.nodes[1]), Turn::later);
  EXPECT_EQ(soak(plan, Turn::first), 10min);
  EXPECT_EQ(soak(plan, Turn::later), 30s);
  plan.playbook.gates.canary_soak = 5s;
  EXPECT_EQ(soak(plan, Turn::first), 30s) << "the canary never soaks shorter";
}

TEST(Ceiling, LetsTheGatesRunIntoTheirLimitAndTheSoakGoOn) {  // S5
  Plan plan = three_nodes();
  EXPECT_EQ(ceiling(plan, Turn::later, 0s), 300s + 30s + 60s);
  EXPECT_LT(ceiling(plan, Turn::later, 0s), estimate_node(plan, plan.nodes[1]).worst);
}

TEST(BalancerSettle, IsAsStatedElseRiseTimesIntervalElseAMinute) {  // S17
  spec::Cluster cluster;
  EXPECT_EQ(balancer_settle(cluster), 60s);
  cluster.load_balancer.emplace();
  EXPECT_EQ(balancer_settle(cluster), 60s);
  cluster.load_balancer->interval = 10s;
  EXPECT_EQ(balancer_settle(cluster), 60s) << "half of it is not known";
  cluster.load_balancer->rise = 5;
  EXPECT_EQ(balancer_settle(cluster), 50s);
  cluster.load_balancer->settle = 7s;
  EXPECT_EQ(balancer_settle(cluster), 7s);
}

}  // namespace
}  // namespace nightlatch::plan
