#include "plan/detection.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "places.hpp"
#include "plan/detect_errors.hpp"
#include "util/file.hpp"

namespace nightlatch::plan {
namespace {

namespace codes = plan_detect_errors;
using access::ExposureState;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string manifest_of(const std::string& golden) {
  return read_file(golden_directory() / "rewrite" / golden / "input.yaml").value();
}

NodeDetection detect_golden(const std::string& golden) {
  std::string bytes = manifest_of(golden);
  return detect(ManifestToJudge{"cp1", bytes, "kube-apiserver.yaml", {}, {}});
}

facts::NodeFacts node_with(const std::string& bytes) {
  facts::NodeFacts facts;
  facts.name = "cp1";
  facts.host = "10.0.0.11";
  facts.static_pod_path = "/etc/kubernetes/manifests";
  facts.manifest_path = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  facts.manifest.bytes = bytes;
  return facts;
}

TEST(Detect, AKubeadmManifestIsOpen) {
  NodeDetection node = detect_golden("kubeadm-1.34");
  EXPECT_EQ(node.exposure.state, ExposureState::open);
  EXPECT_EQ(node.owner, "kubeadm");
  EXPECT_EQ(node.anonymous_auth, "unset (on)");
  EXPECT_EQ(node.config_path, "");
  EXPECT_THAT(node.version, HasSubstr("1.34"));
  EXPECT_THAT(node.findings, IsEmpty());
}

TEST(Detect, AFileThatTheServerRefusesIsNamedWithItsPlaceAndTheServersWords) {
  const std::string golden = "field-one-issuer-twice-is-refused";
  std::string bytes = manifest_of(golden);
  std::string config = read_file(golden_directory() / "rewrite" / golden / "config.yaml").value();
  NodeDetection node = detect(ManifestToJudge{"cp1", bytes, "kube-apiserver.yaml", config, {}});
  EXPECT_EQ(node.exposure.state, ExposureState::will_not_start);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_EQ(node.findings[0].code.number, codes::will_not_start.number);
  EXPECT_EQ(node.findings[0].message,
            "cp1: /etc/kubernetes/pki/authn.yaml:6:17: jwt[1].issuer.url: Duplicate value: "
            "\"https://login.example.com/\"");
}

TEST(Detect, FlagsThatTheServerRefusesAreNamed) {
  NodeDetection node = detect_golden("field-oidc-issuer-of-service-accounts-is-refused");
  EXPECT_EQ(node.exposure.state, ExposureState::will_not_start);
  EXPECT_EQ(node.exposure.refusal,
            "issuer.url: Invalid value: \"https://oidc.example.org\": URL must not overlap with disallowed "
            "issuers: [https://oidc.example.org]");
  EXPECT_EQ(detect_golden("field-empty-username-claim-is-refused").exposure.refusal,
            "jwt[0].claimMappings.username: Required value: claim or expression is required");
}

TEST(Detect, AnExpressionIsLeftToTheServer) {
  std::string bytes = manifest_of("field-one-issuer-twice-is-refused");
  const std::string config =
      "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt:\n"
      "- issuer: {url: \"https://id\", audiences: [a]}\n  claimMappings:\n    username:\n"
      "      expression: claims.(sub\n";
  NodeDetection node = detect(ManifestToJudge{"cp1", bytes, "kube-apiserver.yaml", config, {}});
  EXPECT_EQ(node.exposure.state, ExposureState::open);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_EQ(node.findings[0].code.number, codes::expression_unjudged.number);
  EXPECT_EQ(
      node.findings[0].message,
      "cp1: /etc/kubernetes/pki/authn.yaml:7:19: jwt[0].claimMappings.username.expression is CEL, which "
      "only kube-apiserver judges");
}

TEST(Detect, WithoutAVersionItIsUnknownAndSaysWhatToGive) {
  NodeDetection node = detect_golden("kubeadm-no-image-tag-is-refused");
  EXPECT_EQ(node.exposure.state, ExposureState::unknown);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_EQ(node.findings[0].code.number, codes::not_judged.number);
  EXPECT_EQ(node.findings[0].next, "give the version: --kubernetes-version 1.34.4");
}

TEST(Detect, AConfigFileThatIsNotAtHandIsUnknownNeverOpen) {
  NodeDetection node = detect_golden("config-not-at-hand-is-refused");
  EXPECT_EQ(node.exposure.state, ExposureState::unknown);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_THAT(node.findings[0].next,
              testing::MatchesRegex("give the node's file /.*: --authentication-config FILE"));
}

TEST(Detect, AConfigurationThatStopsTheServerIsAFinding) {
  std::string bytes = manifest_of("kubeadm-1.34");
  std::size_t at = bytes.find("    - --allow-privileged");
  bytes.insert(at, "    - --anonymous-auth=perhaps\n");
  NodeDetection node = detect(ManifestToJudge{"cp1", bytes, "kube-apiserver.yaml", {}, {}});
  EXPECT_EQ(node.exposure.state, ExposureState::will_not_start);
  EXPECT_THAT(node.findings, SizeIs(testing::Ge(1)));
}

TEST(Detect, FlagAndFileTogetherWillNotStart) {
  std::string bytes = manifest_of("kubeadm-1.34");
  std::size_t at = bytes.find("    - --allow-privileged");
  bytes.insert(at, "    - --anonymous-auth=false\n    - --authentication-config=/etc/kubernetes/a.yaml\n");
  std::string config =
      "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\nanonymous:\n  "
      "enabled: true\n"
      "  conditions:\n  - path: /livez\n";
  NodeDetection node = detect(ManifestToJudge{"cp1", bytes, "kube-apiserver.yaml", config, {}});
  EXPECT_EQ(node.exposure.state, ExposureState::will_not_start);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_EQ(node.findings[0].code.number, codes::will_not_start.number);
}

// 1.32.0 to 1.32.2 overlook the flag, so that the next patch upgrade is the one that fails (#130332).
TEST(Detect, AConflictThatSleepsUntilTheNextUpgradeIsAFinding) {
  std::string bytes = manifest_of("kubeadm-1.32.1-silent-conflict");
  std::string config =
      "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\nanonymous:\n  "
      "enabled: true\n  conditions:\n  - path: /livez\n  - path: /readyz\n";
  NodeDetection node = detect(ManifestToJudge{"cp1", bytes, "kube-apiserver.yaml", config, {}});
  EXPECT_EQ(node.exposure.state, ExposureState::restricted);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_EQ(node.findings[0].code.number, codes::upgrade_stops.number);
  EXPECT_EQ(
      node.findings[0].message,
      "cp1: kube-apiserver 1.32.1 starts with these settings, 1.32.3 would not: --anonymous-auth cannot be "
      "set when the configuration file has an anonymous section");
  EXPECT_THAT(node.findings[0].details,
              testing::ElementsAre(HasSubstr("it would log: anonymous: Forbidden: ")));
}

TEST(Detect, AGateThatMustGoBefore137IsAFinding) {
  std::string bytes = manifest_of("kubeadm-1.34");
  bytes.insert(bytes.find("    - --allow-privileged"),
               "    - --feature-gates=AnonymousAuthConfigurableEndpoints=true\n");
  NodeDetection node = detect(ManifestToJudge{"cp1", bytes, "kube-apiserver.yaml", {}, {}});
  EXPECT_EQ(node.exposure.state, ExposureState::open);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_THAT(node.findings[0].message,
              HasSubstr("starts with these settings, 1.37.0 would not: --feature-gates: 1.37 refuses"));
  EXPECT_EQ(node.findings[0].next, "take that gate out of --feature-gates before the upgrade");
}

TEST(Detect, AProbeThatGets401KillsTheServerAgainAndAgain) {
  std::string bytes = manifest_of("kubeadm-1.35-repairs-a-probe-loop");
  facts::NodeFacts facts = node_with(bytes);
  facts.pod.restarts = 214;
  NodeDetection node = detect(facts);
  EXPECT_EQ(node.exposure.state, ExposureState::closed);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_EQ(node.findings[0].code.number, codes::probe_refused.number);
  EXPECT_THAT(node.findings[0].message, HasSubstr("gets 401: the kubelet kills this API server about "));
  EXPECT_THAT(node.findings[0].message, HasSubstr("It has restarted 214 times"));
}

TEST(Detect, ANodeWithoutAManifestCannotBeJudged) {
  facts::NodeFacts facts = node_with("");
  facts.manifest_path.clear();
  NodeDetection node = detect(facts);
  EXPECT_EQ(node.exposure.state, ExposureState::unknown);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_EQ(node.findings[0].code.number, codes::no_manifest.number);
}

TEST(Detect, ASecondManifestAndAWaitingChangeAreFindings) {
  facts::NodeFacts facts = node_with(manifest_of("kubeadm-1.34"));
  facts.other_manifests = {"/etc/kubernetes/manifests/kube-apiserver.yaml.bak"};
  facts.running_argv = {"kube-apiserver", "--anonymous-auth=false"};
  NodeDetection node = detect(facts);
  ASSERT_THAT(node.findings, SizeIs(2));
  EXPECT_EQ(node.findings[0].code.number, codes::second_manifest.number);
  EXPECT_EQ(node.findings[1].code.number, codes::pending_change.number);
}

TEST(Detect, AnAnswerThatContradictsTheManifestIsAFinding) {
  NodeDetection node = detect_golden("kubeadm-1.34");
  std::vector<facts::Seen> asked;
  for (const facts::Expectation& question : detect_questions())
    asked.push_back({question, 401, "cp1", {}, {}});
  compare_answers(node, asked);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_EQ(node.findings[0].code.number, codes::answers_differ.number);
  EXPECT_THAT(
      node.findings[0].message,
      HasSubstr(
          "GET /livez without credentials is answered with 401, but by its manifest this path is open"));
}

TEST(Detect, NoAnswerContradictsNothing) {
  NodeDetection node = detect_golden("kubeadm-1.34");
  std::vector<facts::Seen> asked;
  for (const facts::Expectation& question : detect_questions())
    asked.push_back({question, 0, "cp1", "refused", {}});
  compare_answers(node, asked);
  EXPECT_THAT(node.findings, IsEmpty());
  EXPECT_THAT(node.asked, SizeIs(3));
}

TEST(Detect, TheFewThatDifferFromTheManyAreDrift) {
  std::vector<NodeDetection> nodes(3, detect_golden("kubeadm-1.34"));
  for (std::size_t i = 0; i < 3; ++i) nodes[i].name = "cp" + std::to_string(i + 1);
  EXPECT_THAT(find_drift(nodes), IsEmpty());
  nodes[2].anonymous_auth = "false";
  nodes[2].exposure = {ExposureState::closed, {}, "--anonymous-auth=false"};
  std::vector<Error> found = find_drift(nodes);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].code.number, codes::drift.number);
  EXPECT_EQ(found[0].message, "cp3 differs from cp1 and cp2");
  EXPECT_THAT(found[0].details,
              testing::ElementsAre("exposure: closed on cp3, open on cp1 and cp2",
                                   "--anonymous-auth: false on cp3, unset (on) on cp1 and cp2"));
}

