// Nodes that a rollback does not know.
#include "plan/joined_nodes.hpp"

#include <gmock/gmock.h>

#include "plan/check_codes.hpp"
#include "plan/cluster.hpp"

namespace nightlatch::plan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class JoinedNodes : public testing::Test {
 protected:
  JoinedNodes() { carry_out(request_, original_, {"cp1", "cp2", "cp3"}); }

  std::vector<std::string> told() {
    std::vector<std::string> texts;
    for (const PlanCheck& check : joined_checks(*original_.plan, "r1", request_.facts)) {
      EXPECT_EQ(check.code, plan_checks::node_joined.number);
      EXPECT_EQ(check.grade, PlanCheck::Grade::warning);
      texts.push_back(check.text);
    }
    return texts;
  }

  PlanRequest request_ = healthy_request();
  PlanOutcome original_ = make_plan(request_);
};

TEST_F(JoinedNodes, AreThoseWhoseMachineTheRunDidNotHave) {
  EXPECT_THAT(told(), IsEmpty());
  request_.facts.api->control_plane[0].name = "another name of cp1";
  EXPECT_THAT(told(), IsEmpty());
  request_.facts.api->control_plane.push_back({"cp4", "10.0.0.14", "machine-4", true});
  EXPECT_THAT(told(),
              ElementsAre("cp4 (10.0.0.14) was no part of run r1: it joined since, and the rollback leaves "
                          "it as it is"));
}

TEST_F(JoinedNodes, OneInTheInventoryIsNamedOnceAndAlsoWithoutTheApi) {
  request_.facts.nodes.push_back(healthy_node(4));
  request_.facts.api->control_plane.push_back({"cp4", "10.0.0.14", "machine-4", true});
  EXPECT_THAT(told(), testing::SizeIs(1));
  request_.facts.api.reset();
  EXPECT_THAT(told(), testing::SizeIs(1));
}

TEST_F(JoinedNodes, ANodeThatWasSkippedOrNeverStartedIsNone) {
  request_.facts.api->control_plane.push_back({"cp4", "10.0.0.14", "", false});
  EXPECT_THAT(told(), IsEmpty());
  request_.facts.api->control_plane.back().machine_id = "machine-4";
  original_.plan->skipped = {{"cp4", "a", "b"}};
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(JoinedNodes, TheRollbackNamesThemAndLeavesThemAlone) {
  request_.facts.nodes.push_back(healthy_node(4));
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  ASSERT_TRUE(back.plan);
  EXPECT_THAT(joined_nodes(*back.plan), ElementsAre("cp4"));
  EXPECT_EQ(back.plan->nodes.size(), 3U);
  EXPECT_EQ(back.plan->changing_nodes(), 3U);
  auto read = from_json(to_json(*back.plan), "plan.json");
  ASSERT_TRUE(read);
  EXPECT_THAT(joined_nodes(*read), ElementsAre("cp4"));
  EXPECT_THAT(joined_nodes(*original_.plan), IsEmpty());
}

}  // namespace
}  // namespace nightlatch::plan
