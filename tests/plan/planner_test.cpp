#include "plan/planner.hpp"

#include <gmock/gmock.h>

#include "access/profile.hpp"
#include "certificate.hpp"
#include "manifest/splice.hpp"
#include "plan/cluster.hpp"
#include "plan/errors.hpp"
#include "plan/outcome.hpp"
#include "plan/product_advice.hpp"
#include "plan/rewrite_errors.hpp"
#include "util/hash.hpp"

namespace nightlatch::plan {
namespace {

namespace codes = plan_errors;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string& a_ca() {
  static const std::string ca = certificate_until(4'000'000'000);
  return ca;
}

// Every node logs people in by flags, with a CA of its own.
PlanRequest request_with_oidc() {
  PlanRequest request = healthy_request();
  for (facts::NodeFacts& node : request.facts.nodes) {
    set_manifest(node, replaced(node.manifest.bytes, "    - --secure-port=6443\n",
                                "    - --secure-port=6443\n    - --oidc-issuer-url=https://id.example\n"
                                "    - --oidc-client-id=kubernetes\n"
                                "    - --oidc-ca-file=/etc/kubernetes/pki/id.crt\n"));
    node.oidc_ca = facts::FileFacts{"/etc/kubernetes/pki/id.crt", "0:0", "644", sha256_hex(a_ca()), a_ca()};
  }
  return request;
}

TEST(Planner, OidcFlagsMoveIntoTheFileOfEachNode) {
  PlanRequest request = request_with_oidc();
  PlanOutcome outcome = make_plan(request);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre());
  EXPECT_THAT(outcome.bytes.at("cp2").config,
              HasSubstr("    certificateAuthority: |\n      -----BEGIN CERTIFICATE-----\n"));
  EXPECT_THAT(outcome.bytes.at("cp2").diff, HasSubstr("-    - --oidc-issuer-url=https://id.example"));
  EXPECT_THAT(texts(*outcome.plan, PlanCheck::Grade::unknown), Contains(HasSubstr("SSO not tested")));
  EXPECT_THAT(texts(*outcome.plan, PlanCheck::Grade::warning), Contains(HasSubstr("not only RS256")));
}

TEST(Planner, AChangedCaIsAnotherPlan) {
  PlanRequest request = request_with_oidc();
  Plan reviewed = *make_plan(request).plan;
  request.facts.nodes[0].oidc_ca->bytes = certificate_until(4'000'000'001);
  EXPECT_THAT(differences(reviewed, *make_plan(request).plan), Contains(HasSubstr("cp1 config file")));
}

TEST(Planner, AKeyIsNeverCopiedIntoTheFile) {
  PlanRequest request = request_with_oidc();
  request.facts.nodes[1].oidc_ca->bytes +=
      "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
  expect_refusal(
      request, plan_rewrite_errors::oidc_ca_unusable,
      "/etc/kubernetes/pki/id.crt has a private key, which would be copied into the configuration file");
}

TEST(Planner, ACaFileWithoutACertificateIsRefused) {
  PlanRequest request = request_with_oidc();
  request.facts.nodes[1].oidc_ca->bytes = "no PEM\n";
  expect_refusal(request, plan_rewrite_errors::oidc_ca_unusable,
                 "data does not contain any valid RSA or ECDSA certificates");
}

TEST(Planner, UnreadCaIsRefused) {
  PlanRequest request = request_with_oidc();
  request.facts.nodes[1].oidc_ca = facts::FileFacts{"/etc/kubernetes/pki/id.crt", "", "", "", ""};
  expect_refusal(request, plan_rewrite_errors::oidc_ca_unknown, "cp2:");
}

TEST(Planner, FileThatTheContainerSeesElsewhereIsRefused) {
  PlanRequest request = request_with_oidc();
  facts::NodeFacts& node = request.facts.nodes[0];
  set_manifest(node, replaced(node.manifest.bytes, "- mountPath: /etc/kubernetes/pki\n",
                              "- mountPath: /etc/kubernetes/pki/id.crt\n      name: ca-certs\n"
                              "      readOnly: true\n    - mountPath: /etc/kubernetes/pki\n"));
  expect_refusal(request, codes::file_elsewhere,
                 "cp1: --oidc-ca-file names /etc/kubernetes/pki/id.crt, which is /etc/ssl/certs on the node");
}

TEST(Planner, AHealthyClusterGetsAPlan) {
  PlanRequest request = healthy_request();
  PlanOutcome outcome = make_plan(request);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre());
  ASSERT_TRUE(outcome.plan);
  EXPECT_EQ(outcome.plan->changing_nodes(), 3U);
  EXPECT_EQ(outcome.plan->cluster, "prod-eu1");
  EXPECT_EQ(outcome.plan->kube_system_uid, "0f3c-uid");
  EXPECT_EQ(outcome.plan->hash.size(), 64U);
  for (const NodePlan& node : outcome.plan->nodes) {
    const NodeBytes& bytes = outcome.bytes.at(node.name);
    EXPECT_EQ(node.version, "1.34.4");
    EXPECT_EQ(node.api_host, node.host);
    EXPECT_EQ(node.manifest_sha256, sha256_hex(bytes.manifest_before));
    const ManifestChange* change = outcome.plan->change_of(node);
    ASSERT_NE(change, nullptr);
    EXPECT_EQ(change->sha256_before, sha256_hex(bytes.manifest_before));
    EXPECT_EQ(change->sha256_after, sha256_hex(bytes.manifest_after));
    EXPECT_EQ(change->config_sha256, sha256_hex(bytes.config));
    EXPECT_EQ(manifest::apply(bytes.manifest_before, change->splices), bytes.manifest_after);
    EXPECT_EQ(manifest::apply(bytes.manifest_after, change->undo), bytes.manifest_before);
    EXPECT_THAT(bytes.diff, HasSubstr("+    - --authentication-config="));
    EXPECT_EQ(node.after.state, access::ExposureState::restricted);
  }
}

TEST(Planner, WhatWasCarriedOutIsNothingToDo) {
  PlanRequest request = healthy_request();
  carry_out(request, make_plan(request), {"cp1", "cp2", "cp3"});
  PlanOutcome again = make_plan(request);
  ASSERT_THAT(codes_of(again.refusals), ElementsAre());
  EXPECT_EQ(again.plan->changing_nodes(), 0U);
}

TEST(Planner, AllRefusalsAreToldNotOnlyTheFirst) {
  PlanRequest request = healthy_request();
  request.facts.nodes[0].kubelet_running = false;
  request.facts.nodes[2].kubeadm_running = true;
  EXPECT_THAT(codes_of(make_plan(request).refusals),
              ElementsAre(codes::kubelet_down.number, codes::upgrade_running.number));
}

// --- S9: the right cluster, the right machines ---

TEST(Planner, ANodeOfAnotherClusterIsRefused) {
  PlanRequest request = healthy_request();
  request.facts.nodes[1].ca = {sha256_hex("another ca")};
  expect_refusal(request, codes::wrong_cluster,
                 "cp2: /etc/kubernetes/pki/ca.crt does not hold the CA of the kubeconfig");
  request.facts.nodes[1].ca.clear();
  expect_refusal(request, codes::wrong_cluster, "cp2: /etc/kubernetes/pki/ca.crt");
  request.facts.api->ca.clear();
  EXPECT_THAT(codes_of(make_plan(request).refusals), Each(codes::wrong_cluster.number))
      << "nothing equals nothing";
}

TEST(Planner, ANodeMayTrustFurtherClients) {
  PlanRequest request = healthy_request();
  request.facts.nodes[1].ca.insert(sha256_hex("the CA that comes next"));
  EXPECT_THAT(codes_of(make_plan(request).refusals), ElementsAre());
  request.facts.api->ca.insert(sha256_hex("the CA of another cluster"));
  EXPECT_THAT(codes_of(make_plan(request).refusals), testing::SizeIs(3)) << "not all of the kubeconfig's";
}

TEST(Planner, ACaThatTheContainerSeesElsewhereIsRefused) {
  PlanRequest request = healthy_request();
  facts::NodeFacts& node = request.facts.nodes[0];
  set_manifest(node, replaced(node.manifest.bytes, "- mountPath: /etc/kubernetes/pki\n",
                              "- mountPath: /etc/kubernetes/pki/ca.crt\n      name: ca-certs\n"
                              "      readOnly: true\n    - mountPath: /etc/kubernetes/pki\n"));
  expect_refusal(
      request, codes::file_elsewhere,
      "cp1: --client-ca-file names /etc/kubernetes/pki/ca.crt, which is /etc/ssl/certs on the node");
}

TEST(Planner, OneMachineUnderTwoNamesIsRefused) {
  PlanRequest request = healthy_request();
  request.facts.nodes[2].machine_id = "machine-1";
  request.facts.api->control_plane.pop_back();
  expect_refusal(request, codes::machine_twice, "cp1 and cp3 are one machine");
}

TEST(Planner, AControlPlaneNodeOutsideTheInventoryWouldStayOpen) {
  PlanRequest request = healthy_request();
  request.facts.api->control_plane.push_back({"cp4", "10.0.0.14", "machine-4", true});
  expect_refusal(request, codes::node_missing, "cp4 (10.0.0.14)");
}

TEST(Planner, AMachineThatIsNoMemberIsRefused) {
  PlanRequest request = healthy_request();
  request.facts.api->control_plane.pop_back();
  expect_refusal(request, codes::not_a_member, "cp3: machine id machine-3");
}

TEST(Planner, WithoutNodesOrWithoutTheApiThereIsNoPlan) {
  PlanRequest request = healthy_request();
  request.facts.api.reset();
  request.facts.api_unreadable = "connection refused";
  PlanOutcome outcome = make_plan(request);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::api_needed.number));
  EXPECT_THAT(outcome.refusals[0].details, ElementsAre("connection refused"));
  EXPECT_THAT(codes_of(make_plan(healthy_request(0)).refusals), Contains(codes::no_nodes.number));
}

