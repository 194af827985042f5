// Each product's manifest, or the file of its own that a person has in its place: it is recognised by its
// name, offline and on a node, and what is set there is told. The words are goldens: product-*.
#include "plan/products.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manifest/product_file.hpp"
#include "plan/cluster.hpp"
#include "plan/detect_errors.hpp"
#include "plan/detection.hpp"
#include "plan/errors.hpp"
#include "plan/golden_case.hpp"
#include "plan/rewrite_errors.hpp"

namespace nightlatch::plan {
namespace {

using access::ExposureState;
using testing::Contains;
using testing::HasSubstr;

struct Product {
  std::string golden;  // product-GOLDEN-PROFILE
  std::string name;
  ExposureState exposure;  // by its manifest
};

const std::vector<Product>& products() {
  static const std::vector<Product> all{
      {"rke2-without-a-file", "RKE2", ExposureState::closed},
      {"rke2-1.31", "RKE2", ExposureState::closed},
      {"rke2-configuration", "RKE2", ExposureState::unknown},
      {"rke2", "RKE2", ExposureState::unknown},
      {"old-rke2", "RKE2", ExposureState::open},
      {"k3s", "k3s", ExposureState::unknown},
      {"k0s", "k0s", ExposureState::unknown},
      {"talos-1.13", "Talos", ExposureState::closed},
      {"talos-machine-configuration", "Talos", ExposureState::unknown},
      {"kops", "kOps", ExposureState::closed},
      {"microk8s", "MicroK8s", ExposureState::unknown},
      {"openshift", "OpenShift", ExposureState::unknown},
      {"cluster-api", "Cluster API", ExposureState::unknown},
      {"gardener", "Gardener", ExposureState::unknown},
      {"gardener-shoot", "Gardener", ExposureState::unknown},
      {"deckhouse", "Deckhouse", ExposureState::closed},
      {"eks", "EKS", ExposureState::unknown},
      {"gke", "GKE", ExposureState::unknown},
      {"aks", "AKS", ExposureState::unknown},
  };
  return all;
}

NodeDetection detected(const Case& golden) {
  return detect(
      ManifestToJudge{.name = "m", .bytes = golden.bytes, .file = "m", .config = {}, .version = {}});
}

TEST(Products, EachIsToldWhatItIsAndWhatIsSetThere) {
  for (const Product& product : products()) {
    for (const char* profile : {"health-only", "oidc-discovery"}) {
      Case golden = load("product-" + product.golden + "-" + profile + "-is-refused");
      RewriteOutcome outcome = run(golden, golden.bytes);
      ASSERT_EQ(outcome.refusals.size(), 1U) << product.golden;
      const Error& refusal = outcome.refusals[0];
      EXPECT_EQ(refusal.code.number, plan_rewrite_errors::owned_by_product.number) << product.golden;
      EXPECT_THAT(refusal.message, HasSubstr(product.name)) << product.golden;
      EXPECT_FALSE(refusal.details.empty()) << product.golden;
    }
  }
}

// kubespray writes what kubeadm writes, so the change is made, and its variables stand beside it.
TEST(Products, KubesprayIsEditedWithItsVariables) {
  for (const char* profile : {"health-only", "oidc-discovery"}) {
    Case golden = load(std::string("product-kubespray-") + profile);
    RewriteOutcome outcome = run(golden, golden.bytes);
    ASSERT_TRUE(outcome.rewrite) << profile;
    EXPECT_THAT(
        outcome.rewrite->notes,
        Contains(testing::Field(&Note::text, HasSubstr("kube_apiserver_authentication_config_anonymous"))));
    EXPECT_EQ(detected(golden).owner, "kubespray");
  }
}

// `detect` says the same as `rewrite`, where something can be wrong; a closed API server needs no advice.
TEST(Products, DetectTellsItWhereItIsNeeded) {
  for (const Product& product : products()) {
    Case golden = load("product-" + product.golden + "-health-only-is-refused");
    NodeDetection node = detected(golden);
    EXPECT_EQ(node.owner, product.name) << product.golden;
    EXPECT_EQ(node.exposure.state, product.exposure) << product.golden << " " << node.exposure.why;
    bool is_told =
        !node.findings.empty() && node.findings[0].code.number == plan_detect_errors::of_product.number;
    EXPECT_EQ(is_told, product.exposure != ExposureState::closed) << product.golden;
    if (!is_told) continue;
    Error refusal = run(golden, golden.bytes).refusals.at(0);
    EXPECT_EQ(node.findings[0].details, refusal.details) << product.golden;
    EXPECT_EQ(node.findings[0].next, refusal.next) << product.golden;
  }
}

TEST(Products, WhatIsNoFileOfAProductIsNone) {
  EXPECT_FALSE(manifest::recognise_product_file("kind: ClusterConfiguration\n", "kubeadm.yaml"));
  EXPECT_FALSE(manifest::recognise_product_file("kube-apiserver-arg:\n- v=2\n", "config.yaml"))
      << "k3s and RKE2 read the same key";
  EXPECT_EQ(manifest::recognise_product_file("kube-apiserver-arg: [v=2]\n", "/etc/rancher/rke2/config.yaml")
                ->product,
            "RKE2");
  EXPECT_FALSE(manifest::recognise_product_file("  apiVersion: kops.k8s.io/v1alpha2\n", "f"));
  EXPECT_FALSE(manifest::recognise_product_file("--secure-port=6443\n", "args"));
  EXPECT_FALSE(manifest::recognise_product_file("", ""));
}

TEST(Products, WhatTheFileNamesAlreadyIsSeen) {
  auto named = [](const std::string& line) {
    return manifest::recognise_product_file("cni: canal\nkube-apiserver-arg:\n" + line, "rke2.yaml")
        ->authentication_config;
  };
  EXPECT_EQ(named("- authentication-config=/etc/a.yaml\n"), "/etc/a.yaml");
  EXPECT_EQ(named("- \"authentication-config=/etc/a.yaml\" # ours\n"), "/etc/a.yaml");
  EXPECT_EQ(named("  authentication-config: '/etc/a.yaml'\n"), "/etc/a.yaml");
  EXPECT_EQ(named("# - authentication-config=/etc/a.yaml\n"), "");
  EXPECT_EQ(named("- authentication-config-of-mine\n"), "");
}

facts::NodeFacts node_without_manifest(const char* path) {
  facts::NodeFacts node = healthy_node(1);
  node.foreign_owners = {path};
  node.manifest_path.clear();
  node.manifest.bytes.clear();
  return node;
}

TEST(Products, ANodeWithoutAManifestIsToldByItsPaths) {
  for (const auto& [path, name] :
       {std::pair{"/etc/rancher/k3s", "k3s"}, {"/var/snap/microk8s", "MicroK8s"}, {"/var/lib/k0s", "k0s"}}) {
    NodeDetection node = detect(node_without_manifest(path));
    EXPECT_EQ(node.owner, name);
    EXPECT_EQ(node.exposure.state, ExposureState::unknown);
    ASSERT_EQ(node.findings.size(), 1U) << path;
    EXPECT_EQ(node.findings[0].code.number, plan_detect_errors::of_product.number);
    EXPECT_EQ(node.findings[0].message,
              fmt::format("cp1: {} is there: {} runs this control plane", path, name));
    EXPECT_THAT(node.findings[0].details, Contains(HasSubstr("- path: /livez")));
  }
}

// A k3s has no unit kubelet.service: "start the kubelet" would be wrong there.
TEST(Products, APlanSaysOnlyThatOfSuchANode) {
  PlanRequest request = healthy_request(3);
  facts::NodeFacts& node = request.facts.nodes[1];
  node.foreign_owners = {"/etc/rancher/k3s"};
  node.manifest_path.clear();
  node.manifest.bytes.clear();
  node.kubelet_running = false;
  PlanOutcome outcome = make_plan(request);
  EXPECT_EQ(codes_of(outcome.refusals), std::vector<int>{plan_errors::owned_by_other.number});
}

TEST(Products, TheVersionOfTheManifestDecidesOnANode) {
  facts::NodeFacts node = healthy_node(1);
  node.foreign_owners = {"/etc/rancher/rke2"};
  set_manifest(node, load("product-old-rke2-health-only-is-refused").bytes);
  auto product = product_of(node);
  ASSERT_TRUE(product);
  Error refusal = refuse_product(plan_errors::owned_by_other, *product, {"/livez"});
  EXPECT_THAT(refusal.details, Contains(HasSubstr("No path can be open; upgrade RKE2")));
}

TEST(Products, AServiceIsToldByItsVersionToo) {
  spec::Cluster cluster;
  cluster.name = "one";
  cluster.endpoint = "https://proxy.example.org";
  facts::ApiFacts api;
  api.server_version = "v1.31.4-eks-7f9249a";
  auto service = service_of(cluster, &api);
  ASSERT_TRUE(service);
  EXPECT_EQ(service->mark, "cluster one: no nodes, because EKS runs the control plane itself");
  Error old = refuse_product(plan_errors::no_nodes, *service, {"/livez"});
  EXPECT_THAT(old.details, Contains(HasSubstr("EKS before Kubernetes 1.32")));
  api.server_version = "v1.32.1-eks-7f9249a";
  Error limited = refuse_product(plan_errors::no_nodes, *service_of(cluster, &api), {"/livez"});
  EXPECT_THAT(limited.details, Contains(HasSubstr("answers 401 on every")));
  EXPECT_FALSE(service_of(cluster, nullptr));
}

}  // namespace
}  // namespace nightlatch::plan
