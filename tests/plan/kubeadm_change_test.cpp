#include "plan/kubeadm_change.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"
#include "plan/resume.hpp"
#include "plan/rewrite_errors.hpp"

namespace nightlatch::plan {
namespace {

using testing::HasSubstr;

const std::string plain = "apiServer: {}\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";

PlanRequest kubeadm_request() {
  PlanRequest request = healthy_request();
  request.facts.api->kubeadm_config = plain;
  return request;
}

const ObjectChange* kubeadm(const PlanOutcome& outcome) {
  return outcome.plan ? outcome.plan->change_of(kubeadm_config()) : nullptr;
}

std::string say(const Plan& plan, const std::string& about) {
  for (const PlanCheck& check : plan.checks) {
    std::string whole = check.code == 0 ? check.text : fmt::format("{} (NL{})", check.text, check.code);
    if (whole.find(about) != std::string::npos) return whole;
  }
  return {};
}

int refused_with(const PlanOutcome& outcome) {
  return outcome.refusals.empty() ? 0 : outcome.refusals.front().code.number;
}

TEST(KubeadmChange, IsPartOfThePlan) {
  PlanOutcome outcome = make_plan(kubeadm_request());
  ASSERT_NE(kubeadm(outcome), nullptr);
  auto after = applied(*kubeadm(outcome), plain);
  ASSERT_TRUE(after);
  EXPECT_THAT(*after, HasSubstr("name: authentication-config\n"));
  EXPECT_EQ(applied(inverse(*kubeadm(outcome)), *after), plain);
  EXPECT_THAT(outcome.object_diffs.at(kubeadm_config()), HasSubstr("+  - name: authentication-config\n"));
  EXPECT_THAT(say(*outcome.plan, "kubeadm upgrade"),
              HasSubstr("keeps the change (ConfigMap kubeadm-config is part of this plan: add "
                        "authentication-config: "));
}

TEST(KubeadmChange, OnlyThePlannedBytesAreChanged) {
  PlanOutcome outcome = make_plan(kubeadm_request());
  EXPECT_FALSE(applied(*kubeadm(outcome), plain + "# somebody\n"));
  ObjectChange forged = *kubeadm(outcome);
  forged.splices.front().end = 5000;
  EXPECT_FALSE(applied(forged, plain));
  forged = *kubeadm(outcome);
  forged.splices.front().text += "#";
  EXPECT_FALSE(applied(forged, plain));
}

TEST(KubeadmChange, IsInTheFileAndInTheHash) {
  Plan plan = *make_plan(kubeadm_request()).plan;
  auto read = from_json(to_json(plan), "plan");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_NE(read->change_of(kubeadm_config()), nullptr);
  EXPECT_EQ(*read->change_of(kubeadm_config()), *plan.change_of(kubeadm_config()));
  Plan without = plan;
  without.changes.pop_back();
  seal(without);
  EXPECT_NE(without.hash, plan.hash);
  EXPECT_THAT(differences(plan, without),
              testing::Contains(HasSubstr("ConfigMap kube-system/kubeadm-config: was ")));
}

TEST(KubeadmChange, APlaybookMayLeaveItToAPerson) {
  PlanRequest request = kubeadm_request();
  request.playbook.persist_kubeadm_config = false;
  PlanOutcome outcome = make_plan(request);
  ASSERT_TRUE(outcome.plan);
  EXPECT_EQ(kubeadm(outcome), nullptr);
  EXPECT_THAT(say(*outcome.plan, "NL3303"), HasSubstr("change the ConfigMap kubeadm-config: add"));
}

TEST(KubeadmChange, WhatCannotBeChangedIsRefused) {
  PlanRequest request = kubeadm_request();
  request.facts.api->kubeadm_config = "kind: Other\n";
  PlanOutcome outcome = make_plan(request);
  EXPECT_EQ(refused_with(outcome), plan_errors::kubeadm_config_unfit.number);
  request.playbook.persist_kubeadm_config = false;
  outcome = make_plan(request);
  ASSERT_TRUE(outcome.plan);
  EXPECT_THAT(say(*outcome.plan, "NL3303"), HasSubstr("by hand, because"));
}

// The API servers do not know this issuer, so its logins stand nowhere else.
TEST(KubeadmChange, LoginsThatOnlyKubeadmKnowsAreRefusedUntilThePlaybookLetsThemGo) {
  PlanRequest request = kubeadm_request();
  request.facts.api->kubeadm_config =
      "apiServer:\n  extraArgs:\n  - name: oidc-issuer-url\n    value: https://new.example\n  - name: v\n    "
      "value: "
      "\"2\"\n" +
      plain.substr(plain.find("apiVersion"));
  PlanOutcome outcome = make_plan(request);
  EXPECT_EQ(refused_with(outcome), plan_rewrite_errors::kubeadm_logins.number);
  EXPECT_THAT(outcome.refusals[0].details, testing::ElementsAre("--oidc-issuer-url=https://new.example"));
  request.playbook.kubeadm_oidc = spec::KubeadmOidc::drop;
  outcome = make_plan(request);
  ASSERT_NE(kubeadm(outcome), nullptr);
  EXPECT_THAT(say(*outcome.plan, "kubeadm upgrade"), HasSubstr("remove oidc-issuer-url"));
  auto read = from_json(to_json(*outcome.plan), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->playbook.kubeadm_oidc, spec::KubeadmOidc::drop);
  EXPECT_EQ(read->hash, outcome.plan->hash);
}

TEST(KubeadmChange, NodesThatNeedDifferentOnesAreRefused) {
  PlanRequest request = kubeadm_request();
  facts::NodeFacts& node = request.facts.nodes[1];
  set_manifest(
      node,
      replaced(
          node.manifest.bytes, "    - --allow-privileged=true\n",
          "    - --allow-privileged=true\n    - --feature-gates=AnonymousAuthConfigurableEndpoints=true\n"));
  PlanOutcome outcome = make_plan(request);
  EXPECT_EQ(refused_with(outcome), plan_errors::kubeadm_config_unfit.number);
}

// kubeadm would write its own probes beside --anonymous-auth=false: an API server that they kill.
TEST(KubeadmChange, ClosedIsNeverHandedToKubeadm) {
  PlanRequest request = kubeadm_request();
  request.playbook.profiles = {"closed"};
  request.playbook.probes = spec::RefusedProbes::tcp_socket;
  request.cluster.load_balancer->expect = {401};
  PlanOutcome outcome = make_plan(request);
  ASSERT_TRUE(outcome.plan) << outcome.refusals.front().message;
  EXPECT_EQ(kubeadm(outcome), nullptr);
  EXPECT_THAT(say(*outcome.plan, "NL3303"),
              HasSubstr("stays unchanged, and kubeadm upgrade will open the nodes again"));
}

TEST(KubeadmChange, ARollbackTurnsItAround) {
  PlanRequest request = kubeadm_request();
  PlanOutcome made = make_plan(request);
  carry_out(request, made, {"cp1", "cp2", "cp3"});
  request.facts.api->kubeadm_config = *applied(*kubeadm(made), plain);
  PlanOutcome back = make_rollback(*made.plan, "r1", request);
  ASSERT_NE(kubeadm(back), nullptr);
  EXPECT_EQ(applied(*kubeadm(back), request.facts.api->kubeadm_config), plain);
  // And a rollback that is resumed is the same again.
  PlanOutcome again = make_rollback(undone_by(*back.plan), "r1", request);
  ASSERT_NE(kubeadm(again), nullptr);
  EXPECT_EQ(kubeadm(again)->sha256_after, kubeadm(made)->sha256_before);
}

TEST(KubeadmChange, ARollbackLeavesWhatTheRunDidNotReach) {
  PlanRequest request = kubeadm_request();
  PlanOutcome made = make_plan(request);
  carry_out(request, made, {"cp1"});
  PlanOutcome back = make_rollback(*made.plan, "r1", request);
  ASSERT_TRUE(back.plan);
  EXPECT_EQ(kubeadm(back), nullptr);
}

TEST(KubeadmChange, ARollbackLeavesWhatSomebodyElseWrote) {
  PlanRequest request = kubeadm_request();
  PlanOutcome made = make_plan(request);
  carry_out(request, made, {"cp1", "cp2", "cp3"});
  request.facts.api->kubeadm_config = plain + "# kubeadm upgrade\n";
  PlanOutcome back = make_rollback(*made.plan, "r1", request);
  ASSERT_TRUE(back.plan);
  EXPECT_EQ(kubeadm(back), nullptr);
  EXPECT_THAT(say(*back.plan, "kubeadm-config has"), HasSubstr("leaves it unchanged"));
}

TEST(KubeadmChange, ARollbackWithoutTheApiSaysWhatIsNotKnown) {
  PlanRequest request = kubeadm_request();
  PlanOutcome made = make_plan(request);
  carry_out(request, made, {"cp1", "cp2", "cp3"});
  request.facts.api.reset();
  PlanOutcome back = make_rollback(*made.plan, "r1", request);
  ASSERT_TRUE(back.plan);
  EXPECT_EQ(kubeadm(back), nullptr);
  EXPECT_THAT(say(*back.plan, "kubeadm-config cannot be read"), HasSubstr("nightlatch rollback r1 again"));
}

TEST(KubeadmChange, ResumeGoesOnWithItOrSaysThatItWasChanged) {
  PlanRequest request = kubeadm_request();
  PlanOutcome made = make_plan(request);
  carry_out(request, made, {"cp1", "cp2", "cp3"});
  PlanOutcome rest = make_plan(request);
  ASSERT_NE(kubeadm(rest), nullptr);
  EXPECT_EQ(rest.plan->changing_nodes(), 0U);
  EXPECT_TRUE(check_resumable(*made.plan, *rest.plan, "r1"));
  request.facts.api->kubeadm_config = "apiServer:\n  certSANs:\n  - a\n" + plain.substr(plain.find("apiV"));
  rest = make_plan(request);
  ASSERT_TRUE(rest.plan);
  Status same = check_resumable(*made.plan, *rest.plan, "r1");
  ASSERT_FALSE(same);
  EXPECT_THAT(same.error().details.front(), HasSubstr("ConfigMap kube-system/kubeadm-config: the run had"));
  EXPECT_EQ(kubeadm(make_finish(*made.plan, "r1", request)), nullptr);
}

// S20: kubeadm would write the patch over what the ConfigMap says.
TEST(KubeadmPatches, ThatNameWhatThePlanDecidesAreRefused) {
  PlanRequest request = kubeadm_request();
  const facts::KubeadmPatch patch{"/etc/kubernetes/patches/kube-apiserver0+json.json",
                                  {"anonymous-auth", "oidc"}};
  request.facts.nodes[0].kubeadm_patches = {patch};
  request.facts.nodes[2].kubeadm_patches = {patch};
  PlanOutcome outcome = make_plan(request);
  EXPECT_EQ(codes_of(outcome.refusals), std::vector<int>{plan_errors::kubeadm_patch.number});
  EXPECT_EQ(
      outcome.refusals[0].message,
      "cp1 and cp3: /etc/kubernetes/patches/kube-apiserver0+json.json names anonymous-auth, oidc: `kubeadm "
      "upgrade --patches` would write a manifest with which the API server does not start or is open again");
  EXPECT_FALSE(outcome.plan);
}

TEST(KubeadmPatches, AreOnlySaidWhereKubeadmIsNotToKeepTheChange) {
  PlanRequest request = kubeadm_request();
  EXPECT_EQ(say(*make_plan(request).plan, "--patches"), "");
  request.facts.nodes[1].kubeadm_patches = {{"/srv/p/kube-apiserver.yaml", {"command"}}};
  EXPECT_FALSE(make_plan(request).plan);
  auto said = [&] {
    PlanOutcome outcome = make_plan(request);
    return outcome.plan ? say(*outcome.plan, "--patches") : "refused";
  };
  request.facts.api->kubeadm_config.clear();
  EXPECT_THAT(said(), testing::StartsWith(
                          "cp2: /srv/p/kube-apiserver.yaml names command: `kubeadm upgrade --patches`"));
  request = kubeadm_request();
  request.facts.nodes[1].kubeadm_patches = {{"/srv/p/kube-apiserver.yaml", {"command"}}};
  request.playbook.persist_kubeadm_config = false;
  EXPECT_THAT(said(), testing::EndsWith("(NL3312)"));
  request.playbook.persist_kubeadm_config = true;
  request.playbook.profiles = {"closed"};
  request.playbook.probes = spec::RefusedProbes::tcp_socket;
  request.cluster.load_balancer->expect = {401};
  EXPECT_THAT(said(), testing::EndsWith("(NL3312)"));
}

}  // namespace
}  // namespace nightlatch::plan
