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

TEST_F(RestartInputs, ThePlanIsRefused) {
  PlanRequest request = healthy_request();
  request.facts.nodes[1].missing_paths = {"/etc/kubernetes/pki/apiserver.key"};
  PlanOutcome outcome = make_plan(request);
  EXPECT_FALSE(outcome.plan);
  EXPECT_THAT(codes_of(outcome.refusals), ElementsAre(codes::input_missing.number));
}

}  // namespace

}  // namespace nightlatch::plan
