// The load balancer in a plan (S17): what it shows, and when a plan is refused because it shows too little.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/balancer_check.hpp"
#include "plan/check_codes.hpp"
#include "plan/cluster.hpp"
#include "plan/errors.hpp"

namespace nightlatch::plan {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

BalancerSight sight_of(std::vector<std::string> answers) {
  BalancerSight sight;
  sight.certificates = {{"cp1", "one"}, {"cp2", "two"}, {"cp3", "three"}};
  sight.connections = answers.size();
  sight.answers = std::move(answers);
  return sight;
}

TEST(BalancerView, TellsNodesApartByTheirCertificates) {
  BalancerView all = view_of(sight_of({"one", "two", "three", "one"}));
  EXPECT_EQ(all.kind, BalancerKind::shows);
  EXPECT_THAT(all.seen, UnorderedElementsAre("cp1", "cp2", "cp3"));
  BalancerView some = view_of(sight_of({"one", "three"}));
  EXPECT_EQ(some.kind, BalancerKind::shows);
  EXPECT_THAT(some.seen, UnorderedElementsAre("cp1", "cp3"));
}

TEST(BalancerView, OneNodeOfSeveralIsNotSpreading) {
  BalancerView view = view_of(sight_of({"two", "two", "two"}));
  EXPECT_EQ(view.kind, BalancerKind::one_node);
  EXPECT_THAT(view.seen, UnorderedElementsAre("cp2"));
}

TEST(BalancerView, TheOnlyNodeIsSeenWhenItAnswers) {
  BalancerSight sight;
  sight.certificates = {{"cp1", "one"}};
  sight.answers = {"one"};
  EXPECT_EQ(view_of(sight).kind, BalancerKind::shows);
}

TEST(BalancerView, HidesItsNodesWhereNoCertificateIsOneOfTheirs) {
  EXPECT_EQ(view_of(sight_of({"its own", "its own"})).kind, BalancerKind::hides);
  BalancerSight shared = sight_of({"one", "one"});
  shared.certificates["cp2"] = "one";
  EXPECT_EQ(view_of(shared).kind, BalancerKind::hides);
  BalancerSight unseen = sight_of({"one", "two"});
  unseen.certificates["cp3"].clear();
  EXPECT_EQ(view_of(unseen).kind, BalancerKind::hides);
}

TEST(BalancerView, IsSilentWithoutAGoodAnswer) {
  EXPECT_EQ(view_of(sight_of({})).kind, BalancerKind::silent);
}

TEST(BalancerView, HasSeenEnoughWhenEveryNodeWasReached) {
  EXPECT_FALSE(is_enough(sight_of({"one", "two"})));
  EXPECT_TRUE(is_enough(sight_of({"one", "two", "three"})));
  BalancerSight long_since = sight_of({"one", "two"});
  long_since.connections = 24;
  EXPECT_TRUE(is_enough(long_since));
}

class NotedBalancer : public testing::Test {
 protected:
  NotedBalancer() : outcome(make_plan(request_for_three())) {}

  static PlanRequest request_for_three() {
    PlanRequest request = healthy_request();
    request.cluster.load_balancer.reset();
    return request;
  }
  void note(BalancerKind kind, std::set<std::string> seen, HealthCheck check) {
    note_balancer({kind, std::move(seen)}, check, 60s, outcome);
  }
  const PlanCheck& check() {
    const PlanCheck* found = nullptr;
    for (const PlanCheck& one : outcome.plan->checks) {
      if (one.subject.object != "load balancer") continue;
      EXPECT_EQ(found, nullptr) << "it is told once";
      found = &one;
    }
    return *found;
  }

  PlanOutcome outcome;
};

TEST_F(NotedBalancer, ThatShowsEveryNodeIsWatchedWhereNobodyStatedItsHealthCheck) {
  note(BalancerKind::shows, {"cp1", "cp2", "cp3"}, HealthCheck::unstated);
  EXPECT_THAT(outcome.refusals, IsEmpty());
  EXPECT_EQ(check().grade, PlanCheck::Grade::unknown);
  EXPECT_EQ(check().code, plan_checks::balancer_unknown.number);
  EXPECT_EQ(
      check().text,
      "load balancer: it leads to cp1, cp2, cp3; its health check is not stated, so each node must still "
      "be reached 1 min after its change, or goes back");
}

TEST_F(NotedBalancer, ThatHidesItsNodesIsRefusedUntilItsHealthCheckIsStated) {
  note(BalancerKind::hides, {}, HealthCheck::unstated);
  ASSERT_EQ(outcome.refusals.size(), 1U);
  EXPECT_EQ(outcome.refusals[0].code.number, plan_errors::balancer_unstated.number);
  EXPECT_EQ(
      outcome.refusals[0].message,
      "the load balancer does not show which node answered, so a run could not see that it has dropped a "
      "changed node; and nobody stated what its health check asks");
  EXPECT_FALSE(outcome.plan);
}

TEST_F(NotedBalancer, ThatLeadsToOneOfSeveralIsRefusedToo) {
  note(BalancerKind::one_node, {"cp2"}, HealthCheck::unstated);
  ASSERT_EQ(outcome.refusals.size(), 1U);
  EXPECT_THAT(outcome.refusals[0].message,
              HasSubstr("every connection through the load balancer reached cp2, so"));
}

TEST_F(NotedBalancer, WithAStatedHealthCheckIsWaitedFor) {
  note(BalancerKind::hides, {}, HealthCheck::stated);
  EXPECT_THAT(outcome.refusals, IsEmpty());
  EXPECT_EQ(check().code, plan_checks::balancer_partial.number);
  EXPECT_THAT(check().text,
              HasSubstr("does not show which node answered; after each node the run waits 1 min"));
}

TEST_F(NotedBalancer, NamesWhoWasNotReached) {
  note(BalancerKind::shows, {"cp1", "cp2"}, HealthCheck::stated);
  EXPECT_EQ(check().grade, PlanCheck::Grade::warning);
  EXPECT_EQ(check().text, "load balancer: it leads to cp1, cp2; cp3 was not reached");
}

TEST_F(NotedBalancer, ThatIsAnAddressOfANodeNeedsNoStatement) {
  note(BalancerKind::one_node, {"cp2"}, HealthCheck::held);
  EXPECT_THAT(outcome.refusals, IsEmpty());
}

TEST(HealthCheckOf, IsHeldWhereANodeHasTheEndpointsAddress) {
  PlanRequest request = healthy_request();
  request.cluster.load_balancer.reset();
  Plan plan = *make_plan(request).plan;
  std::vector<std::vector<std::string>> addresses{{"10.0.0.9"}, {}, {}};
  EXPECT_EQ(health_check_of(request.cluster, plan, {"10.0.0.9"}, addresses), HealthCheck::held);
  EXPECT_EQ(health_check_of(request.cluster, plan, {"10.0.0.8"}, addresses), HealthCheck::unstated);
  request.cluster.load_balancer.emplace().probe_tcp = true;
  EXPECT_EQ(health_check_of(request.cluster, plan, {"10.0.0.9"}, addresses), HealthCheck::stated);
}

}  // namespace
}  // namespace nightlatch::plan
