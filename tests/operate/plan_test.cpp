#include "operate/plan.hpp"

#include "cluster/errors.hpp"
#include "operate/operate_bench.hpp"
#include "operate/playbooks.hpp"
#include "plan/check_codes.hpp"
#include "plan/errors.hpp"

namespace nightlatch::operate {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class MakePlan : public Bench {
 protected:
  Outcome<plan::PlanOutcome> make(const std::string& file = {}) {
    Ports all = ports();
    return make_plan(all, selection(), {.playbook = load_playbook("health-only").value()}, file);
  }
};

TEST_F(MakePlan, PlansEveryNodeAndDatesThePlan) {
  auto made = make();
  ASSERT_TRUE(made);
  EXPECT_EQ(made->plan->changing_nodes(), 3U);
  EXPECT_EQ(made->plan->created, "2026-11-22T01:14:05Z");
  EXPECT_THAT(made->bytes, SizeIs(3));
  EXPECT_THAT(changed_nodes(), SizeIs(0));
  EXPECT_FALSE(cluster.cluster_api->lease) << "a plan takes no lock";
}

TEST_F(MakePlan, IsWrittenAsItIsReadBack) {
  std::string file = (directory / "plan.json").string();
  auto made = make(file);
  ASSERT_TRUE(made);
  auto there = read_plan(file);
  ASSERT_TRUE(there);
  EXPECT_EQ(there->hash, made->plan->hash);
  ASSERT_TRUE(write_file_durably(file, plan::replaced(*read_file(file), "cp1", "cp9")));
  EXPECT_FALSE(read_plan(file)) << "it was edited";
}

TEST_F(MakePlan, AHostThatCannotBeReachedIsToldWithItsReason) {
  lose_host("cp2");
  auto made = make((directory / "plan.json").string());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().exit, Exit::refused);
  ASSERT_THAT(made.error().errors, SizeIs(1)) << "and not a second time as unread";
  EXPECT_THAT(made.error().errors[0].message, HasSubstr("connection refused"));
  EXPECT_FALSE(std::filesystem::exists(directory / "plan.json"));
}

TEST_F(MakePlan, ANodeWhoseFactsCannotBeReadIsToldWithItsReason) {
  node("cp2").unreadable = error_of(node_errors::script_refused, "cp2: no flock");
  auto made = make();
  ASSERT_FALSE(made);
  ASSERT_THAT(made.error().errors, SizeIs(1));
  EXPECT_EQ(made.error().errors[0].message, "cp2: no flock");
}

TEST_F(MakePlan, AnotherHostKeyIsTwo) {
  node("cp2").unreachable = error_of(node_errors::host_key_mismatch, "cp2: another host key");
  EXPECT_EQ(exit_code(make()), Exit::usage);
}

TEST_F(MakePlan, AnApiThatIsAwayIsRefusedWithItsReason) {
  take_api_away();
  auto made = make();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().exit, Exit::refused);
  EXPECT_EQ(made.error().errors[0].code.number, api_errors::unreachable.number);
  for (const Error& error : made.error().errors) EXPECT_NE(error.code.number, plan_errors::api_needed.number);
}

TEST_F(MakePlan, AClusterThatTheInventoryDoesNotHaveIsTwoAndAsksNobody) {
  Ports all = ports();
  cluster::Selection other = selection();
  other.cluster = "prod-eu2";
  auto made = make_plan(all, other, {.playbook = load_playbook("health-only").value()}, {});
  EXPECT_EQ(code_of(made), cluster_errors::cluster_unknown.number);
  EXPECT_EQ(exit_code(made), Exit::usage);
  EXPECT_EQ(cluster.connected, 0);
}

TEST_F(MakePlan, WithoutAnInventoryTheNodesAreThoseOfTheApi) {
  Ports all = ports();
  auto made = make_plan(all, {}, {.playbook = load_playbook("health-only").value()}, {});
  ASSERT_TRUE(made) << made.error().errors[0].message;
  EXPECT_EQ(made->plan->cluster, "admin");
  EXPECT_EQ(made->plan->changing_nodes(), 3U);
  take_api_away();
  EXPECT_EQ(exit_code(make_plan(all, {}, {}, {})), Exit::refused);
}

// --- the load balancer (S17)

TEST_F(MakePlan, SaysWhichNodesTheLoadBalancerLeadsTo) {
  auto made = make();
  ASSERT_TRUE(made);
  std::string all;
  for (const plan::PlanCheck& check : made->plan->checks) all += check.text + "\n";
  EXPECT_THAT(all, HasSubstr("load balancer: it leads to cp1, cp2, cp3"));
}

TEST_F(MakePlan, ALoadBalancerThatHidesItsNodesIsRefusedUntilItsHealthCheckIsStated) {
  cluster.through_balancer = [](facts::Seen& seen) { seen.certificate = "its own"; };
  Ports all = ports();
  PlanInput input{.playbook = load_playbook("health-only").value()};
  auto refused = make_plan(all, selection(), input, {});
  EXPECT_EQ(code_of(refused), plan_errors::balancer_unstated.number);
  EXPECT_EQ(exit_code(refused), Exit::refused);
  cluster::Selection stated = selection();
  stated.balancer_probe = "tcp";
  EXPECT_TRUE(make_plan(all, stated, input, {}));
  stated.balancer_probe = "/version";
  EXPECT_EQ(code_of(make_plan(all, stated, input, {})), plan_errors::balancer_probe.number);
}

// --- the playbook metrics

TEST_F(MakePlan, MetricsThatRbacWouldRefuseAreRefusedWithTheGrantThatIsMissing) {
  Ports all = ports();
  PlanInput input{.playbook = load_playbook("metrics").value()};
  auto refused = make_plan(all, selection(), input, {});
  ASSERT_EQ(code_of(refused), plan_errors::metrics_ungranted.number);
  EXPECT_THAT(refused.error().errors[0].next, HasSubstr("--non-resource-url=/metrics"));
  node("cp1").script.seen = [](facts::Seen& seen) {
    if (seen.question.path == "/metrics") seen.status = 200;
  };
  auto made = make_plan(all, selection(), input, {});
  ASSERT_TRUE(made);
  for (const plan::PlanCheck& check : made->plan->checks)
    EXPECT_NE(check.code, plan_checks::metrics_need_a_grant.number);
}

}  // namespace
}  // namespace nightlatch::operate
