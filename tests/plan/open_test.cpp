// rollback --to-open: what any lockdown has closed is opened again, with a person's reason.
#include <algorithm>

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/outcome.hpp"
#include "plan/planner.hpp"
#include "plan/rewrite_errors.hpp"

namespace nightlatch::plan {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Open : public testing::Test {
 protected:
  PlanOutcome open() {
    request_.playbook = spec::opening_playbook();
    request_.open_because = "the exporter of team A";
    return make_plan(request_);
  }
  void lock_down(const std::string& profile) {
    request_.playbook.profiles = {profile};
    request_.playbook.probes = spec::RefusedProbes::tcp_socket;
    request_.cluster.load_balancer->probe_path.clear();
    request_.cluster.load_balancer->probe_tcp = true;
    PlanOutcome closed = make_plan(request_);
    ASSERT_TRUE(closed.plan) << closed.refusals[0].message;
    carry_out(request_, closed, {"cp1", "cp2", "cp3"});
    if (profile == "closed") {
      for (facts::NodeFacts& node : request_.facts.nodes) node.authentication_config.reset();
    }
  }
  void with_file(const std::string& bytes) {
    for (facts::NodeFacts& node : request_.facts.nodes) {
      set_manifest(
          node,
          replaced(node.manifest.bytes, "    - --secure-port=6443\n",
                   "    - --authentication-config=/etc/kubernetes/pki/a.yaml\n    - --secure-port=6443\n"));
      node.authentication_config =
          facts::FileFacts{"/etc/kubernetes/pki/a.yaml", "0:0", "600", sha256_hex(bytes), bytes};
    }
  }
  static void expect_open(const PlanOutcome& outcome) {
    ASSERT_TRUE(outcome.plan) << outcome.refusals[0].message;
    for (const NodePlan& node : outcome.plan->nodes) EXPECT_EQ(node.after.state, access::ExposureState::open);
  }

  PlanRequest request_ = healthy_request();
};

TEST_F(Open, WhatARunClosedIsOpenedByteForByte) {
  std::string found = request_.facts.nodes[0].manifest.bytes;
  lock_down("health-only");
  PlanOutcome outcome = open();
  expect_open(outcome);
  EXPECT_EQ(outcome.plan->direction, Direction::rollback);
  EXPECT_EQ(outcome.plan->reason, "the exporter of team A");
  EXPECT_TRUE(outcome.plan->of_run.empty());
  EXPECT_EQ(outcome.bytes.at("cp1").manifest_after, found);
  EXPECT_THAT(texts(*outcome.plan, PlanCheck::Grade::warning),
              Contains("every path is opened to anonymous requests: the exporter of team A"));
  auto is_told = [](const PlanCheck& check) { return check.code == plan_checks::opens_every_path.number; };
  EXPECT_EQ(std::ranges::count_if(outcome.plan->checks, is_told), 1);
}

TEST_F(Open, AFlagThatClosesGoes) {
  lock_down("closed");
  PlanOutcome outcome = open();
  expect_open(outcome);
  EXPECT_THAT(outcome.bytes.at("cp1").manifest_after, Not(HasSubstr("anonymous-auth")));
  EXPECT_THAT(outcome.bytes.at("cp1").manifest_after, HasSubstr("tcpSocket"))
      << "who wants HTTP probes undoes the run";
}

TEST_F(Open, AuthenticatorsStay) {
  with_file(
      "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\nanonymous:\n  "
      "enabled: true\n"
      "  conditions:\n  - path: /livez\n  - path: /readyz\n  - path: /healthz\njwt:\n- issuer:\n"
      "    url: https://id.example\n    audiences: [a]\n  claimMappings:\n    username: {claim: sub, prefix: "
      "''}\n");
  PlanOutcome outcome = open();
  expect_open(outcome);
  const std::string& config = outcome.bytes.at("cp1").config;
  EXPECT_THAT(config, HasSubstr("anonymous:\n  enabled: true\njwt:\n- issuer:\n"));
  EXPECT_THAT(outcome.bytes.at("cp1").manifest_after,
              HasSubstr("--authentication-config=" + change_at(*outcome.plan, "cp1").config_path));
}

// kubeadm-config would have no argument left. Whoever opens at night is told, and not held up.
TEST_F(Open, AKubeadmConfigThatCannotFollowIsTold) {
  lock_down("health-only");
  request_.facts.api->kubeadm_config =
      "apiServer:\n  extraArgs:\n  - name: authentication-config\n    value: "
      "/etc/kubernetes/nightlatch/config/a.yaml\n"
      "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.34.4\n";
  PlanOutcome outcome = open();
  expect_open(outcome);
  EXPECT_TRUE(outcome.plan->object_changes().empty());
  EXPECT_THAT(
      texts(*outcome.plan, PlanCheck::Grade::warning),
      Contains(HasSubstr("kubeadm-config stays unchanged, and kubeadm upgrade will close the nodes again")));
}

TEST_F(Open, WhatIsOpenNeedsNoChange) {
  PlanOutcome outcome = open();
  expect_open(outcome);
  EXPECT_TRUE(outcome.plan->changes_nothing());
}

TEST_F(Open, UnderAlwaysAllowItIsRefused) {  // S15: every caller would be an administrator
  lock_down("health-only");
  for (facts::NodeFacts& node : request_.facts.nodes)
    set_manifest(node, replaced(node.manifest.bytes, "--authorization-mode=Node,RBAC",
                                "--authorization-mode=AlwaysAllow"));
  PlanOutcome outcome = open();
  EXPECT_FALSE(outcome.plan);
  EXPECT_THAT(codes_of(outcome.refusals), Contains(plan_rewrite_errors::always_allow.number));
}

TEST_F(Open, AFileThatNobodyReadIsRefused) {
  with_file("x");
  for (facts::NodeFacts& node : request_.facts.nodes) node.authentication_config.reset();
  PlanOutcome outcome = open();
  EXPECT_FALSE(outcome.plan);
  EXPECT_THAT(codes_of(outcome.refusals), Contains(plan_rewrite_errors::exposure_unknown.number));
}

TEST_F(Open, TheReasonIsPartOfThePlan) {
  lock_down("health-only");
  PlanOutcome outcome = open();
  ASSERT_TRUE(outcome.plan);
  auto read = from_json(to_json(*outcome.plan), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->reason, outcome.plan->reason);
  Plan other = *outcome.plan;
  other.reason = "another";
  seal(other);
  EXPECT_NE(other.hash, outcome.plan->hash);
}

TEST_F(Open, NoPlaybookOfAPersonMayOpenEverything) {
  auto playbook = spec::parse_playbook(
      "apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec:\n  profile: [open]\n", "p.yaml");
  EXPECT_FALSE(playbook);
}

}  // namespace
}  // namespace nightlatch::plan
