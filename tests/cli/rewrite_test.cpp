// The binary as scripts see it: rewrite and detect offline.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "report/schema_check.hpp"

namespace nightlatch::cli {
namespace {

using report::schema_faults;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Rewrite : public testing::Test {
 protected:
  Rewrite() { manifest = sandbox.write("kube-apiserver.yaml", golden_manifest("kubeadm-1.34")); }
  Sandbox sandbox;
  std::string manifest;
};

TEST_F(Rewrite, PrintsADiffThatPatchApplies) {
  Finished finished = sandbox.run("rewrite kube-apiserver.yaml -p health-only");
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_THAT(finished.out, StartsWith("--- kube-apiserver.yaml\n+++ kube-apiserver.yaml\n@@ "));
  EXPECT_THAT(finished.out,
              HasSubstr("+    - --authentication-config=/etc/kubernetes/nightlatch/config/authn-"));
  EXPECT_THAT(finished.err, HasSubstr("open -> only /healthz /livez /readyz"));
  Finished patched = sandbox.shell(
      "nightlatch rewrite kube-apiserver.yaml -p health-only --out new 2>/dev/null &&"
      "nightlatch rewrite kube-apiserver.yaml -p health-only 2>/dev/null | patch -s kube-apiserver.yaml &&"
      "cmp kube-apiserver.yaml new/kube-apiserver.yaml");
  EXPECT_EQ(patched.exit, 0) << patched.out << patched.err;
}

TEST_F(Rewrite, WritesTwoFilesAndThenNothingMore) {
  Finished first = sandbox.run("rewrite kube-apiserver.yaml -p health-only --out new");
  ASSERT_EQ(first.exit, 0) << first.err;
  EXPECT_THAT(first.out, IsEmpty());
  std::size_t files = 0;
  std::string config;
  for (const auto& entry : std::filesystem::directory_iterator(sandbox / "new")) {
    ++files;
    std::string name = entry.path().filename().string();
    if (name.starts_with("authn-")) config = name;
  }
  EXPECT_EQ(files, 2U);
  EXPECT_THAT(config, testing::MatchesRegex("authn-[0-9a-f]+\\.yaml"));
  EXPECT_THAT(slurp(sandbox / "new" / "kube-apiserver.yaml"), HasSubstr("/config/" + config));
  Finished second = sandbox.run("rewrite new/kube-apiserver.yaml -p health-only --out again -o json");
  EXPECT_EQ(second.exit, 0) << second.err;
  EXPECT_EQ(nlohmann::json::parse(second.out)["changed"], false);
  EXPECT_FALSE(std::filesystem::exists(sandbox / "again"));
}

TEST_F(Rewrite, ConfigurationOfKubeadmIsChangedAlongAndThenNoMore) {
  static_cast<void>(sandbox.write(
      "cluster.yaml", "apiServer: {}\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"));
  Finished first =
      sandbox.run("rewrite kube-apiserver.yaml -p health-only --kubeadm-config cluster.yaml --out new");
  ASSERT_EQ(first.exit, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("kubeadm    add authentication-config:"));
  EXPECT_THAT(slurp(sandbox / "new" / "cluster.yaml"),
              HasSubstr("  extraVolumes:\n  - hostPath: /etc/kubernetes"));
  Finished json =
      sandbox.run("rewrite kube-apiserver.yaml -p health-only --kubeadm-config cluster.yaml -o json");
  EXPECT_THAT(schema_faults(json.out), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(json.out)["files"].size(), 3U);
  Finished second =
      sandbox.run("rewrite new/kube-apiserver.yaml -p health-only --kubeadm-config new/cluster.yaml");
  EXPECT_EQ(second.exit, 0) << second.err;
  EXPECT_THAT(second.out, IsEmpty());
  EXPECT_THAT(second.err, HasSubstr("kubeadm   says the same already"));
  Finished broken =
      sandbox.run("rewrite kube-apiserver.yaml -p health-only --kubeadm-config kube-apiserver.yaml");
  EXPECT_EQ(broken.exit, 3);
  EXPECT_THAT(broken.err, HasSubstr("expected a ClusterConfiguration"));
}

TEST_F(Rewrite, AnExpiredPathRefuses) {
  static_cast<void>(
      sandbox.write("eu.yaml",
                    "apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec:\n  paths:\n"
                    "  - {path: /version, owner: web, reason: old scanner, expires: 2020-02-29}\n"));
  Finished finished = sandbox.run("rewrite kube-apiserver.yaml -p eu.yaml");
  EXPECT_EQ(finished.exit, 3);
  EXPECT_THAT(finished.out, IsEmpty());
  EXPECT_THAT(finished.err, HasSubstr("NL3217  spec.paths: /version expired on 2020-02-29 (owner web)"));
}

TEST_F(Rewrite, JsonFitsItsSchemaAndHoldsTheContentWhenNothingIsWritten) {
  Finished finished = sandbox.run("rewrite kube-apiserver.yaml -p health-only -o json");
  EXPECT_EQ(finished.exit, 0);
  EXPECT_THAT(schema_faults(finished.out), IsEmpty());
  auto json = nlohmann::json::parse(finished.out);
  EXPECT_EQ(json["exposure"]["before"]["state"], "open");
  EXPECT_EQ(json["exposure"]["after"]["paths"], (nlohmann::json{"/healthz", "/livez", "/readyz"}));
  EXPECT_EQ(json["files"][0]["written"], false);
  EXPECT_THAT(json["files"][0]["content"].get<std::string>(), HasSubstr("AuthenticationConfiguration"));
}

TEST_F(Rewrite, AFileThatIsNotThereIsTwo) {
  Finished finished = sandbox.run("rewrite nowhere.yaml -p health-only -o json");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, StartsWith("error NL1001  nowhere.yaml: No such file or directory\n"));
  EXPECT_THAT(schema_faults(finished.out), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(finished.out)["schema"], "nightlatch.dev/error/v1");
}

TEST_F(Rewrite, BrokenYamlIsTwoWithACaret) {
  static_cast<void>(sandbox.write("broken.yaml", golden_manifest("broken-yaml-is-refused")));
  Finished finished = sandbox.run("rewrite broken.yaml -p health-only -o json");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr(" | "));
  EXPECT_THAT(finished.err, HasSubstr("^"));
  EXPECT_EQ(nlohmann::json::parse(finished.out)["exit"], 2);
}

