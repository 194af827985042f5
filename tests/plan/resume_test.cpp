#include "plan/resume.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"

namespace nightlatch::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* run = "20261122T0114-7f3a";

std::vector<std::string> changing(const Plan& plan) {
  std::vector<std::string> names;
  for (const NodePlan& node : plan.nodes) {
    if (plan.is_changed(node)) names.push_back(node.name);
  }
  return names;
}

// Three nodes and a run over them, of which each test says how far it came.
struct Stopped {
  Stopped() : original(make_plan(request)) {}

  const Plan& plan() const { return *original.plan; }
  facts::NodeFacts& node(const std::string& name) {
    for (facts::NodeFacts& one : request.facts.nodes) {
      if (one.name == name) return one;
    }
    throw std::out_of_range(name);
  }
  // The run got here on this node: its new manifest is there from `swapped` on.
  void at(const std::string& name, const std::string& step) {
    node(name).runs = {{run, step, "2026-11-22T01:14:05Z", {}}};
    if (step != "staged" && step != "armed" && step != "restored") carry_out(request, original, {name});
  }

  PlanRequest request = healthy_request();
  PlanOutcome original;
};

TEST(MakeFinish, ANodeInMidChangeIsPutBackAndNoOtherTouched) {
  for (const char* step : {"staged", "armed", "swapped", "restarted", "gated", "soaked", "restoring"}) {
    Stopped stopped;
    stopped.at("cp1", "confirmed");
    stopped.at("cp2", step);
    PlanOutcome finish = make_finish(stopped.plan(), run, stopped.request);
    ASSERT_TRUE(finish.plan) << step << ": " << finish.refusals[0].message;
    EXPECT_THAT(changing(*finish.plan), ElementsAre("cp2")) << step;
    const NodePlan& node = finish.plan->nodes.front();
    EXPECT_TRUE(finish.plan->finishes_restore(node)) << step;
    EXPECT_EQ(finish.plan->change_of(node)->previous_run, run);
    EXPECT_EQ(finish.plan->sha256_at_end(node), stopped.plan().sha256_at_start(stopped.plan().nodes[1]))
        << "what the run found there";
  }
}

// S24
TEST(MakeFinish, KnowsWhoIsNewAndStaysSo) {
  Stopped stopped;
  stopped.at("cp1", "confirmed");
  stopped.at("cp2", "gated");
  PlanOutcome finish = make_finish(stopped.plan(), run, stopped.request);
  ASSERT_TRUE(finish.plan);
  for (const NodePlan& node : finish.plan->nodes)
    EXPECT_EQ(node.stays_behind, node.name == "cp1") << node.name;
  auto read = from_json(to_json(*finish.plan), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->hash, finish.plan->hash);
  for (const NodePlan& node : read->nodes) EXPECT_EQ(node.stays_behind, node.name == "cp1") << node.name;
}

TEST(MakeFinish, BetweenTwoNodesThereIsNothingToFinish) {
  Stopped stopped;
  stopped.at("cp1", "confirmed");
  stopped.at("cp2", "restored");
  PlanOutcome finish = make_finish(stopped.plan(), run, stopped.request);
  ASSERT_TRUE(finish.plan);
  EXPECT_THAT(changing(*finish.plan), IsEmpty());
}

TEST(MakeFinish, ForeignBytesAndAnotherRunAreRefused) {
  Stopped foreign;
  foreign.at("cp1", "swapped");
  set_manifest(foreign.node("cp1"), kubeadm_manifest() + "# by hand\n");
  EXPECT_THAT(codes_of(make_finish(foreign.plan(), run, foreign.request).refusals),
              ElementsAre(plan_errors::not_ours_anymore.number));
  Stopped other;
  other.node("cp3").runs = {{"20261122T0200-aaaa", "swapped", "2026-11-22T02:00:00Z", {}}};
  EXPECT_THAT(codes_of(make_finish(other.plan(), run, other.request).refusals),
              ElementsAre(plan_errors::run_unfinished.number));
}

TEST(CheckResumable, WhatIsLeftOfAPlanIsTheSamePlan) {
  Stopped stopped;
  stopped.at("cp1", "confirmed");
  PlanOutcome now = make_plan(stopped.request);
  ASSERT_TRUE(now.plan);
  EXPECT_TRUE(check_resumable(stopped.plan(), *now.plan, run));
}

