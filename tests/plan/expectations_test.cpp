#include "plan/expectations.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"

namespace nightlatch::plan {
namespace {

using access::ExposureState;
using facts::Credentials;
using facts::Purpose;

const std::vector<std::string> health{"/healthz", "/livez", "/readyz"};

manifest::ApiServerPod pod() {
  return manifest::read_api_server_pod(kubeadm_manifest(), "manifest").value();
}

// "GET /livez none kubelet_probe 200"
std::vector<std::string> told(const std::vector<facts::Expectation>& gates) {
  std::vector<std::string> lines;
  for (const facts::Expectation& gate : gates) {
    lines.push_back(fmt::format("{} {} {}", gate.credentials == Credentials::admin ? "admin" : "none",
                                gate.path, gate.expected.at(0)));
  }
  return lines;
}

TEST(Gates, OfARestrictedApiServerAskHealthReadinessAndWhatIsShut) {
  EXPECT_THAT(told(gates_for({ExposureState::restricted, health, ""}, pod())),
              testing::UnorderedElementsAre("none /livez 200", "none /readyz 200", "none /healthz 200",
                                            "admin /readyz 200", "none /version 401", "none /api 401",
                                            "none /apis 401", "none /api/v1/pods?limit=1 401"));
}

TEST(Gates, AProbesPathIsAskedOnceAndAsAProbe) {
  for (const facts::Expectation& gate : gates_for({ExposureState::restricted, health, ""}, pod())) {
    if (gate.path == "/livez") {
      EXPECT_EQ(gate.purpose, Purpose::kubelet_probe);
    }
    if (gate.path == "/healthz") {
      EXPECT_EQ(gate.purpose, Purpose::stays_open);
    }
  }
}

TEST(Gates, APathThatThePlanOpensIsNotAmongThoseThatMustBeShut) {
  std::vector<std::string> paths{"/healthz", "/livez", "/readyz", "/version"};
  EXPECT_THAT(told(gates_for({ExposureState::restricted, paths, ""}, pod())),
              testing::Not(testing::Contains("none /version 401")));
}

TEST(Gates, OfAnOpenApiServerShutNothing) {
  for (const facts::Expectation& gate : gates_for({ExposureState::open, {}, ""}, pod())) {
    EXPECT_NE(gate.purpose, Purpose::must_be_closed);
  }
}

TEST(Gates, OfAClosedApiServerWithAnonymousProbesExpectTheProbes401) {  // S13: after a rollback
  EXPECT_THAT(told(gates_for({ExposureState::closed, {}, ""}, pod())),
              testing::IsSupersetOf({"none /livez 401", "none /readyz 401", "admin /readyz 200"}));
}

TEST(Gates, ProbesThatAreNotAnonymousHttpOnTheSecurePortAreNotReplayed) {
  manifest::ApiServerPod tcp = pod();
  for (manifest::Probe& probe : tcp.probes) probe.kind = manifest::ProbeKind::tcp_socket;
  tcp.probes[0].kind = manifest::ProbeKind::http_get;
  tcp.probes[0].credentials = manifest::ProbeCredentials::token;
  for (const facts::Expectation& gate : gates_for({ExposureState::closed, {}, ""}, tcp)) {
    EXPECT_NE(gate.purpose, Purpose::kubelet_probe) << gate.path;
  }
}

TEST(ApiAddress, IsTheProbesHostElseTheAdvertisedAddressElseTheNode) {
  manifest::ApiServerPod one = pod();
  for (manifest::Probe& probe : one.probes) probe.host = "10.9.9.9";
  EXPECT_EQ(api_address(one, "node").host, "10.9.9.9");
  for (manifest::Probe& probe : one.probes) probe.host.clear();
  EXPECT_EQ(api_address(one, "node").host, "10.77.0.12");
  std::erase_if(one.flags, [](const manifest::Flag& flag) { return flag.name == "advertise-address"; });
  EXPECT_EQ(api_address(one, "node").host, "node");
  EXPECT_EQ(api_address(one, "node").port, 6443);
}

TEST(ApiAddress, FollowsTheSecurePort) {
  std::string bytes = replaced(kubeadm_manifest(), "--secure-port=6443", "--secure-port=8443");
  bytes = replaced(bytes, "containerPort: 6443", "containerPort: 8443");
  auto moved = manifest::read_api_server_pod(bytes, "manifest");
  ASSERT_TRUE(moved);
  EXPECT_EQ(api_address(*moved, "node").port, 8443);
}

TEST(LoadedConfigQuestion, IsAskedWhereAnApiServerTellsIt) {
  NodePlan node;
  ManifestChange change;
  change.config_sha256 = std::string(64, 'a');
  for (const char* version : {"1.34.0", "1.34.4", "1.36.3"}) {
    node.version = version;
    auto question = loaded_config_question(node, change);
    ASSERT_TRUE(question) << version;
    EXPECT_EQ(question->path, "/metrics");
    EXPECT_EQ(question->credentials, facts::Credentials::admin);
  }
  for (const char* version : {"1.33.9", "1.31.0", ""}) {
    node.version = version;
    EXPECT_FALSE(loaded_config_question(node, change)) << version;
  }
  node.version = "1.34.4";
  change.config_sha256.clear();
  EXPECT_FALSE(loaded_config_question(node, change)) << "no file was placed";
}

TEST(PromisesMetrics, OnlyWhereThePlanNamesThePath) {
  NodePlan node;
  for (ExposureState state : {ExposureState::open, ExposureState::closed, ExposureState::unknown}) {
    node.after = {state, {}, ""};
    EXPECT_FALSE(promises_metrics(node)) << access::name(state);
  }
  node.after = {ExposureState::restricted, {"/healthz", "/livez", "/readyz"}, ""};
  EXPECT_FALSE(promises_metrics(node));
  node.after.paths.emplace_back("/metrics");
  EXPECT_TRUE(promises_metrics(node));
}

}  // namespace
}  // namespace nightlatch::plan
