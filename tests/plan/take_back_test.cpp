// S1: what was edited since a run stays when the run is undone.
#include "plan/take_back.hpp"

#include <gmock/gmock.h>

#include "manifest/errors.hpp"
#include "plan/cluster.hpp"
#include "plan/errors.hpp"
#include "plan/outcome.hpp"
#include "plan/rewrite_errors.hpp"

namespace nightlatch::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TakeBack : public testing::Test {
 protected:
  // The run r1 is done on every node, whose backups are there.
  void SetUp() override {
    carry_out(request_, original_, {"cp1", "cp2", "cp3"});
    for (facts::NodeFacts& node : request_.facts.nodes) {
      node.plan_run = "r1";
      node.manifest_backup = original_.bytes.at(node.name).manifest_before;
    }
  }

  facts::NodeFacts& cp2() { return request_.facts.nodes[1]; }
  void edit(const std::string& from, const std::string& to) {
    std::string today = replaced(cp2().manifest.bytes, from, to);
    ASSERT_NE(today, cp2().manifest.bytes);
    set_manifest(cp2(), today);
  }
  PlanOutcome back() { return make_rollback(*original_.plan, "r1", request_); }
  int refusal() {
    PlanOutcome outcome = back();
    return outcome.refusals.empty() ? 0 : outcome.refusals[0].code.number;
  }

  PlanRequest request_ = healthy_request();
  PlanOutcome original_ = make_plan(request_);
};

TEST_F(TakeBack, TheEditStaysAndTheRestGoesBack) {
  edit("--secure-port=6443", "--secure-port=6443\n    - --v=4");
  PlanOutcome outcome = back();
  ASSERT_TRUE(outcome.plan) << outcome.refusals[0].message;
  EXPECT_EQ(outcome.bytes.at("cp2").manifest_after,
            replaced(original_.bytes.at("cp2").manifest_before, "--secure-port=6443",
                     "--secure-port=6443\n    - --v=4"));
  EXPECT_EQ(outcome.bytes.at("cp1").manifest_after, original_.bytes.at("cp1").manifest_before);
  EXPECT_THAT(texts(*outcome.plan, PlanCheck::Grade::warning),
              testing::Contains(
                  "cp2: /etc/kubernetes/manifests/kube-apiserver.yaml was edited since run r1. Only what "
                  "that run wrote is taken out, and the edit stays"));
  const ManifestChange& change = change_at(*outcome.plan, "cp2");
  EXPECT_EQ(change.sha256_before, cp2().manifest.sha256);
  EXPECT_EQ(manifest::apply(cp2().manifest.bytes, change.splices), outcome.bytes.at("cp2").manifest_after);
  EXPECT_EQ(manifest::apply(outcome.bytes.at("cp2").manifest_after, change.undo), cp2().manifest.bytes);
  EXPECT_THAT(outcome.bytes.at("cp2").diff, HasSubstr("-    - --authentication-config="));
}

// kubeadm upgrade writes a new image and keeps what kubeadm-config holds.
TEST_F(TakeBack, AnUpgradedApiServerStaysUpgraded) {
  edit("kube-apiserver:v1.34.4", "kube-apiserver:v1.35.4");
  PlanOutcome outcome = back();
  ASSERT_TRUE(outcome.plan) << outcome.refusals[0].message;
  EXPECT_THAT(outcome.bytes.at("cp2").manifest_after, HasSubstr("kube-apiserver:v1.35.4"));
  for (const NodePlan& node : outcome.plan->nodes) {
    EXPECT_EQ(node.version, node.name == "cp2" ? "1.35.4" : "1.34.4");
    EXPECT_EQ(node.before.state, access::ExposureState::restricted);
    EXPECT_EQ(node.after.state, access::ExposureState::open);
  }
}

TEST_F(TakeBack, WhatSomebodyTookOutByHandNeedsNoChange) {
  set_manifest(cp2(), replaced(original_.bytes.at("cp2").manifest_before, "--secure-port=6443",
                               "--secure-port=6443\n    - --v=4"));
  PlanOutcome outcome = back();
  ASSERT_TRUE(outcome.plan);
  EXPECT_THAT(changed_nodes(*outcome.plan), ElementsAre("cp3", "cp1"));
}