TEST_F(Rewrite, TwoDocumentsAreRefusedWithThree) {
  static_cast<void>(sandbox.write("two.yaml", golden_manifest("two-documents-are-refused")));
  Finished finished = sandbox.run("rewrite two.yaml -p health-only -o json");
  EXPECT_EQ(finished.exit, 3);
  EXPECT_THAT(schema_faults(finished.out), IsEmpty());
  auto json = nlohmann::json::parse(finished.out);
  EXPECT_EQ(json["schema"], "nightlatch.dev/rewrite/v1");
  EXPECT_EQ(json["refusals"][0]["code"], "NL1310");
  EXPECT_GT(json["refusals"][0]["line"], 0);
}

TEST_F(Rewrite, AnUnknownProfileIsNamedWithItsPlace) {
  static_cast<void>(
      sandbox.write("eu.yaml",
                    "apiVersion: nightlatch.dev/v1\nkind: Playbook\nmetadata: {name: eu}\nspec:\n"
                    "  profile: health\n"));
  Finished finished = sandbox.run("rewrite kube-apiserver.yaml -p eu.yaml");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_EQ(finished.err,
            "error NL1102  eu.yaml:5:12: unknown profile \"health\"\n"
            "     5 |   profile: health\n"
            "       |            ^~~~~~ did you mean \"health-only\"?\n"
            "  known: closed, health-only, kubeadm-join, metrics, oidc-discovery, rbac-only\n"
            "exit 2\n");
}

