#include "manifest/kubeadm_config_edit.hpp"

#include <fmt/format.h>
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

std::string config_with(const std::string& bytes, const Intent& intent = lock_down()) {
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
  EXPECT_EQ(config_with("apiServer: {}\n" + tail), "apiServer:\n  extraArgs:\n" + argument + volume + tail);
  EXPECT_EQ(config_with("apiServer:\n" + tail), "apiServer:\n  extraArgs:\n" + argument + volume + tail);
  EXPECT_EQ(config_with(tail), "apiServer:\n  extraArgs:\n" + argument + volume + tail);
}

TEST(KubeadmConfig, MappingFormOfV1beta3) {
  EXPECT_EQ(
      config_with("apiServer: {}\n" + tail3),
      "apiServer:\n  extraArgs:\n    authentication-config: /etc/kubernetes/nightlatch/config/a.yaml\n" +
          volume + tail3);
  EXPECT_EQ(
      config_with("apiServer:\n  extraArgs:\n    anonymous-auth: \"false\"\n    audit-log-path: /x  # ours\n"
                  "  timeoutForControlPlane: 4m0s\n" +
                  tail3),
      "apiServer:\n  extraArgs:\n    authentication-config: /etc/kubernetes/nightlatch/config/a.yaml\n"
      "    audit-log-path: /x  # ours\n  timeoutForControlPlane: 4m0s\n" +
          volume + tail3);
}

