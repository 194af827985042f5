#include "plan/restart_inputs.hpp"

#include <gmock/gmock.h>

#include "certificate.hpp"
#include "cluster.hpp"
#include "plan/errors.hpp"

namespace nightlatch::plan {

namespace {

namespace codes = plan_errors;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t now = 1893456000;  // 2030-01-01T00:00:00Z
constexpr std::int64_t day = std::int64_t{24} * 60 * 60;
constexpr const char* pki = "/etc/kubernetes/pki/";

class RestartInputs : public ::testing::Test {
 protected:
  RestartInputs() { node.clock = now; }
  [[nodiscard]] std::vector<Error> check() const {
    return check_restart_inputs(node, manifest::read_api_server_pod(node.manifest.bytes, "manifest").value());
  }
  void add_certificate(const std::string& name, const std::string& pem) {
    node.certificates.emplace_back().path = pki + name;
    node.certificates.back().bytes = pem;
  }
  facts::NodeFacts node = healthy_node(1);
};

TEST_F(RestartInputs, AKubeadmNodeStartsAgain) {
  add_certificate("apiserver.crt", certificate_until(now + 8 * day));
  node.missing_paths = {"/livez", "/readyz",
                        "/usr/share/ca-certificates"};  // paths of HTTP; DirectoryOrCreate
  EXPECT_THAT(check(), IsEmpty());
}

TEST_F(RestartInputs, AFileThatAFlagNamesIsMissing) {
  node.missing_paths = {"/etc/kubernetes/pki/sa.key"};
  std::vector<Error> refusals = check();
  ASSERT_THAT(codes_of(refusals), ElementsAre(codes::input_missing.number));
  EXPECT_EQ(
      refusals[0].message,
      "cp1: /etc/kubernetes/pki/sa.key does not exist, and --service-account-signing-key-file names it");
}

TEST_F(RestartInputs, AHostPathThatTheKubeletChecksIsMissing) {
  set_manifest(node, replaced(node.manifest.bytes, "path: /etc/ssl/certs\n      type: DirectoryOrCreate",
                              "path: /etc/ssl/certs\n      type: Directory"));
  node.missing_paths = {"/etc/ssl/certs"};
  std::vector<Error> refusals = check();
  ASSERT_THAT(codes_of(refusals), ElementsAre(codes::input_missing.number));
  EXPECT_THAT(refusals[0].message,
              HasSubstr("/etc/ssl/certs does not exist, and the volume ca-certs needs a Directory there"));
}

TEST_F(RestartInputs, ACertificateThatEndsWithinAWeek) {
  add_certificate("apiserver.crt", certificate_until(now + 7 * day));
  add_certificate("apiserver-kubelet-client.crt", certificate_until(now - day));
  std::vector<Error> refusals = check();
  ASSERT_THAT(codes_of(refusals),
              ElementsAre(codes::certificate_ends.number, codes::certificate_ends.number));
  EXPECT_EQ(refusals[0].message,
            "cp1: /etc/kubernetes/pki/apiserver-kubelet-client.crt (--kubelet-client-certificate) expired on "
            "2029-12-31 00:00 UTC");
  EXPECT_THAT(refusals[1].message, HasSubstr("apiserver.crt (--tls-cert-file) expires on 2030-01-08"));
}

// After a rotation the old authority stays in the bundle for a while.
TEST_F(RestartInputs, ABundleServesAsLongAsItsLastAuthority) {
  add_certificate("ca.crt", certificate_until(now - day) + certificate_until(now + 100 * day));
  EXPECT_THAT(check(), IsEmpty());
  node.certificates.clear();
  add_certificate("apiserver.crt", certificate_until(now - day) + certificate_until(now + 100 * day));
  EXPECT_THAT(codes_of(check()), ElementsAre(codes::certificate_ends.number));
}

TEST_F(RestartInputs, WhatLiesElsewhereOnTheNodeIsNotJudged) {
  node.missing_paths = {"/etc/kubernetes/pki/sa.key"};
  set_manifest(node, replaced(node.manifest.bytes, "path: /etc/kubernetes/pki\n", "path: /srv/pki\n"));
  EXPECT_THAT(check(), IsEmpty());
}

// --- what the next start would read ---

class InputContent : public RestartInputs {
 protected:
  InputContent() { node.process_began = now - day; }
  [[nodiscard]] InputFindings content(const std::vector<std::string>& accepted = {}) const {
    return check_input_content(node, manifest::read_api_server_pod(node.manifest.bytes, "manifest").value(),
                               accepted);
  }
  facts::InputFile& add(const std::string& path, std::vector<std::string> pem,
                        std::int64_t changed = now - 2 * day) {
    node.inputs.push_back({path, changed, std::move(pem), {}});
    return node.inputs.back();
  }
  // A flag whose file lies in a directory that the pod mounts.
  void add_flag(const std::string& flag) {
    set_manifest(node, replaced(node.manifest.bytes, "    - --allow-privileged=true\n",
                                "    - --allow-privileged=true\n    - --" + flag + "\n"));
  }
};

TEST_F(InputContent, WholeFilesThatAreOlderThanTheProcess) {
  add("/etc/kubernetes/pki/sa.pub", {"PUBLIC KEY"});
  add("/etc/kubernetes/pki/sa.key", {"RSA PRIVATE KEY"});
  add("/etc/kubernetes/pki/apiserver.key", {"EC PARAMETERS", "EC PRIVATE KEY"});
  add("/etc/kubernetes/pki/ca.crt", {"CERTIFICATE", "CERTIFICATE"});
  EXPECT_THAT(content().refusals, IsEmpty());
}

TEST_F(InputContent, ADamagedFileIsRefusedByItsNameAndFlag) {
  add("/etc/kubernetes/pki/sa.pub", {"broken"});
  add("/etc/kubernetes/pki/sa.key", {"PUBLIC KEY"});
  add("/etc/kubernetes/pki/ca.crt", {});
  std::vector<Error> refusals = content().refusals;
  ASSERT_THAT(codes_of(refusals), ElementsAre(codes::input_broken.number, codes::input_broken.number,
                                              codes::input_broken.number));
  EXPECT_EQ(refusals[0].message,
            "cp1: /etc/kubernetes/pki/ca.crt (--client-ca-file) holds no PEM block of a certificate");
  EXPECT_EQ(
      refusals[1].message,
      "cp1: /etc/kubernetes/pki/sa.pub (--service-account-key-file) holds a PEM block that is not whole");
  EXPECT_EQ(
      refusals[2].message,
      "cp1: /etc/kubernetes/pki/sa.key (--service-account-signing-key-file) holds no PEM block of a private "
      "key");
  EXPECT_THAT(refusals[1].next, HasSubstr("plan again with --accept-input /etc/kubernetes/pki/sa.pub"));
}

TEST_F(InputContent, AFileOfYamlMustParse) {
  add_flag("audit-policy-file=/etc/kubernetes/pki/audit.yaml");
  add("/etc/kubernetes/pki/audit.yaml", {}).yaml = "kind: Policy\nrules: [\n";
  std::vector<Error> refusals = content().refusals;
  ASSERT_THAT(codes_of(refusals), ElementsAre(codes::input_broken.number));
  EXPECT_THAT(refusals[0].message,
              HasSubstr("cp1: /etc/kubernetes/pki/audit.yaml (--audit-policy-file) is not YAML: "));
  node.inputs[0].yaml = "kind: Policy\nrules: []\n";
  EXPECT_THAT(content().refusals, IsEmpty());
  node.inputs[0].yaml = "nothing\n";
  EXPECT_THAT(content().refusals.at(0).message, HasSubstr("holds no object"));
}

TEST_F(InputContent, OnlyWhatARunningServerDoesNotReadAgainMustBeOlder) {
  add("/etc/kubernetes/pki/apiserver.crt", {"CERTIFICATE"}, now - 60);  // kubeadm certs renew
  EXPECT_THAT(content().refusals, IsEmpty());
  add("/etc/kubernetes/pki/sa.pub", {"PUBLIC KEY"}, now - 60);
  std::vector<Error> refusals = content().refusals;
  ASSERT_THAT(codes_of(refusals), ElementsAre(codes::input_changed.number));
  EXPECT_EQ(
      refusals[0].message,
      "cp1: /etc/kubernetes/pki/sa.pub (--service-account-key-file) was changed or moved at 2029-12-31 "
      "23:59:00 UTC, "
      "after the kube-apiserver that runs had started (2029-12-31 00:00:00 UTC): a restart would be the "
      "first "
      "to read it");
  EXPECT_EQ(refusals[0].next,
            "look at the file on cp1, then plan again with --accept-input /etc/kubernetes/pki/sa.pub");
  node.process_began = 0;
  EXPECT_THAT(content().refusals, IsEmpty()) << "nothing runs, so nothing can be lost";
}

TEST_F(InputContent, AnEncryptionConfigurationThatIsReloadedMayBeNewer) {
  add_flag("encryption-provider-config=/etc/kubernetes/pki/enc.yaml");
  add("/etc/kubernetes/pki/enc.yaml", {}, now - 60);
  EXPECT_THAT(codes_of(content().refusals), ElementsAre(codes::input_changed.number));
  add_flag("encryption-provider-config-automatic-reload=true");
  EXPECT_THAT(content().refusals, IsEmpty());
}

TEST_F(InputContent, WhatWasAcceptedIsInThePlan) {
  PlanRequest request = healthy_request();
  for (facts::NodeFacts& one : request.facts.nodes) {
    one.process_began = now - day;
    one.inputs.push_back({"/etc/kubernetes/pki/sa.pub", now, {"PUBLIC KEY"}, {}});
  }
  EXPECT_THAT(codes_of(make_plan(request).refusals), testing::Each(codes::input_changed.number));
  request.accepted.inputs = {"/etc/kubernetes/pki/sa.pub", "/etc/kubernetes/pki/sa.key"};
  PlanOutcome outcome = make_plan(request);
  ASSERT_TRUE(outcome.plan);
  EXPECT_THAT(outcome.plan->accepted.inputs, ElementsAre("/etc/kubernetes/pki/sa.pub"));
  auto read = from_json(to_json(*outcome.plan), "plan.json");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->accepted.inputs, outcome.plan->accepted.inputs);
}

TEST_F(RestartInputs, ThePlanIsRefused) {
  PlanRequest request = healthy_request();
  request.facts.nodes[1].missing_paths = {"/etc/kubernetes/pki/apiserver.key"};
  PlanOutcome outcome = make_plan(request);
  EXPECT_FALSE(outcome.plan);
  EXPECT_THAT(codes_of(outcome.refusals), ElementsAre(codes::input_missing.number));
}

}  // namespace

}  // namespace nightlatch::plan
