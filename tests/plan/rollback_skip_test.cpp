// rollback --skip: a node that does not answer stays as it is, and the others go back.
#include <gmock/gmock.h>

#include "plan/errors.hpp"
#include "plan/outcome.hpp"
#include "plan/planner.hpp"
#include "plan/resume.hpp"

namespace nightlatch::plan {
namespace {

namespace codes = plan_errors;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RollbackSkips : public testing::Test {
 protected:
  RollbackSkips() {
    carry_out(request_, original_, {"cp1", "cp2", "cp3"});
    request_.skipped = {"cp3"};
  }
  void lose(const std::string& name) {
    std::erase_if(request_.facts.nodes, [&](const facts::NodeFacts& node) { return node.name == name; });
  }
  PlanOutcome back() { return make_rollback(*original_.plan, "r1", request_); }

  PlanRequest request_ = healthy_request();
  PlanOutcome original_ = make_plan(request_);
};

TEST_F(RollbackSkips, TheOthersGoBackAndThePlanNamesTheNode) {
  lose("cp3");
  PlanOutcome outcome = back();
  ASSERT_TRUE(outcome.plan) << outcome.refusals.front().message;
  EXPECT_THAT(order_of(outcome), ElementsAre("cp2", "cp1"));
  EXPECT_THAT(changed_nodes(*outcome.plan), ElementsAre("cp2", "cp1"));
  ASSERT_EQ(outcome.plan->skipped.size(), 1U);
  const SkippedNode& cp3 = outcome.plan->skipped[0];
  EXPECT_EQ(cp3.sha256_before, change_at(*original_.plan, "cp3").sha256_after);
  EXPECT_EQ(cp3.sha256_after, change_at(*original_.plan, "cp3").sha256_before);
  EXPECT_TRUE(outcome.plan->leaves_a_node());
  EXPECT_THAT(
      texts(*outcome.plan, PlanCheck::Grade::warning),
      ElementsAre("cp3 is left as it is (--skip): it does not answer, and what run r1 wrote there stays"));
  EXPECT_EQ(outcome.plan->checks[0].code, plan_checks::node_skipped.number);
  EXPECT_EQ(outcome.plan->checks[0].subject.node, "cp3");
}

TEST_F(RollbackSkips, ANodeThatAnswersIsNeverLeftNew) {
  PlanOutcome outcome = back();
  EXPECT_FALSE(outcome.plan);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::skip_answers.number));
  EXPECT_EQ(outcome.refusals[0].message, "cp3 answers, so it is not skipped");
}

TEST_F(RollbackSkips, ANameThatTheRunDoesNotHaveIsRefused) {
  request_.skipped = {"cp4"};
  PlanOutcome outcome = back();
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::skip_unknown.number));
  EXPECT_EQ(outcome.refusals[0].message, "--skip cp4: the run has no such node");
  EXPECT_EQ(outcome.refusals[0].code.exit, Exit::usage);
}

TEST_F(RollbackSkips, ASecondNodeThatIsSilentStillStopsItAndIsNamed) {
  lose("cp3");
  lose("cp2");
  PlanOutcome outcome = back();
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::node_unreadable.number));
  EXPECT_EQ(outcome.refusals[0].next_step(),
            "bring cp2 back, then roll back again; or leave it as it is: nightlatch rollback r1 --skip cp2 "
            "--skip cp3");
}

TEST_F(RollbackSkips, TheLastApiServerIsRestartedOnlyWithAWordAboutTheOutage) {  // S14
  lose("cp3");
  lose("cp2");
  request_.skipped = {"cp2", "cp3"};
  PlanOutcome outcome = back();
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::one_api_server.number));
  EXPECT_EQ(outcome.refusals[0].message,
            "cp1 is the only API server that is left: its restart leaves the cluster without an API");
  request_.accept_outage = AcceptOutage::yes;
  EXPECT_THAT(changed_nodes(*back().plan), ElementsAre("cp1"));
  lose("cp1");
  request_.skipped = {"cp1", "cp2", "cp3"};
  outcome = back();
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::skip_all.number));
  EXPECT_EQ(outcome.refusals[0].message, "every node of the run would be skipped");
}

TEST_F(RollbackSkips, IsInThePlanFileAndInItsHash) {
  lose("cp3");
  Plan plan = *back().plan;
  auto read = from_json(to_json(plan), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->skipped.size(), 1U);
  EXPECT_EQ(read->skipped[0].name, "cp3");
  EXPECT_EQ(read->skipped[0].sha256_after, plan.skipped[0].sha256_after);
  std::string hash = plan.hash;
  plan.skipped.clear();
  seal(plan);
  EXPECT_NE(plan.hash, hash);
  plan.skipped = {{"cp1", "a", "b"}};  // a node of the plan as well
  seal(plan);
  EXPECT_EQ(from_json(to_json(plan), "plan.json").error().code.number, codes::not_a_plan.number);
}

TEST_F(RollbackSkips, StaysSoWhenThatRollbackIsGoneOnWith) {
  lose("cp3");
  PlanOutcome begun = back();
  carry_out(request_, begun, {"cp2"});
  request_.skipped.clear();
  PlanOutcome rest = make_rollback(undone_by(*begun.plan), "r1", request_);
  ASSERT_TRUE(rest.plan);
  EXPECT_THAT(changed_nodes(*rest.plan), ElementsAre("cp1"));
  ASSERT_EQ(rest.plan->skipped.size(), 1U);
  EXPECT_EQ(rest.plan->skipped[0].sha256_before, begun.plan->skipped[0].sha256_before);
  PlanOutcome forward = make_rollback(*begun.plan, "r2", request_);
  ASSERT_TRUE(forward.plan);
  EXPECT_THAT(forward.plan->skipped, IsEmpty()) << "that node is where this one leads";
}

}  // namespace
}  // namespace nightlatch::plan