// EKS, GKE and AKS show no control-plane node.
TEST(Planner, AManagedServiceIsNamedWithWhatCanBeSetThere) {
  PlanRequest request = healthy_request(0);
  request.cluster.endpoint = "https://gke-1.europe-west1.gke.goog";
  PlanOutcome outcome = make_plan(request);
  ASSERT_FALSE(outcome.refusals.empty());
  EXPECT_THAT(outcome.refusals[0].message, HasSubstr("because GKE runs the control plane itself"));
  EXPECT_THAT(outcome.refusals[0].details, Contains(HasSubstr("--anonymous-authentication-config=LIMITED")));
}

TEST(Planner, ANodeThatCouldNotBeReadIsRefusedByName) {
  PlanRequest request = healthy_request();
  request.facts.nodes.erase(request.facts.nodes.begin() + 1);
  PlanOutcome outcome = make_plan(request);
  EXPECT_THAT(codes_of(outcome.refusals), Contains(codes::node_unreadable.number));
  EXPECT_EQ(outcome.refusals[0].message, "cp2 could not be read");
}

// --- S11, S12: would a restart work today, and is nobody else at work ---

TEST(Planner, APendingChangeOfSomebodyElseIsRefusedWithWhatDiffers) {
  PlanRequest request = healthy_request();
  request.facts.nodes[0].running_argv.back() = "--tls-private-key-file=/old.key";
  PlanOutcome outcome = make_plan(request);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::pending_change.number));
  EXPECT_THAT(outcome.refusals[0].details,
              ElementsAre("manifest  --tls-private-key-file=/etc/kubernetes/pki/apiserver.key",
                          "running   --tls-private-key-file=/old.key"));
}

