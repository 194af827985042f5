// Files in the shapes of public reports. Manifests and what they name are goldens of tests/golden/rewrite
// (field-*); the files of kubeadm, and the configurations of three guides as printed, lie in
// tests/golden/field.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/detection.hpp"
#include "plan/golden_case.hpp"
#include "plan/kubeadm_config.hpp"
#include "plan/kubeadm_logins.hpp"
#include "plan/rewrite_errors.hpp"

namespace nightlatch::plan {
namespace {

using access::ExposureState;
using testing::HasSubstr;

std::string field(const std::string& name) {
  return slurp(golden_directory() / "field" / name);
}

struct Shape {
  std::string golden;
  int refused_with;  // 0: edited
};

const std::vector<Shape>& manifests() {
  static const std::vector<Shape> all{
      {"field-hand-written-with-one-mark", 0},
      {"field-unquoted-colon-is-refused", 1316},
      {"field-flags-differ-from-the-authenticator-is-refused", 3104},
      {"field-flags-repeat-an-equal-authenticator", 0},
      {"field-authority-that-is-a-path-is-refused", 3109},
      {"field-required-value-that-is-a-bool-is-refused", 3109},
      {"field-misplaced-prefix-is-refused", 3109},
      {"field-one-issuer-twice-is-refused", 3109},
      {"field-service-account-issuer-in-the-file-is-refused", 3109},
      {"field-oidc-issuer-of-service-accounts-is-refused", 1506},
      {"field-empty-username-claim-is-refused", 1506},
      {"field-deckhouse-is-refused", 3113},
      {"field-mirror-pod-is-refused", 1340},
      {"field-volume-without-a-name-is-refused", 1316},
      {"field-always-allow-is-refused", 3105},
      {"field-rke2-with-its-own-file-is-refused", 3113},
      {"field-talos-with-its-own-file-is-refused", 3113},
      {"field-kubespray-with-oidc", 0},
      {"field-kubespray-plain", 0},
      {"field-kubespray-closed-with-tcp-probes", 0},
  };
  return all;
}

TEST(Field, EachManifestIsEditedOrRefusedAsItShould) {
  for (const Shape& shape : manifests()) {
    Case golden = load(shape.golden);
    RewriteOutcome outcome = run(golden, golden.bytes);
    int code = outcome.refusals.empty() ? 0 : outcome.refusals.front().code.number;
    EXPECT_EQ(code, shape.refused_with) << shape.golden;
  }
}

TEST(Field, EveryGoldenOfTheFieldIsNamedHere) {
  std::vector<std::string> named;
  for (const Shape& shape : manifests()) named.push_back(shape.golden);
  for (const std::string& name : case_names()) {
    if (name.starts_with("field-")) {
      EXPECT_THAT(named, testing::Contains(name));
    }
  }
}

NodeDetection judged(const std::string& bytes, std::optional<std::string> config) {
  return detect(
      ManifestToJudge{.name = "m", .bytes = bytes, .file = "m", .config = std::move(config), .version = {}});
}

const std::string& manifest_with_file() {
  static const std::string bytes = slurp(goldens / "field-misplaced-prefix-is-refused" / "input.yaml");
  return bytes;
}

TEST(Field, OneMarkMakesNoOwner) {
  EXPECT_EQ(judged(slurp(goldens / "field-hand-written-with-one-mark" / "input.yaml"), {}).owner, "");
  EXPECT_EQ(judged(slurp(goldens / "kops-is-refused" / "input.yaml"), {}).owner, "kOps");
  EXPECT_EQ(judged(slurp(goldens / "field-deckhouse-is-refused" / "input.yaml"), {}).owner, "Deckhouse");
}

// kube-apiserver closes itself by this mode, and that is no comfort: it is a finding whatever the exposure.
TEST(Field, AlwaysAllowIsClosedAndAFinding) {
  NodeDetection node = judged(slurp(goldens / "field-always-allow-is-refused" / "input.yaml"), {});
  EXPECT_EQ(node.exposure.state, ExposureState::closed);
  ASSERT_FALSE(node.findings.empty());
  EXPECT_EQ(node.findings[0].code.number, 2113);
  EXPECT_THAT(node.findings[0].message, HasSubstr("whoever has any credential may do everything"));
}

// Also where the exposure cannot be judged, and where kube-apiserver would not start.
TEST(Field, AlwaysAllowIsAFindingWhateverTheExposure) {
  auto findings = [](std::string bytes, const std::string& from, const std::string& to) {
    bytes.replace(bytes.find(from), from.size(), to);
    std::vector<int> codes;
    for (const Error& finding : judged(bytes, {}).findings) codes.push_back(finding.code.number);
    return codes;
  };
  const std::string bytes = slurp(goldens / "kubeadm-1.34" / "input.yaml");
  const std::string mode = "--authorization-mode=Node,RBAC";
  std::string open = bytes;
  open.replace(open.find(mode), mode.size(), "--authorization-mode=AlwaysAllow");
  EXPECT_THAT(findings(open, "kube-apiserver:v1.34.4", "kube-apiserver:own"), testing::Contains(2113));
  EXPECT_THAT(findings(open, "    - --secure-port", "    - stray\n    - --secure-port"),
              testing::Contains(2113));
  EXPECT_THAT(findings(bytes, mode, mode), testing::Not(testing::Contains(2113)));
}

// Guide 000 and 003, as printed. 003's `jwt:` is null, which is a list without items.
TEST(Field, ConfigurationsOfGuidesAreJudgedAsPrinted) {
  NodeDetection metrics = judged(manifest_with_file(), field("guide-000.yaml"));
  EXPECT_EQ(metrics.exposure.state, ExposureState::restricted) << metrics.exposure.why;
  EXPECT_EQ(metrics.exposure.paths, (std::vector<std::string>{"/healthz", "/livez", "/metrics", "/readyz"}));
  NodeDetection join = judged(manifest_with_file(), field("guide-003.yaml"));
  EXPECT_EQ(join.exposure.state, ExposureState::restricted) << join.exposure.why;
  EXPECT_EQ(join.exposure.paths,
            (std::vector<std::string>{"/api/v1/namespaces/kube-public/configmaps/cluster-info", "/healthz",
                                      "/livez", "/readyz"}));
}

// Guide 002 prints the file and --anonymous-auth=false beside it.
TEST(Field, TheFlagBesideTheFileOfAGuideStopsTheServer) {
  std::string manifest = manifest_with_file();
  std::string flag = "    - --authentication-config=";
  manifest.insert(manifest.find(flag), "    - --anonymous-auth=false\n");
  NodeDetection node = judged(manifest, field("guide-002.yaml"));
  EXPECT_EQ(node.exposure.state, ExposureState::will_not_start);
  EXPECT_EQ(node.exposure.refusal,
            "anonymous: Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured in "
            "authentication configuration file");
  EXPECT_EQ(judged(manifest_with_file(), field("guide-002.yaml")).exposure.state, ExposureState::restricted);
}

// --- files of kubeadm ------------------------------------------------------------------------------------

Rewrite rewritten(const std::string& golden) {
  Case loaded = load(golden);
  return *run(loaded, loaded.bytes).rewrite;
}

Result<manifest::Edit> persisted(const std::string& name) {
  auto pod = manifest::read_api_server_pod(rewritten("kubeadm-1.34").edit.after, "m");
  return persist(field(name), name, *pod);
}

TEST(Field, OfThreeDocumentsTheClusterConfigurationIsEdited) {
  const std::string before = field("09-kubeadm-init-file-null-args.yaml");
  auto edit = persisted("09-kubeadm-init-file-null-args.yaml");
  ASSERT_TRUE(edit) << edit.error().message;
  EXPECT_THAT(edit->after, HasSubstr("  extraArgs:\n  - name: authentication-config\n    value: "
                                     "/etc/kubernetes/nightlatch/config/authn-"));
  EXPECT_THAT(edit->after, HasSubstr("  extraVolumes:\n  - hostPath: /etc/kubernetes/nightlatch/config\n"));
  std::size_t first = before.find("---\n", 4);
  EXPECT_EQ(edit->after.substr(0, first), before.substr(0, first));
  std::string last = before.substr(before.rfind("---\n"));
  EXPECT_TRUE(edit->after.ends_with(last));
  EXPECT_EQ(manifest::apply(edit->after, manifest::inverse(before, edit->splices)), before);
}

TEST(Field, FlowItemsOfExtraArgsAreKept) {
  auto edit = persisted("51-kubeadm-flow-items.yaml");
  ASSERT_TRUE(edit) << edit.error().message;
  EXPECT_THAT(edit->after,
              HasSubstr("  - {name: profiling, value: \"false\"}\n  - name: authentication-config\n"));
}

TEST(Field, LoginsThatStandOnlyInKubeadmsFileAreShown) {
  const std::string name = "35-kubeadm-oidc-not-on-node.yaml";
  auto refused = check_kubeadm_logins(field(name), name, known_logins(rewritten("kubeadm-1.34")));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, plan_rewrite_errors::kubeadm_logins.number);
  EXPECT_EQ(refused.error().details,
            (std::vector<std::string>{"--oidc-issuer-url=https://new-sso.example.org",
                                      "--oidc-client-id=kubernetes"}));
}

TEST(Field, LoginsThatTheManifestHasAreNotLost) {
  const std::string config =
      "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n";
  Rewrite moves = rewritten("oidc-email-has-no-prefix");
  std::string arguments;
  for (const manifest::Flag& flag : moves.pod.flags_with_prefix("oidc-"))
    arguments += "  - name: " + flag.name + "\n    value: \"" + flag.value.value_or("") + "\"\n";
  EXPECT_TRUE(check_kubeadm_logins(config + arguments, "f", known_logins(moves)));
  std::string other = config + "  - name: oidc-issuer-url\n    value: https://other.example.org\n";
  EXPECT_FALSE(check_kubeadm_logins(other, "f", known_logins(moves)));
  EXPECT_TRUE(check_kubeadm_logins(config + "  - name: oidc-client-id\n    value: alone\n", "f", {}));
  // A run before this one has moved the flags, and left kubeadm-config as it was.
  KnownLogins moved{.flags = {}, .issuers = {"https://other.example.org"}};
  EXPECT_TRUE(check_kubeadm_logins(other, "f", moved));
}

}  // namespace
}  // namespace nightlatch::plan