TEST_F(Rewrite, APlaybookNobodyKnowsGetsTheLikelyOne) {
  Finished finished = sandbox.run("rewrite kube-apiserver.yaml -p health-onyl");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, StartsWith("error NL1055  no playbook is named \"health-onyl\"\n"
                                       "  did you mean \"health-only\"?\n"));
}

TEST_F(Rewrite, ABadVersionIsTwoAndASupersededOneThree) {
  EXPECT_EQ(sandbox.run("rewrite kube-apiserver.yaml -p health-only --kubernetes-version latest").exit, 2);
  EXPECT_EQ(sandbox.run("rewrite kube-apiserver.yaml -p health-only --kubernetes-version 1.30.1").exit, 3);
}

TEST_F(Rewrite, ADirectoryThatCannotBeMadeIsTwo) {
  static_cast<void>(sandbox.write("file", "x"));
  EXPECT_EQ(sandbox.run("rewrite kube-apiserver.yaml -p health-only --out file/new").exit, 2);
}

TEST_F(Rewrite, AReaderThatGoesAwayIsNoError) {
  Finished finished =
      sandbox.shell("nightlatch rewrite kube-apiserver.yaml -p health-only | true; echo done");
  EXPECT_EQ(finished.exit, 0);
  EXPECT_THAT(finished.out, HasSubstr("done"));
}

using Detect = Rewrite;

TEST_F(Detect, OneManifestOffline) {
  Finished finished = sandbox.run("detect --manifest kube-apiserver.yaml -o json");
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_THAT(schema_faults(finished.out), IsEmpty());
  auto node = nlohmann::json::parse(finished.out)["nodes"][0];
  EXPECT_EQ(node["name"], "kube-apiserver.yaml");
  EXPECT_EQ(node["owner"], "kubeadm");
  EXPECT_EQ(node["exposure"]["state"], "open");
  EXPECT_THAT(node["version"].get<std::string>(), StartsWith("1.34"));
}

TEST_F(Detect, WhatRewriteWroteIsRestrictedWithItsFileAndUnknownWithoutIt) {
  ASSERT_EQ(sandbox.run("rewrite kube-apiserver.yaml -p health-only --out new").exit, 0);
  Finished without = sandbox.run("detect --manifest new/kube-apiserver.yaml -o json");
  EXPECT_EQ(without.exit, 7);
  EXPECT_EQ(nlohmann::json::parse(without.out)["nodes"][0]["exposure"]["state"], "unknown");
  Finished with = sandbox.run(
      "detect --manifest new/kube-apiserver.yaml --authentication-config new/authn-*.yaml -o json");
  EXPECT_EQ(with.exit, 0) << with.err;
  auto exposure = nlohmann::json::parse(with.out)["nodes"][0]["exposure"];
  EXPECT_EQ(exposure["state"], "restricted");
  EXPECT_EQ(exposure["paths"], (nlohmann::json{"/healthz", "/livez", "/readyz"}));
}

TEST_F(Detect, AShapeThatIsNotJudgedIsThreeAndToldInTheDocument) {
  static_cast<void>(sandbox.write("two.yaml", golden_manifest("two-documents-are-refused")));
  Finished finished = sandbox.run("detect --manifest two.yaml -o json");
  EXPECT_EQ(finished.exit, 3);
  EXPECT_THAT(schema_faults(finished.out), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(finished.out)["nodes"][0]["findings"][0]["code"], "NL1310");
}

TEST_F(Detect, AProbeThatGets401IsAFinding) {
  static_cast<void>(sandbox.write("loop.yaml", golden_manifest("kubeadm-1.35-repairs-a-probe-loop")));
  Finished finished = sandbox.run("detect --manifest loop.yaml");
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("gets 401: the kubelet kills this API"));
  EXPECT_THAT(finished.out, HasSubstr("NL2107"));
}

}  // namespace
}  // namespace nightlatch::cli