TEST_F(TakeBack, ABackupThatIsMissingDamagedOrOfAnotherRunIsNotBelieved) {
  edit("--secure-port=6443", "--secure-port=6443\n    - --v=4");
  std::string backup = cp2().manifest_backup;
  cp2().manifest_backup.clear();
  EXPECT_EQ(refusal(), plan_errors::not_ours_anymore.number);
  cp2().manifest_backup = backup + "\n";
  EXPECT_EQ(refusal(), plan_errors::not_ours_anymore.number);
  cp2().manifest_backup = backup;
  cp2().plan_run = "r0";
  EXPECT_EQ(refusal(), plan_errors::not_ours_anymore.number);
  cp2().plan_run = "r1";
  EXPECT_EQ(refusal(), 0);
}

TEST_F(TakeBack, SplicesThatDoNotLeadToWhatTheRunWroteAreRefused) {
  edit("--secure-port=6443", "--secure-port=6443\n    - --v=4");
  change_at(*original_.plan, "cp2").splices.clear();
  EXPECT_EQ(refusal(), plan_errors::plan_edited.number);
  change_at(*original_.plan, "cp2").splices = {
      {.begin = 9'999'999, .end = 9'999'999, .text = "x", .reason = ""}};
  EXPECT_EQ(refusal(), plan_errors::plan_edited.number);
}

TEST_F(TakeBack, AnEditOfWhatTheRunWroteIsRefused) {
  edit("/etc/kubernetes/nightlatch/config/", "/etc/kubernetes/nightlatch/config/mine-");
  EXPECT_EQ(refusal(), manifest_errors::not_reversible.number);
}

TEST_F(TakeBack, AnImageWithoutAVersionIsRefused) {
  edit("kube-apiserver:v1.34.4", "kube-apiserver@sha256:" + std::string(64, 'a'));
  EXPECT_EQ(refusal(), plan_rewrite_errors::no_version.number);
}

// The run found another configuration file, which nobody reads today. What it lets in is known while nothing
// else that decides has changed.
TEST_F(TakeBack, WhatNobodyCanJudgeIsRefused) {
  request_ = healthy_request();
  for (facts::NodeFacts& node : request_.facts.nodes) {
    std::string bytes = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n";
    set_manifest(
        node,
        replaced(node.manifest.bytes, "    - --secure-port=6443\n",
                 "    - --authentication-config=/etc/kubernetes/pki/a.yaml\n    - --secure-port=6443\n"));
    node.authentication_config =
        facts::FileFacts{"/etc/kubernetes/pki/a.yaml", "0:0", "600", sha256_hex(bytes), bytes};
  }
  original_ = make_plan(request_);
  ASSERT_TRUE(original_.plan) << original_.refusals[0].message;
  SetUp();
  edit("--secure-port=6443", "--secure-port=6443\n    - --v=4");
  EXPECT_EQ(refusal(), 0);
  edit("--v=4", "--feature-gates=StructuredAuthenticationConfiguration=true");
  EXPECT_EQ(refusal(), plan_rewrite_errors::exposure_unknown.number);
}

// In mid-change the guard's backup decides; what somebody wrote meanwhile is not overwritten.
TEST_F(TakeBack, NotInMidChange) {
  edit("--secure-port=6443", "--secure-port=6443\n    - --v=4");
  cp2().runs = {{"r1", "swapped", "", {}}};
  EXPECT_EQ(refusal(), plan_errors::not_ours_anymore.number);
}

// What would be as bad as before is told of edited bytes as well (S2).
TEST_F(TakeBack, AnEditThatStopsTheProbesIsRefused) {
  edit("--secure-port=6443", "--secure-port=6443\n    - --anonymous-auth=false");
  PlanOutcome outcome = back();
  EXPECT_FALSE(outcome.plan);
  ASSERT_FALSE(outcome.refusals.empty());
}

}  // namespace
}  // namespace nightlatch::plan