TEST(Planner, WordsBeforeTheBinaryAreNoPendingChange) {
  PlanRequest request = healthy_request();
  for (auto& node : request.facts.nodes) node.running_argv.front() = "/usr/local/bin/kube-apiserver";
  EXPECT_TRUE(make_plan(request).plan);
}

TEST(Planner, AnApiServerThatIsDownHasNothingPendingAndGoesFirst) {
  PlanRequest request = healthy_request();
  request.facts.nodes[2].running_argv.clear();
  request.facts.nodes[2].pod.running = false;
  PlanOutcome outcome = make_plan(request);
  EXPECT_THAT(order_of(outcome), ElementsAre("cp3", "cp1", "cp2"));
  EXPECT_THAT(texts(*outcome.plan, PlanCheck::Grade::warning), Contains("2 of 3 API servers run"));
}

TEST(Planner, DifferingMinorVersionsAreRefusedAndPatchesAreNot) {
  PlanRequest request = healthy_request();
  set_manifest(request.facts.nodes[0], replaced(request.facts.nodes[0].manifest.bytes, "v1.34.4", "v1.34.2"));
  EXPECT_TRUE(make_plan(request).plan);
  set_manifest(request.facts.nodes[0], replaced(request.facts.nodes[0].manifest.bytes, "v1.34.2", "v1.33.9"));
  PlanOutcome outcome = make_plan(request);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::versions_differ.number));
  EXPECT_THAT(outcome.refusals[0].details, Contains("cp1  1.33.9"));
}

TEST(Planner, ARunningKubeadmIsRefused) {
  PlanRequest request = healthy_request();
  request.facts.nodes[1].kubeadm_running = true;
  expect_refusal(request, codes::upgrade_running, "cp2: kubeadm is running");
}

TEST(Planner, AnotherProductOnTheNodeIsRefused) {
  PlanRequest request = healthy_request();
  request.facts.nodes[1].foreign_owners = {"/etc/rancher/rke2"};
  expect_refusal(request, codes::owned_by_other, "/etc/rancher/rke2");
}

