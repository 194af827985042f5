// S12: a version that nobody has tried is refused until a person accepts it by name.
#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/outcome.hpp"
#include "plan/rewrite_errors.hpp"

namespace nightlatch::plan {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class NewerVersion : public testing::Test {
 protected:
  NewerVersion() {
    for (facts::NodeFacts& node : request_.facts.nodes) run("v1.38.1", node);
  }

  static void run(const std::string& version, facts::NodeFacts& node) {
    set_manifest(node, replaced(node.manifest.bytes, ":v1.34.4", ":" + version));
  }

  PlanRequest request_ = healthy_request();
};

TEST_F(NewerVersion, IsRefusedOnEachNodeWithTheOptionThatAcceptsIt) {
  PlanOutcome outcome = make_plan(request_);
  EXPECT_FALSE(outcome.plan);
  EXPECT_THAT(codes_of(outcome.refusals), Each(plan_rewrite_errors::version_out_of_range.number));
  ASSERT_EQ(outcome.refusals.size(), 3U);
  EXPECT_THAT(
      outcome.refusals[0].message,
      HasSubstr("nightlatch was not tested with kube-apiserver 1.38.1: the newest that it knows is 1.37"));
  EXPECT_THAT(outcome.refusals[0].next, HasSubstr("nightlatch plan --accept-version 1.38"));
  request_.accepted.versions = {"1.39"};
  EXPECT_FALSE(make_plan(request_).plan);
}

TEST_F(NewerVersion, AcceptedIsJudgedLikeTheNewestKnownOneAndSaidSo) {
  request_.accepted.versions = {"1.38", "1.39"};
  PlanOutcome outcome = make_plan(request_);
  ASSERT_TRUE(outcome.plan) << outcome.refusals[0].message;
  EXPECT_THAT(outcome.plan->accepted.versions, ElementsAre("1.38")) << "what is not there was not accepted";
  EXPECT_THAT(
      texts(*outcome.plan, PlanCheck::Grade::warning),
      Contains("kube-apiserver 1.38 was accepted: nightlatch was not tested with it, and judges it by the "
               "rules of 1.37"));
  EXPECT_EQ(outcome.plan->nodes[0].version, "1.38.1");
  EXPECT_EQ(outcome.plan->nodes[0].after.state, access::ExposureState::restricted);
  auto read = from_json(to_json(*outcome.plan), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->accepted, outcome.plan->accepted);
}

TEST_F(NewerVersion, WhatIsKnownNeedsNoAcceptance) {
  request_ = healthy_request();
  request_.accepted.versions = {"1.38"};
  PlanOutcome outcome = make_plan(request_);
  ASSERT_TRUE(outcome.plan);
  EXPECT_THAT(outcome.plan->accepted.versions, IsEmpty());
}

// The way back needs no judgement where it leads to bytes that the run had found; where something was edited
// since, it does.
TEST_F(NewerVersion, TheWayBackOfAnEditedManifestAsksAgain) {
  request_ = healthy_request();
  PlanOutcome original = make_plan(request_);
  carry_out(request_, original, {"cp1", "cp2", "cp3"});
  for (facts::NodeFacts& node : request_.facts.nodes) {
    node.plan_run = "r1";
    node.manifest_backup = original.bytes.at(node.name).manifest_before;
  }
  for (facts::NodeFacts& node : request_.facts.nodes) run("v1.38.0", node);
  PlanOutcome refused = make_rollback(*original.plan, "r1", request_);
  EXPECT_THAT(codes_of(refused.refusals), Each(plan_rewrite_errors::version_out_of_range.number));
  ASSERT_EQ(refused.refusals.size(), 3U);
  request_.accepted.versions = {"1.38"};
  PlanOutcome back = make_rollback(*original.plan, "r1", request_);
  ASSERT_TRUE(back.plan) << back.refusals[0].message;
  EXPECT_EQ(back.plan->nodes[0].version, "1.38.0");
}

}  // namespace
}  // namespace nightlatch::plan