TEST(CheckResumable, EveryChangeSinceIsNamed) {
  Stopped stopped;
  stopped.at("cp1", "confirmed");
  set_manifest(stopped.node("cp1"), stopped.original.bytes.at("cp1").manifest_after + "# a colleague\n");
  set_manifest(stopped.node("cp3"), stopped.node("cp3").manifest.bytes + "# another\n");
  PlanOutcome now = make_plan(stopped.request);
  ASSERT_TRUE(now.plan);
  Status same = check_resumable(stopped.plan(), *now.plan, run);
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().code.number, plan_errors::plan_outdated.number);
  EXPECT_EQ(same.error().message, std::string("run ") + run + ": something changed since its plan was made");
  EXPECT_EQ(same.error().details.size(), 3U);
  EXPECT_THAT(same.error().details[0],
              HasSubstr("cp1 /etc/kubernetes/manifests/kube-apiserver.yaml: the run had"));
  EXPECT_THAT(same.error().details[1],
              HasSubstr("cp3 /etc/kubernetes/manifests/kube-apiserver.yaml: the run had"));
}

TEST(CheckResumable, NodesThatCameOrWentAreNamed) {
  Stopped stopped;
  Plan without = stopped.plan();
  without.nodes.pop_back();
  Status went = check_resumable(stopped.plan(), without, run);
  ASSERT_FALSE(went);
  EXPECT_THAT(went.error().details, ElementsAre("cp3: was part of the run, is not part of the plan now"));
  Status came = check_resumable(without, stopped.plan(), run);
  ASSERT_FALSE(came);
  EXPECT_THAT(came.error().details, ElementsAre("cp3: was not part of the run"));
}

TEST(GoOn, KeepsTheOrderOfTheRunAndNamesIt) {
  Stopped stopped;
  stopped.request.playbook.order = {"cp3", "cp2", "cp1"};
  stopped.original = make_plan(stopped.request);
  stopped.at("cp3", "confirmed");
  stopped.request.playbook.order.clear();
  PlanOutcome now = make_plan(stopped.request);
  ASSERT_TRUE(now.plan);
  std::string hash = now.plan->hash;
  go_on(*now.plan, stopped.plan(), run);
  EXPECT_THAT(changing(*now.plan), ElementsAre("cp2", "cp1"));
  EXPECT_EQ(now.plan->nodes.back().name, "cp3");
  EXPECT_EQ(now.plan->of_run, run);
  EXPECT_EQ(now.plan->relation, Relation::goes_on_with);
  EXPECT_NE(now.plan->hash, hash);
  Plan third = *now.plan;
  go_on(third, *now.plan, "20261122T0300-bbbb");
  EXPECT_EQ(third.of_run, run) << "the run that all of them go on with";
}

TEST(UndoneBy, ARollbackThatWasCutIsRolledBackFurther) {
  Stopped stopped;
  for (const char* name : {"cp1", "cp2", "cp3"}) stopped.at(name, "confirmed");
  PlanOutcome back = make_rollback(stopped.plan(), run, stopped.request);
  ASSERT_TRUE(back.plan);
  carry_out(stopped.request, back, {"cp1"});
  Plan undone = undone_by(*back.plan);
  EXPECT_EQ(undone.direction, Direction::apply);
  PlanOutcome rest = make_rollback(undone, run, stopped.request);
  ASSERT_TRUE(rest.plan) << rest.refusals[0].message;
  EXPECT_THAT(changing(*rest.plan), ElementsAre("cp3", "cp2")) << "as the rollback that was cut";
  for (const NodePlan& node : rest.plan->nodes) {
    if (!rest.plan->is_changed(node)) continue;
    EXPECT_EQ(sha256_hex(rest.bytes.at(node.name).manifest_after), rest.plan->sha256_at_end(node));
  }
}

// What was only rehearsed is never carried out by going on with it.
TEST(Rehearsal, IsOneNodeWithoutItsSwapAndNothingToGoOnWith) {
  PlanRequest request = healthy_request();
  Plan whole = *make_plan(request).plan;
  Plan rehearsal = rehearsal_of(whole);
  EXPECT_EQ(rehearsal.changing_nodes(), 1U);
  EXPECT_NE(rehearsal.hash, whole.hash);
  auto read = from_json(to_json(rehearsal), "plan");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->rehearsal) << "the copy on the node says so, too";
  EXPECT_TRUE(may_go_on(whole, "r1"));
  Status may = may_go_on(*read, "r1");
  ASSERT_FALSE(may);
  EXPECT_EQ(may.error().code.number, plan_errors::only_rehearsed.number);
}

}  // namespace
}  // namespace nightlatch::plan
