// The order of a run's steps: what is planned and what is done say what comes next.
#include "rollout/next_step.hpp"

#include <ostream>

#include <gtest/gtest.h>

#include "rollout/scripted_node.hpp"
#include "util/overloaded.hpp"

namespace nightlatch::rollout {

void PrintTo(const NextStep& step, std::ostream* out) {
  std::visit(overloaded{[&](const next::CallAfterNode& one) { *out << "hook after node " << one.node; },
                        [&](const next::CallBefore&) { *out << "hook before all nodes"; },
                        [&](const next::SurveyBalancer& one) {
                          *out << "survey of the balancer, recorded at " << one.node;
                        },
                        [&](const next::Survey& one) { *out << "survey, recorded at " << one.node; },
                        [&](const next::PlaceConfig&) { *out << "place config"; },
                        [&](const next::AwaitCluster& one) { *out << "await cluster after " << one.node; },
                        [&](const next::FindHolder& one) {
                          *out << "find holder among";
                          for (std::size_t node : one.candidates) *out << " " << node;
                        },
                        [&](const next::ChangeNode& one) { *out << "change node " << one.node; },
                        [&](const next::WriteObject& one) { *out << "write object " << one.object; },
                        [&](const next::FinalCheck&) { *out << "final check"; },
                        [&](const next::Close&) { *out << "close"; }},
             step);
}

namespace {

Planned two_nodes() {
  return {.changes = {NodeChange{0}, NodeChange{1}, ObjectWrite{0}}};
}

// What is done grows with each step that ends well; `upset` may change it after each.
std::vector<NextStep> all_steps(const Planned& planned, const std::function<void(Done&)>& upset = {}) {
  std::vector<NextStep> steps;
  Done done;
  while (steps.empty() || !std::holds_alternative<next::Close>(steps.back())) {
    steps.push_back(next_step(planned, done));
    std::visit(overloaded{[&](const next::CallAfterNode&) { ++done.hooks_made_good; },
                          [&](const next::CallBefore&) { done.before_called = true; },
                          [&](const next::SurveyBalancer&) { done.balancer_surveyed = true; },
                          [&](const next::Survey&) { done.surveyed = true; },
                          [&](const next::PlaceConfig&) { done.config_placed = true; },
                          [&](const next::AwaitCluster&) { done.cluster_awaited = true; },
                          // The last candidate holds nothing: it goes before the others.
                          [&](const next::FindHolder& look) { done.chosen = look.candidates.back(); },
                          [&](const next::ChangeNode& change) {
                            done.nodes.push_back(change.node);
                            done.chosen.reset();
                            done.cluster_awaited = false;
                          },
                          [&](const next::WriteObject& write) { done.objects.push_back(write.object); },
                          [&](const next::FinalCheck&) { done.checked = true; }, [](const next::Close&) {}},
               steps.back());
    if (upset) upset(done);
    if (steps.size() > 100) {
      ADD_FAILURE() << "it has no end";
      break;
    }
  }
  return steps;
}

struct Case {
  const char* name;
  Planned planned;
  std::vector<NextStep> steps;
};

class NextStepOf : public testing::TestWithParam<Case> {};

TEST_P(NextStepOf, WhatIsPlannedAndDone) {
  EXPECT_EQ(all_steps(GetParam().planned), GetParam().steps);
}

std::vector<Case> cases() {
  using namespace next;
  NodeChange finish{0, plan::ManifestChange::Kind::finish_restore};
  return {
      {"Apply",
       two_nodes(),
       {PlaceConfig{}, ChangeNode{0}, ChangeNode{1}, next::WriteObject{0}, FinalCheck{}, Close{}}},
      {"ApplyWithWaits",
       {.changes = two_nodes().changes, .watches_cluster = true, .asks_balancer = true},
       {SurveyBalancer{0}, Survey{0}, PlaceConfig{}, ChangeNode{0}, AwaitCluster{0}, ChangeNode{1},
        next::WriteObject{0}, FinalCheck{}, Close{}}},
      {"HooksThatAreOwedComeBeforeAllElse",
       {.changes = {NodeChange{0}}, .asks_balancer = true, .hooks_owed = {2, 1}, .calls_before = true},
       {CallAfterNode{2}, CallAfterNode{1}, CallBefore{}, SurveyBalancer{0}, PlaceConfig{}, ChangeNode{0},
        FinalCheck{}, Close{}}},
      {"TheBalancerIsSurveyedForASingleNode",
       {.changes = {NodeChange{0}}, .asks_balancer = true},
       {SurveyBalancer{0}, PlaceConfig{}, ChangeNode{0}, FinalCheck{}, Close{}}},
      {"WhatIsLeftInMidChangeDoesNotWaitForTheBalancer",
       {.changes = {finish, NodeChange{1}}, .asks_balancer = true},
       {PlaceConfig{}, ChangeNode{0}, SurveyBalancer{1}, ChangeNode{1}, FinalCheck{}, Close{}}},
      {"RollbackWritesItsObjectsFirst",
       {.changes = {ObjectWrite{0}, ObjectWrite{1}, NodeChange{0}, NodeChange{1}}, .watches_cluster = true},
       {Survey{0}, next::WriteObject{0}, next::WriteObject{1}, PlaceConfig{}, ChangeNode{0}, AwaitCluster{0},
        ChangeNode{1}, FinalCheck{}, Close{}}},
      {"RehearsalEndsAfterTheFirstNode",
       {.changes = {NodeChange{0}, NodeChange{1}}, .rehearsal = true, .asks_balancer = true},
       {SurveyBalancer{0}, PlaceConfig{}, ChangeNode{0}, Close{}}},
      {"OneNodeIsNotSurveyed",
       {.changes = {NodeChange{0}}, .watches_cluster = true},
       {PlaceConfig{}, ChangeNode{0}, FinalCheck{}, Close{}}},
      {"NoNodeToChangeButAnObject",
       {.changes = {ObjectWrite{0}}, .watches_cluster = true},
       {next::WriteObject{0}, FinalCheck{}, Close{}}},
      {"NothingToDoIsChecked", {}, {FinalCheck{}, Close{}}},
      {"ANodeAsPlannedIsPassedOver",
       {.changes = {NodeChange{1}, NodeChange{2}}, .watches_cluster = true},
       {Survey{1}, PlaceConfig{}, ChangeNode{1}, AwaitCluster{1}, ChangeNode{2}, FinalCheck{}, Close{}}},
      {"AMovingAddressIsLookedUpBeforeEachNodeButTheLast",
       {.changes = {NodeChange{0}, NodeChange{1}, NodeChange{2}}, .order_may_change = true},
       {PlaceConfig{}, FindHolder{{0, 1, 2}}, ChangeNode{2}, FindHolder{{0, 1}}, ChangeNode{1}, ChangeNode{0},
        FinalCheck{}, Close{}}},
      {"TheWaitComesBeforeTheLook",
       {.changes = {NodeChange{0}, NodeChange{1}, NodeChange{2}},
        .watches_cluster = true,
        .order_may_change = true},
       {Survey{0}, PlaceConfig{}, FindHolder{{0, 1, 2}}, ChangeNode{2}, AwaitCluster{2}, FindHolder{{0, 1}},
        ChangeNode{1}, AwaitCluster{1}, ChangeNode{0}, FinalCheck{}, Close{}}},
      {"OneLeftInMidChangeGoesFirst",
       {.changes = {finish, NodeChange{1}, NodeChange{2}}, .order_may_change = true},
       {PlaceConfig{}, ChangeNode{0}, FindHolder{{1, 2}}, ChangeNode{2}, ChangeNode{1}, FinalCheck{},
        Close{}}},
      {"NodesDoNotChangeTurnsWithAnObject",
       {.changes = {NodeChange{0}, ObjectWrite{0}, NodeChange{1}}, .order_may_change = true},
       {PlaceConfig{}, ChangeNode{0}, next::WriteObject{0}, ChangeNode{1}, FinalCheck{}, Close{}}},
  };
}

INSTANTIATE_TEST_SUITE_P(Plans, NextStepOf, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

// An interruption, a failed node, a lost lock: nothing else is begun, wherever it comes.
TEST(NextStep, AfterAStopTheRunIsClosedAtOnce) {
  Planned planned{.changes = two_nodes().changes,
                  .watches_cluster = true,
                  .asks_balancer = true,
                  .order_may_change = true};
  std::size_t whole = all_steps(planned).size();
  for (std::size_t after = 1; after < whole; ++after) {
    std::size_t ended = 0;
    auto steps = all_steps(planned, [&](Done& done) { done.stopped = ++ended >= after; });
    EXPECT_EQ(steps.size(), after + 1);
    EXPECT_EQ(steps.back(), NextStep(next::Close{}));
  }
  EXPECT_EQ(next_step(planned, {.stopped = true}), NextStep(next::Close{})) << "before anything";
}

TEST(NextStep, ChangesAreThoseOfThePlanInItsOrder) {
  plan::Plan plan = plan_for({"cp1", "cp2", "cp3"});
  plan.changes.insert(plan.changes.begin(), plan::ObjectChange{});
  plan.changes.emplace_back(plan::ObjectChange{});
  plan.leave_alone(plan.nodes[1]);
  finish_restore(plan, 2, "first");
  std::vector<PlannedChange> changes{ObjectWrite{0}, NodeChange{0},
                                     NodeChange{2, plan::ManifestChange::Kind::finish_restore},
                                     ObjectWrite{1}};
  EXPECT_EQ(changes_of(plan), changes);
}

// What an earlier run owes comes before all else, and the hook before all nodes before anything is asked.
TEST(NextStep, HooksComeFirst) {
  Planned planned = two_nodes();
  planned.watches_cluster = true;
  planned.hooks_owed = {1, 0};
  planned.calls_before = true;
  std::vector<NextStep> steps = all_steps(planned);
  ASSERT_GT(steps.size(), 4U);
  steps.resize(4);
  EXPECT_EQ(steps, (std::vector<NextStep>{next::CallAfterNode{1}, next::CallAfterNode{0}, next::CallBefore{},
                                          next::Survey{0}}));
  EXPECT_EQ(next_step(planned, {.stopped = true}), NextStep(next::Close{}));
}

}  // namespace
}  // namespace nightlatch::rollout
