#include <gmock/gmock.h>

#include "plan/errors.hpp"
#include "plan/outcome.hpp"
#include "plan/planner.hpp"

namespace nightlatch::plan {
namespace {

namespace codes = plan_errors;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Order, TheWorstGoesFirstAndTheOneTalkedThroughLast) {
  PlanRequest request = healthy_request();
  request.facts.api->endpoint = "https://10.0.0.11:6443";
  request.facts.nodes[2].pod.restarts = 214;
  PlanOutcome outcome = make_plan(request);
  EXPECT_THAT(order_of(outcome), ElementsAre("cp3", "cp2", "cp1"));
  EXPECT_THAT(outcome.plan->order_reasons, ElementsAre("worst first", "", "serves this connection: last"));
}

TEST(Order, TheHolderOfTheEndpointsAddressGoesLast) {  // S17
  PlanRequest request = healthy_request();
  request.facts.api->endpoint_addresses = {"10.0.0.100"};
  request.facts.nodes[0].addresses = {"10.0.0.11", "10.0.0.100"};
  PlanOutcome outcome = make_plan(request);
  EXPECT_THAT(order_of(outcome), ElementsAre("cp2", "cp3", "cp1"));
  EXPECT_THAT(outcome.plan->order_reasons, ElementsAre("", "", "holds the endpoint's address: last"));
  request.facts.nodes[0].pod.restarts = 214;
  EXPECT_THAT(order_of(make_plan(request)), ElementsAre("cp1", "cp2", "cp3")) << "worst first";
}

TEST(Order, AnOrderThatPutsTheHolderBeforeOthersIsKeptAndSaid) {
  PlanRequest request = healthy_request();
  request.facts.api->endpoint_addresses = {"10.0.0.100"};
  request.facts.nodes[0].addresses = {"10.0.0.100"};
  request.playbook.order = {"cp1", "cp2", "cp3"};
  PlanOutcome outcome = make_plan(request);
  EXPECT_THAT(order_of(outcome), ElementsAre("cp1", "cp2", "cp3"));
  EXPECT_THAT(
      texts(*outcome.plan, PlanCheck::Grade::warning),
      Contains("cp1 holds the endpoint's address, and spec.order does not put it last: its restart moves the "
               "address to a node that is still to be changed"));
  request.playbook.order = {"cp2", "cp3", "cp1"};
  EXPECT_THAT(texts(*make_plan(request).plan, PlanCheck::Grade::warning),
              Not(Contains(HasSubstr("endpoint's address"))));
}

TEST(Order, AnAddressThatOnlyBeginsLikeTheEndpointsIsNotTalkedThrough) {
  PlanRequest request = healthy_request();
  request.facts.api->endpoint = "https://10.0.0.111:6443";
  EXPECT_THAT(order_of(make_plan(request)), ElementsAre("cp1", "cp2", "cp3"));
}

TEST(Order, NodesThatDoNotChangeComeLast) {
  PlanRequest request = healthy_request();
  carry_out(request, make_plan(request), {"cp1"});
  PlanOutcome outcome = make_plan(request);
  EXPECT_THAT(order_of(outcome), ElementsAre("cp2", "cp3", "cp1"));
  EXPECT_FALSE(outcome.plan->is_changed(outcome.plan->nodes.back()));
  EXPECT_EQ(outcome.plan->order_reasons.back(), "already as planned");
}

TEST(Order, AnOrderThatWasToldIsKept) {
  PlanRequest request = healthy_request();
  request.playbook.order = {"cp2", "cp3", "cp1"};
  EXPECT_THAT(order_of(make_plan(request)), ElementsAre("cp2", "cp3", "cp1"));
}

TEST(Order, AnOrderMustNameEveryNodeOnce) {
  for (const std::vector<std::string>& order :
       {std::vector<std::string>{"cp1", "cp2"}, {"cp1", "cp2", "cp4"}, {"cp1", "cp1", "cp2"}}) {
    PlanRequest request = healthy_request();
    request.playbook.order = order;
    expect_refusal(request, codes::order_unknown, "the nodes are cp1, cp2, cp3");
  }
}

TEST(Order, ANodeWithoutAPlanDoesNotMakeTheOrderWrong) {
  PlanRequest request = healthy_request();
  request.playbook.order = {"cp2", "cp3", "cp1"};
  request.facts.nodes[0].manifest_path.clear();
  expect_refusal(request, codes::no_manifest, "cp1");
}

}  // namespace
}  // namespace nightlatch::plan
