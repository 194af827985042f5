// A pod that the kubelet refuses is refused here, too: it would take the API server away.
#include <gtest/gtest.h>

#include "manifest/api_server_pod.hpp"
#include "manifest/errors.hpp"

namespace nightlatch::manifest {
namespace {

std::string refusal(const std::string& mounts, const std::string& volumes) {
  auto pod = read_api_server_pod(
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    command: "
      "[kube-apiserver]\n    image: i:v1.34.4\n    volumeMounts: " +
          mounts + "\n  volumes: " + volumes + "\n",
      "m");
  if (pod) return "read";
  EXPECT_EQ(pod.error().code.number, manifest_errors::wrong_shape.number);
  EXPECT_FALSE(pod.error().next.empty());
  return pod.error().message;
}

TEST(PodVolumes, WhatTheKubeletTakesIsRead) {
  EXPECT_EQ(refusal("[]", "[]"), "read");
  EXPECT_EQ(refusal("[{name: v, mountPath: /a}, {name: v, mountPath: /b}]", "[{name: v, emptyDir: {}}]"),
            "read");
  EXPECT_EQ(refusal("null", "null"), "read");
}

TEST(PodVolumes, WhatTheKubeletRefusesIsRefused) {
  EXPECT_EQ(refusal("[]", "[{hostPath: {path: /a}}]"),
            "m: this volume has no name, so the kubelet refuses this pod");
  EXPECT_EQ(refusal("[]", "[{name: v}, {name: v}]"),
            "m: a second volume has the name v, so the kubelet refuses this pod");
  EXPECT_EQ(refusal("[{name: w, mountPath: /a}]", "[{name: v}]"),
            "m: this mount names the volume w, which the pod has not, so the kubelet refuses this pod");
  EXPECT_EQ(refusal("[{mountPath: /a}]", "[{name: v}]"),
            "m: this mount names no volume, so the kubelet refuses this pod");
  EXPECT_EQ(refusal("[{name: v}]", "[{name: v}]"),
            "m: this mount has no mountPath, so the kubelet refuses this pod");
  EXPECT_EQ(refusal("[{name: v, mountPath: /a}, {name: v, mountPath: /a}]", "[{name: v}]"),
            "m: a second mount of this container has the path /a, so the kubelet refuses this pod");
}

// A merge key may add the name.
TEST(PodVolumes, WhatAMergeKeyMayAddIsNotJudged) {
  EXPECT_EQ(refusal("[]", "[&v {name: v}, {<<: *v, name: w}]"), "read");
}

TEST(PodVolumes, AFileOfKubeadmIsNamedAsSuch) {
  for (const char* bytes : {"apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n---\napiVersion: "
                            "kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n",
                            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"}) {
    auto pod = read_api_server_pod(bytes, "kubeadm.yaml");
    ASSERT_FALSE(pod);
    EXPECT_EQ(pod.error().code.number, manifest_errors::not_a_pod.number);
    EXPECT_EQ(pod.error().message,
              "kubeadm.yaml: this is kubeadm's configuration, not the manifest of kube-apiserver");
    EXPECT_EQ(pod.error().next,
              "give the manifest, /etc/kubernetes/manifests/kube-apiserver.yaml on each control-plane node, "
              "and this "
              "file with --kubeadm-config kubeadm.yaml");
  }
}

}  // namespace
}  // namespace nightlatch::manifest
