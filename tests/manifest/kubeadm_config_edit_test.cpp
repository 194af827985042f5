#include "manifest/kubeadm_config_edit.hpp"

#include <gtest/gtest.h>

#include "manifest/errors.hpp"

namespace nightlatch::manifest {
namespace {

Intent lock_down() {
  Intent intent;
  intent.remove_flags = {"anonymous-auth", "oidc-issuer-url"};
  intent.set_flags = {{"authentication-config", "/etc/kubernetes/nightlatch/config/a.yaml"}};
  intent.mount = DirectoryMount{"nightlatch-authn", "/etc/kubernetes/nightlatch/config"};
  return intent;
}

std::string edited(const std::string& bytes, const Intent& intent = lock_down()) {
  auto edit = edit_kubeadm_config(bytes, "f", intent);
  if (!edit) return std::to_string(edit.error().code.number) + " " + edit.error().message;
  auto again = edit_kubeadm_config(edit->after, "f", intent);
  EXPECT_TRUE(again && !again->changed()) << edit->after;
  return edit->after;
}

const std::string tail = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";
const std::string tail3 = "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\n";
const std::string volume =
    "  extraVolumes:\n  - hostPath: /etc/kubernetes/nightlatch/config\n    mountPath: "
    "/etc/kubernetes/nightlatch/config\n"
    "    name: nightlatch-authn\n    pathType: Directory\n    readOnly: true\n";
const std::string argument =
    "  - name: authentication-config\n    value: /etc/kubernetes/nightlatch/config/a.yaml\n";

TEST(KubeadmConfig, EmptyApiServerIsFilled) {
  EXPECT_EQ(edited("apiServer: {}\n" + tail), "apiServer:\n  extraArgs:\n" + argument + volume + tail);
  EXPECT_EQ(edited("apiServer:\n" + tail), "apiServer:\n  extraArgs:\n" + argument + volume + tail);
  EXPECT_EQ(edited(tail), "apiServer:\n  extraArgs:\n" + argument + volume + tail);
}

TEST(KubeadmConfig, MappingFormOfV1beta3) {
  EXPECT_EQ(
      edited("apiServer: {}\n" + tail3),
      "apiServer:\n  extraArgs:\n    authentication-config: /etc/kubernetes/nightlatch/config/a.yaml\n" +
          volume + tail3);
  EXPECT_EQ(edited("apiServer:\n  extraArgs:\n    anonymous-auth: \"false\"\n    audit-log-path: /x  # ours\n"
                   "  timeoutForControlPlane: 4m0s\n" +
                   tail3),
            "apiServer:\n  extraArgs:\n    authentication-config: /etc/kubernetes/nightlatch/config/a.yaml\n"
            "    audit-log-path: /x  # ours\n  timeoutForControlPlane: 4m0s\n" +
                volume + tail3);
}

TEST(KubeadmConfig, ArgumentsThatStayKeepTheirLines) {
  EXPECT_EQ(edited("apiServer:\n  certSANs: [a]\n  extraArgs:\n    # audit team\n    - name: audit-log-path\n"
                   "      value: /x\n    - name: anonymous_auth\n      value: \"false\"\n"
                   "    - name: oidc-issuer-url\n      value: https://id.example\n" +
                   tail),
            "apiServer:\n  certSANs: [a]\n  extraArgs:\n    # audit team\n    - name: audit-log-path\n"
            "      value: /x\n    - name: authentication-config\n"
            "      value: /etc/kubernetes/nightlatch/config/a.yaml\n" +
                volume + tail);
}

TEST(KubeadmConfig, PresentArgumentChangesItsValueAlone) {
  EXPECT_EQ(
      edited("apiServer:\n  extraArgs:\n  - name: authentication-config\n    value: \"/old.yaml\"  # was\n" +
             volume + tail),
      "apiServer:\n  extraArgs:\n  - name: authentication-config\n"
      "    value: \"/etc/kubernetes/nightlatch/config/a.yaml\"  # was\n" +
          volume + tail);
}

TEST(KubeadmConfig, RepeatedArgumentBecomesOne) {
  EXPECT_EQ(edited("apiServer:\n  extraArgs:\n  - name: authentication-config\n    value: /a\n"
                   "  - name: v\n    value: \"2\"\n  - name: authentication-config\n    value: /b\n" +
                   volume + tail),
            "apiServer:\n  extraArgs:\n" + argument + "  - name: v\n    value: \"2\"\n" + volume + tail);
}

TEST(KubeadmConfig, FeatureGatesAreMerged) {
  Intent intent;
  intent.feature_gates = {"AnonymousAuthConfigurableEndpoints=true"};
  EXPECT_EQ(edited("apiServer:\n  extraArgs:\n  - name: feature-gates\n    value: A=false\n" + tail, intent),
            "apiServer:\n  extraArgs:\n  - name: feature-gates\n"
            "    value: 'A=false,AnonymousAuthConfigurableEndpoints=true'\n" +
                tail);
}

TEST(KubeadmConfig, ValuesThatAreNoTextToYamlGetQuotes) {
  Intent intent;
  intent.set_flags = {{"anonymous-auth", "false"}};
  EXPECT_EQ(edited("apiServer: {}\n" + tail3, intent),
            "apiServer:\n  extraArgs:\n    anonymous-auth: 'false'\n" + tail3);
}

TEST(KubeadmConfig, DirectoryThatKubeadmOrAVolumeMountsNeedsNone) {
  Intent intent = lock_down();
  intent.mount->path = "/etc/kubernetes/pki/nightlatch";
  EXPECT_EQ(edited("apiServer: {}\n" + tail, intent), "apiServer:\n  extraArgs:\n" + argument + tail);
  std::string mounted =
      "apiServer:\n  extraVolumes:\n  - {name: all, hostPath: /etc/kubernetes, mountPath: /etc/kubernetes}\n";
  EXPECT_EQ(edited(mounted + tail),
            "apiServer:\n  extraArgs:\n" + argument + mounted.substr(mounted.find("  extraVolumes")) + tail);
}

TEST(KubeadmConfig, OtherVolumesStay) {
  std::string other = "  extraVolumes:\n  - name: audit\n    hostPath: /a\n    mountPath: /b\n";
  EXPECT_EQ(edited("apiServer:\n  extraArgs:\n" + argument + other + tail),
            "apiServer:\n  extraArgs:\n" + argument + other + volume.substr(volume.find("  - ")) + tail);
}

TEST(KubeadmConfig, NothingToSayIsNoChange) {
  Intent intent;
  intent.remove_flags = {"anonymous-auth"};
  EXPECT_EQ(edited("apiServer: {}\n" + tail, intent), "apiServer: {}\n" + tail);
}

TEST(KubeadmConfig, WhatKubeadmDoesNotWriteIsRefused) {
  for (const std::string& bytes :
       {std::string("kind: Pod\n"),
        std::string("apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterConfiguration\n"),
        "apiServer: {extraArgs: [{name: a, value: b}]}\n" + tail, "apiServer:\n  extraArgs: {a: b}\n" + tail,
        "apiServer:\n  extraArgs:\n  - {name: a, value: b}\n" + tail,
        "apiServer:\n  extraVolumes:\n  - name: nightlatch-authn\n    hostPath: /a\n    mountPath: /b\n" +
            tail}) {
    EXPECT_EQ(edited(bytes).substr(0, 5), "1342 ") << bytes;
  }
  Intent intent;
  intent.remove_flags = {"a"};
  EXPECT_EQ(edited("apiServer:\n  extraArgs:\n  - name: a\n    value: b\n" + tail, intent),
            "1342 f: the edit would leave extraArgs empty");
}

TEST(KubeadmConfig, AnotherKindOfFileIsRefusedWithTheCommandThatGetsTheRightOne) {
  auto edit = edit_kubeadm_config("kind: Pod\n", "f", Intent{});
  ASSERT_FALSE(edit);
  EXPECT_EQ(edit.error().message, "f: expected a ClusterConfiguration of kubeadm.k8s.io/v1beta3 or v1beta4");
  EXPECT_EQ(edit.error().next_step(),
            "get it with: kubectl -n kube-system get cm kubeadm-config -o "
            "jsonpath='{.data.ClusterConfiguration}' > kubeadm.yaml");
}

// A file for `kubeadm init --config` may have InitConfiguration and KubeletConfiguration beside it.
TEST(KubeadmConfig, FileWithSeveralDocumentsIsRefusedWithTheirNumber) {
  const std::string cluster = "apiServer: {}\n" + tail;
  auto refusal = [](const std::string& bytes) {
    auto edit = edit_kubeadm_config(bytes, "f", Intent{});
    EXPECT_FALSE(edit);
    EXPECT_EQ(edit.error().code.number, 1310);
    EXPECT_TRUE(edit.error().next_step().find("kubectl -n kube-system get cm kubeadm-config") !=
                std::string::npos);
    return edit.error().message;
  };
  EXPECT_EQ(refusal("kind: InitConfiguration\n---\n" + cluster + "---\nkind: KubeletConfiguration\n"),
            "f: this file has 3 documents, and nightlatch edits a file with only the one of `kind: "
            "ClusterConfiguration`");
  EXPECT_TRUE(refusal("# made by kubeadm\n---\n" + cluster + "--- # next\nkind: KubeletConfiguration\n")
                  .starts_with("f: this file has 2 documents"));
}

}  // namespace
}  // namespace nightlatch::manifest