struct Owner {
  const char* path;
  const char* product;
};
class OwnerOfANode : public testing::TestWithParam<Owner> {};

// What is to be set there is compared with docs/products.md, word for word, in product_advice_test.
TEST_P(OwnerOfANode, IsToldItsOwnSettingForThePathsOfThePlaybook) {
  PlanRequest request = healthy_request();
  request.facts.nodes[1].foreign_owners = {GetParam().path};
  request.playbook.profiles = {"oidc-discovery"};
  PlanOutcome outcome = make_plan(request);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::owned_by_other.number));
  const Error& refusal = outcome.refusals[0];
  EXPECT_EQ(refusal.message,
            fmt::format("cp2: {} is there: {} runs this control plane", GetParam().path, GetParam().product));
  auto advice = advise({.product = GetParam().product,
                        .paths = access::find_profile("oidc-discovery")->paths,
                        .version = access::Version{1, 34, 4}});
  ASSERT_TRUE(advice);
  EXPECT_EQ(refusal.details, advice->lines);
  EXPECT_THAT(refusal.details, Contains(HasSubstr("- path: /openid/v1/jwks")));
  EXPECT_THAT(std::string(refusal.next_step()), HasSubstr(advice->setting));
}

INSTANTIATE_TEST_SUITE_P(Product, OwnerOfANode,
                         testing::Values(Owner{"/etc/rancher/rke2", "RKE2"}, Owner{"/etc/rancher/k3s", "k3s"},
                                         Owner{"/var/lib/k0s", "k0s"},
                                         Owner{"/var/snap/microk8s", "MicroK8s"},
                                         Owner{"/run/cluster-api", "Cluster API"}),
                         [](const auto& owner) {
                           std::string name = owner.param.path;
                           std::erase_if(name, [](char c) { return c == '/' || c == '-'; });
                           return name;
                         });

TEST(Planner, ProbesBecomeTcpOnRequestAndTheLossIsTold) {
  PlanRequest request = healthy_request();
  request.playbook.profiles = {"closed"};
  request.cluster.load_balancer = spec::LoadBalancer{};
  request.cluster.load_balancer->probe_path = "/healthz";
  request.cluster.load_balancer->expect = {200, 401};
  EXPECT_FALSE(make_plan(request).plan);
  request.playbook.probes = spec::RefusedProbes::tcp_socket;
  PlanOutcome outcome = make_plan(request);
  ASSERT_TRUE(outcome.plan) << outcome.refusals[0].message;
  EXPECT_THAT(texts(*outcome.plan, PlanCheck::Grade::warning),
              Contains(HasSubstr("would only test whether the port is open")));
  for (const facts::Expectation& gate : outcome.plan->nodes[0].gates) {
    EXPECT_NE(gate.purpose, facts::Purpose::kubelet_probe) << gate.path;
  }
  auto back = from_json(to_json(*outcome.plan), "plan.json");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->playbook.probes, spec::RefusedProbes::tcp_socket);
}

TEST(Planner, ASecondManifestIsRefused) {
  PlanRequest request = healthy_request();
  request.facts.nodes[0].other_manifests = {"/etc/kubernetes/manifests/kube-apiserver.yaml.bak"};
  expect_refusal(request, codes::second_manifest, "kube-apiserver.yaml.bak");
}

TEST(Planner, ANodeWithoutAManifestIsRefused) {
  PlanRequest request = healthy_request();
  request.facts.nodes[0].manifest_path.clear();
  expect_refusal(request, codes::no_manifest, "cp1: no kube-apiserver manifest in /etc/kubernetes/manifests");
}

TEST(Planner, AnUnfinishedRunIsRefusedWithTheWayOut) {
  PlanRequest request = healthy_request();
  request.facts.nodes[0].runs = {{"20261121T2200-aaaa", "swapped", {}, {}}};
  PlanOutcome outcome = make_plan(request);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::run_unfinished.number));
  EXPECT_EQ(outcome.refusals[0].next_step(),
            "nightlatch resume 20261121T2200-aaaa, or nightlatch rollback 20261121T2200-aaaa");
  for (const char* over : {"cleaned", "confirmed", "restored"}) {
    request.facts.nodes[0].runs[0].step = over;
    EXPECT_TRUE(make_plan(request).plan) << over;
  }
}