TEST(KubeadmConfig, ArgumentsThatStayKeepTheirLines) {
  EXPECT_EQ(
      config_with("apiServer:\n  certSANs: [a]\n  extraArgs:\n    # audit team\n    - name: audit-log-path\n"
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
      config_with(
          "apiServer:\n  extraArgs:\n  - name: authentication-config\n    value: \"/old.yaml\"  # was\n" +
          volume + tail),
      "apiServer:\n  extraArgs:\n  - name: authentication-config\n"
      "    value: \"/etc/kubernetes/nightlatch/config/a.yaml\"  # was\n" +
          volume + tail);
}

TEST(KubeadmConfig, RepeatedArgumentBecomesOne) {
  EXPECT_EQ(config_with("apiServer:\n  extraArgs:\n  - name: authentication-config\n    value: /a\n"
                        "  - name: v\n    value: \"2\"\n  - name: authentication-config\n    value: /b\n" +
                        volume + tail),
            "apiServer:\n  extraArgs:\n" + argument + "  - name: v\n    value: \"2\"\n" + volume + tail);
}

TEST(KubeadmConfig, FeatureGatesAreMerged) {
  Intent intent;
  intent.feature_gates = {"AnonymousAuthConfigurableEndpoints=true"};
  EXPECT_EQ(
      config_with("apiServer:\n  extraArgs:\n  - name: feature-gates\n    value: A=false\n" + tail, intent),
      "apiServer:\n  extraArgs:\n  - name: feature-gates\n"
      "    value: 'A=false,AnonymousAuthConfigurableEndpoints=true'\n" +
          tail);
}

TEST(KubeadmConfig, ValuesThatAreNoTextToYamlGetQuotes) {
  Intent intent;
  intent.set_flags = {{"anonymous-auth", "false"}};
  EXPECT_EQ(config_with("apiServer: {}\n" + tail3, intent),
            "apiServer:\n  extraArgs:\n    anonymous-auth: 'false'\n" + tail3);
}

TEST(KubeadmConfig, DirectoryThatKubeadmOrAVolumeMountsNeedsNone) {
  Intent intent = lock_down();
  intent.mount->path = "/etc/kubernetes/pki/nightlatch";
  EXPECT_EQ(config_with("apiServer: {}\n" + tail, intent), "apiServer:\n  extraArgs:\n" + argument + tail);
  std::string mounted =
      "apiServer:\n  extraVolumes:\n  - {name: all, hostPath: /etc/kubernetes, mountPath: /etc/kubernetes}\n";
  EXPECT_EQ(config_with(mounted + tail),
            "apiServer:\n  extraArgs:\n" + argument + mounted.substr(mounted.find("  extraVolumes")) + tail);
}

TEST(KubeadmConfig, OtherVolumesStay) {
  std::string other = "  extraVolumes:\n  - name: audit\n    hostPath: /a\n    mountPath: /b\n";
  EXPECT_EQ(config_with("apiServer:\n  extraArgs:\n" + argument + other + tail),
            "apiServer:\n  extraArgs:\n" + argument + other + volume.substr(volume.find("  - ")) + tail);
}

TEST(KubeadmConfig, NothingToSayIsNoChange) {
  Intent intent;
  intent.remove_flags = {"anonymous-auth"};
  EXPECT_EQ(config_with("apiServer: {}\n" + tail, intent), "apiServer: {}\n" + tail);
}

TEST(KubeadmConfig, WhatKubeadmDoesNotWriteIsRefused) {
  for (const std::string& bytes :
       {std::string("kind: Pod\n"),
        std::string("apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterConfiguration\n"),
        "apiServer: {extraArgs: [{name: a, value: b}]}\n" + tail, "apiServer:\n  extraArgs: {a: b}\n" + tail,
        "apiServer:\n  extraArgs: none\n" + tail, "apiServer:\n  extraArgs:\n  - name: a\n" + tail,
        "apiServer:\n  extraVolumes: none\n" + tail,
        "apiServer:\n  extraVolumes:\n  - name: nightlatch-authn\n    hostPath: /a\n    mountPath: /b\n" +
            tail}) {
    EXPECT_EQ(config_with(bytes).substr(0, 5), "1342 ") << bytes;
  }
  Intent intent;
  intent.remove_flags = {"a"};
  EXPECT_EQ(config_with("apiServer:\n  extraArgs:\n  - name: a\n    value: b\n" + tail, intent),
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
TEST(KubeadmConfig, OfSeveralDocumentsTheClusterConfigurationIsEdited) {
  const std::string cluster = "apiServer: {}\n" + tail;
  const std::string changed = "apiServer:\n  extraArgs:\n" + argument + volume + tail;
  const std::string init =
      "kind: InitConfiguration\napiVersion: kubeadm.k8s.io/v1beta4\nx: {apiServer: {}}\n";
  EXPECT_EQ(config_with(init + "---\n" + cluster + "---  # the kubelet\nkind: KubeletConfiguration\n"),
            init + "---\n" + changed + "---  # the kubelet\nkind: KubeletConfiguration\n");
  EXPECT_EQ(config_with("# made by kubeadm\n---\n" + cluster), "# made by kubeadm\n---\n" + changed);
  EXPECT_EQ(config_with(cluster + "---\n"), changed + "---\n");
}

TEST(KubeadmConfig, ProblemsOfADocumentAreToldWithTheLineOfTheFile) {
  auto place = [](const std::string& bytes) {
    auto edit = edit_kubeadm_config(bytes, "f", lock_down());
    EXPECT_FALSE(edit);
    EXPECT_EQ(edit.error().code.number, 1342);
    return fmt::format("{} {}", edit.error().place->line, edit.error().message);
  };
  const std::string init = "kind: InitConfiguration\n---\n";
  EXPECT_EQ(place(init + "apiServer:\n  extraArgs: [{name: a, value: b}]\n" + tail),
            "4 f: extraArgs is written between brackets, and nightlatch edits whole lines");
  EXPECT_EQ(place(init + "--- !!map\nkind: A\n"), "3 f: kubeadm refuses text behind the separator ---");
  EXPECT_EQ(place(tail + "---\n" + tail), "3 f: the kind ClusterConfiguration is in this file twice");
  EXPECT_EQ(place("kind: A\n---\nkind: B\n"),
            "1 f: this file has 2 documents, and none is a ClusterConfiguration of kubeadm.k8s.io");
}

TEST(KubeadmConfig, ArgumentsBetweenBracesOnTheirOwnLinesAreEdited) {
  EXPECT_EQ(config_with("apiServer:\n  extraArgs:\n  - {name: profiling, value: \"false\"}\n"
                        "  - {name: authentication-config, value: /old.yaml}  # was\n"
                        "  - {name: anonymous-auth,\n     value: \"false\"}\n" +
                        volume + tail),
            "apiServer:\n  extraArgs:\n  - {name: profiling, value: \"false\"}\n"
            "  - {name: authentication-config, value: /etc/kubernetes/nightlatch/config/a.yaml}  # was\n" +
                volume + tail);
}

TEST(KubeadmConfig, ListsThatAreNullAreFilled) {
  EXPECT_EQ(
      config_with("apiServer:\n  extraArgs:\n    #\n  extraVolumes:\n    # none\n  certSANs: [ \"a\" ]\n" +
                  tail),
      "apiServer:\n  extraArgs:\n" + argument + "    #\n" + volume + "    # none\n  certSANs: [ \"a\" ]\n" +
          tail);
  EXPECT_EQ(config_with("apiServer:\n  extraArgs: ~\n  extraVolumes: null\n" + tail),
            "apiServer:\n  extraArgs:\n" + argument + volume + tail);
}

TEST(KubeadmConfig, OtherVersionsAreRefusedByName) {
  auto refusal = [](const std::string& version) {
    auto edit = edit_kubeadm_config(
        "apiVersion: kubeadm.k8s.io/" + version + "\nkind: ClusterConfiguration\n", "f", Intent{});
    EXPECT_FALSE(edit);
    return fmt::format("{} | {}", edit.error().message, edit.error().next_step());
  };
  EXPECT_EQ(refusal("v1beta2"),
            "f: kubeadm.k8s.io/v1beta2 is a version that today's kubeadm does not read, and nightlatch edits "
            "v1beta3 and v1beta4 | migrate the file with the last kubeadm that reads this version (1.26 for "
            "v1beta2): kubeadm config migrate --old-config OLD --new-config NEW");
  EXPECT_EQ(refusal("v1"),
            "f: kubeadm.k8s.io/v1 is an experimental version, which only kubeadm 1.37 reads, and nightlatch "
            "edits v1beta3 and v1beta4 | write the file as kubeadm.k8s.io/v1beta4");
}

}  // namespace
}  // namespace nightlatch::manifest