TEST(Detect, APatchOfKubeadmsIsAFinding) {
  facts::NodeFacts facts = node_with(manifest_of("kubeadm-1.34"));
  facts.running_argv.clear();
  facts.kubeadm_patches = {{"/etc/kubernetes/patches/kube-apiserver.yaml", {"anonymous-auth"}}};
  NodeDetection node = detect(facts);
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_EQ(node.findings[0].code.number, codes::kubeadm_patch.number);
  EXPECT_EQ(node.findings[0].message,
            "cp1: /etc/kubernetes/patches/kube-apiserver.yaml names anonymous-auth, and kubeadm applies this "
            "patch to "
            "the manifest that it writes");
}

// The same paths are open, and yet not the same people come in.
TEST(Detect, LoginsThatDifferAreDrift) {
  std::vector<NodeDetection> nodes(3, detect_golden("kubeadm-1.34"));
  for (std::size_t i = 0; i < 3; ++i) nodes[i].name = "cp" + std::to_string(i + 1);
  nodes[0].pod->flags.push_back({"oidc-issuer-url", "https://id.example", 1, 1});
  std::vector<Error> found = find_drift(nodes);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(
      found[0].details,
      testing::ElementsAre("--oidc-*: --oidc-issuer-url=https://id.example on cp1, unset on cp2 and cp3"));
  nodes[0] = nodes[1];
  for (NodeDetection& node : nodes) node.config_sha256 = std::string(64, 'a');
  EXPECT_THAT(find_drift(nodes), IsEmpty());
  nodes[2].config_sha256 = std::string(64, 'b');
  found = find_drift(nodes);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].details,
              testing::ElementsAre(testing::StartsWith("content of that file: sha256:aaaaaaaaaaaa on ")));
}

TEST(Detect, AFileThatTheProcessHasNotLoadedIsAFinding) {
  NodeDetection node = detect_golden("kubeadm-1.34");
  node.name = "cp1";
  compare_loaded(node, "sha256:" + std::string(64, 'b'));
  EXPECT_THAT(node.findings, IsEmpty()) << "no file is named";
  node.config_path = "/etc/a.yaml";
  node.config_sha256 = std::string(64, 'a');
  compare_loaded(node, "");
  compare_loaded(node, "sha256:" + std::string(64, 'a'));
  EXPECT_THAT(node.findings, IsEmpty());
  compare_loaded(node, "sha256:" + std::string(64, 'b'));
  ASSERT_THAT(node.findings, SizeIs(1));
  EXPECT_EQ(node.findings[0].code.number, codes::not_loaded.number);
  EXPECT_EQ(node.findings[0].message,
            "cp1: /etc/a.yaml has the hash sha256:aaaaaaaaaaaa, and kube-apiserver uses sha256:bbbbbbbbbbbb");
}

}  // namespace
}  // namespace nightlatch::plan