TEST(Planner, ANodeThatCannotCarryTheChangeIsRefused) {
  PlanRequest request = healthy_request();
  request.facts.nodes[0].free_bytes = 1U << 20U;
  expect_refusal(request, codes::disk_full, "1024 KiB are free");
  request = healthy_request();
  request.facts.nodes[0].missing_tools = {"flock", "sha256sum"};
  expect_refusal(request, codes::tools_missing, "cp1: not found: flock, sha256sum");
  request = healthy_request();
  request.facts.nodes[0].kubelet_running = false;
  expect_refusal(request, codes::kubelet_down, "cp1: the kubelet does not run");
}

TEST(Planner, ARefusalOfTheRewriteNamesItsNode) {
  PlanRequest request = healthy_request();
  set_manifest(request.facts.nodes[1],
               replaced(request.facts.nodes[1].manifest.bytes, "Node,RBAC", "AlwaysAllow"));
  PlanOutcome outcome = make_plan(request);
  ASSERT_EQ(outcome.refusals.size(), 1U);
  EXPECT_THAT(outcome.refusals[0].message, testing::StartsWith("cp2"));
}

// --- S14, S17, paths ---

TEST(Planner, OneApiServerNeedsAnAcceptedOutage) {
  PlanRequest request = healthy_request(1);
  expect_refusal(request, codes::one_api_server, "cp1 is the only API server");
  request.accept_outage = AcceptOutage::yes;
  EXPECT_TRUE(make_plan(request).plan);
}

TEST(Planner, ATimeoutShorterThanARestartIsRefusedWithTheSum) {  // S5
  PlanRequest request = healthy_request();
  request.playbook.gates.timeout = std::chrono::seconds(39);
  PlanOutcome outcome = make_plan(request);
  EXPECT_THAT(codes_of(outcome.refusals), Each(plan_errors::timeout_short.number));
  ASSERT_EQ(outcome.refusals.size(), 3U);
  EXPECT_EQ(outcome.refusals[0].message,
            "cp1: a restart takes 40 s (30 s grace period + 10 s start), gates.timeout is 39 s");
  request.playbook.gates.timeout = std::chrono::seconds(40);
  EXPECT_TRUE(make_plan(request).plan);
}

TEST(Planner, AnExpiredPathIsRefusedFromTheDayAfter) {
  PlanRequest request = healthy_request();
  request.playbook.paths = {{"/version", "web", "status page", "2026-11-22"}};
  EXPECT_TRUE(make_plan(request).plan);
  request.today = "2026-11-23";
  expect_refusal(request, codes::path_expired, "/version expired on 2026-11-22 (owner web)");
}

TEST(Planner, ABalancerThatWouldBeAnswered401IsRefused) {
  PlanRequest request = healthy_request();
  request.cluster.load_balancer->probe_path = "/version";
  expect_refusal(request, codes::balancer_probe, "GET /version");
  request.cluster.load_balancer->expect = {200, 401};
  EXPECT_TRUE(make_plan(request).plan);
}

TEST(Planner, ABalancerNobodyStatedIsUnknownNeverOk) {
  PlanRequest request = healthy_request();
  request.cluster.load_balancer.reset();
  PlanOutcome outcome = make_plan(request);
  ASSERT_TRUE(outcome.plan);
  EXPECT_THAT(texts(*outcome.plan, PlanCheck::Grade::unknown), Contains(HasSubstr("load balancer")));
  EXPECT_THAT(texts(*outcome.plan, PlanCheck::Grade::ok), Not(Contains(HasSubstr("load balancer"))));
}

TEST(Planner, SaysThatTokenJoinsStopUnlessTheirPathStaysOpen) {
  PlanRequest request = healthy_request();
  EXPECT_THAT(texts(*make_plan(request).plan, PlanCheck::Grade::warning),
              Contains(HasSubstr("kubeadm join")));
  request.playbook.profiles = {"kubeadm-join"};
  EXPECT_THAT(texts(*make_plan(request).plan, PlanCheck::Grade::warning),
              Not(Contains(HasSubstr("kubeadm join"))));
}

TEST(Planner, ACeilingBelowWhatANodeMayTakeIsRefusedWithTheSum) {  // S5
  PlanRequest request = healthy_request();
  request.playbook.rollback.ceiling = std::chrono::seconds(389);
  expect_refusal(request, codes::ceiling_short,
                 "spec.rollback.ceiling is 6 min 29 s, and one node may take 6 min 30 s");
  EXPECT_THAT(make_plan(request).refusals[0].details,
              ElementsAre(HasSubstr("5 min  (gates.timeout)"), HasSubstr("30 s"), HasSubstr("1 min")));
  request.playbook.rollback.ceiling = std::chrono::seconds(390);
  EXPECT_TRUE(make_plan(request).plan);
}

}  // namespace
}  // namespace nightlatch::plan
