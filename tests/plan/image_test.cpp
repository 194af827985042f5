#include "plan/image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"

namespace nightlatch::plan {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<int> refused(const std::string& image, const std::string& policy,
                         const std::vector<std::string>& there) {
  facts::NodeFacts node;
  node.name = "cp1";
  node.images = there;
  manifest::ApiServerPod pod;
  pod.image = image;
  pod.image_pull_policy = policy;
  return codes_of(check_image(node, pod));
}

const std::string image = "registry.k8s.io/kube-apiserver:v1.34.4";

TEST(Image, ThatIsOnTheNodeIsFine) {  // S11
  EXPECT_THAT(refused(image, "IfNotPresent", {"registry.k8s.io/etcd:3.6", image}), IsEmpty());
  EXPECT_THAT(refused(image, "", {image}), IsEmpty());
  EXPECT_THAT(refused(image, "Never", {image}), IsEmpty());
}

TEST(Image, IsFoundUnderTheNameThatTheRuntimeGivesIt) {
  EXPECT_THAT(refused("kube-apiserver:v1", "", {"docker.io/library/kube-apiserver:v1"}), IsEmpty());
  EXPECT_THAT(refused("mirror/kube-apiserver:v1", "", {"docker.io/mirror/kube-apiserver:v1"}), IsEmpty());
  EXPECT_THAT(refused("r:5000/kube-apiserver:v1@sha256:ab", "", {"r:5000/kube-apiserver@sha256:ab"}),
              IsEmpty());
  EXPECT_THAT(refused("r:5000/kube-apiserver@sha256:ab", "", {"r:5000/kube-apiserver@sha256:ab"}), IsEmpty());
}

TEST(Image, ThatIsNotOnTheNodeIsRefusedWhateverThePolicy) {
  for (const char* policy : {"", "IfNotPresent", "Never"}) {
    EXPECT_THAT(refused(image, policy, {"registry.k8s.io/kube-apiserver:v1.34.3"}),
                ElementsAre(plan_errors::image_missing.number))
        << policy;
  }
}

TEST(Image, ThatIsPulledAtEachStartIsRefused) {
  EXPECT_THAT(refused(image, "Always", {image}), ElementsAre(plan_errors::image_pulled.number));
  EXPECT_THAT(refused("r.example/kube-apiserver", "", {"r.example/kube-apiserver:latest"}),
              ElementsAre(plan_errors::image_pulled.number));
}

TEST(Image, TheRefusalsSayWhy) {
  facts::NodeFacts node;
  node.name = "cp1";
  node.images = {"registry.k8s.io/pause:3.10"};
  manifest::ApiServerPod pod;
  pod.image = image;
  EXPECT_EQ(check_image(node, pod).front().message,
            "cp1: the container runtime does not have the image registry.k8s.io/kube-apiserver:v1.34.4: the "
            "running "
            "container was made from an image of another name, or the image was removed since");
  pod.image_pull_policy = "Always";
  EXPECT_EQ(
      check_image(node, pod).front().message,
      "cp1: the kubelet would pull registry.k8s.io/kube-apiserver:v1.34.4 at every start (imagePullPolicy is "
      "Always)");
}

TEST(Image, WhatNoToolTellsIsAWarning) {
  PlanRequest request = healthy_request();
  request.facts.nodes[1].images.clear();
  PlanOutcome outcome = make_plan(request);
  ASSERT_TRUE(outcome.plan);
  std::vector<std::string> warnings;
  for (const PlanCheck& check : outcome.plan->checks) {
    if (check.grade == PlanCheck::Grade::warning) warnings.push_back(check.text);
  }
  EXPECT_THAT(warnings, Contains("cp2: neither crictl nor ctr lists the images, so the kubelet may have to "
                                 "pull kube-apiserver's image when it restarts it"));
  EXPECT_FALSE(image_check(request.facts.nodes[0]));
}

TEST(Image, APlanIsRefusedWithAllItsReasons) {
  PlanRequest request = healthy_request();
  request.facts.nodes[0].images = {"registry.k8s.io/pause:3.10"};
  set_manifest(request.facts.nodes[1], replaced(request.facts.nodes[1].manifest.bytes,
                                                "imagePullPolicy: IfNotPresent", "imagePullPolicy: Always"));
  EXPECT_THAT(codes_of(make_plan(request).refusals),
              ElementsAre(plan_errors::image_missing.number, plan_errors::image_pulled.number));
}

}  // namespace
}  // namespace nightlatch::plan
