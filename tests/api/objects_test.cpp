#include "api/objects.hpp"

#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/errors.hpp"
#include "api/tls_server.hpp"
#include "util/certificate.hpp"
#include "util/hash.hpp"

namespace nightlatch::api {
namespace {

using ::testing::HasSubstr;

constexpr const char* nodes_path = "/api/v1/nodes?labelSelector=node-role.kubernetes.io%2Fcontrol-plane";
constexpr const char* config_path = "/api/v1/namespaces/kube-system/configmaps/kubeadm-config";

class Objects : public ::testing::Test {
 protected:
  void SetUp() override {
    answers_["/api/v1/namespaces/kube-system"] = {200, R"({"metadata":{"uid":"6f1d"}})", false};
    answers_["/version"] = {200, R"({"gitVersion":"v1.34.4"})", false};
    answers_[nodes_path] = {200, R"({"items":[
      {"metadata":{"name":"cp2"},"status":{"addresses":[{"type":"Hostname","address":"cp2"},
        {"type":"InternalIP","address":"10.0.0.12"},{"type":"InternalIP","address":"fd00::2"}],
        "nodeInfo":{"machineID":"m2"},"conditions":[{"type":"Ready","status":"Unknown"}]}},
      {"metadata":{"name":"cp1"},"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.11"}],
        "nodeInfo":{"machineID":"m1"},"conditions":[{"type":"MemoryPressure","status":"False"},
        {"type":"Ready","status":"True"}]}}]})",
                            false};
    answers_[config_path] = {200, R"({"data":{"ClusterConfiguration":"apiServer: {}\n"}})", false};
  }

  Kubeconfig kubeconfig() const {
    Kubeconfig out;
    out.context = "admin";
    out.server = "https://127.0.0.1:" + std::to_string(server_.port());
    out.ca = ca_.pem();
    out.credentials.token = "t";
    return out;
  }

  std::map<std::string, test::Reply> answers_;
  test::TestCa ca_{"cluster"};
  test::TlsServer server_{ca_.issue("kube-apiserver", "IP:127.0.0.1"), {}, [this](const test::Heard& heard) {
                            auto found = answers_.find(heard.target);
                            return found == answers_.end() ? test::Reply{404, "{}", false} : found->second;
                          }};
};

TEST_F(Objects, TheLockOfKuredIsReadInBothShapes) {
  auto locked = [&](const char* name_space, const std::string& lock) {
    std::string body =
        fmt::format(R"({{"metadata":{{"annotations":{{"weave.works/kured-node-lock":{:?}}}}}}})", lock);
    answers_[fmt::format("/apis/apps/v1/namespaces/{}/daemonsets/kured", name_space)] = {200, body, false};
    return read_api_facts(kubeconfig(), "nightlatch/0.1")->kured_lock;
  };
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(read_api_facts(kubeconfig(), "nightlatch/0.1")->kured_lock, IsEmpty()) << "there is no kured";
  EXPECT_THAT(locked("kube-system", R"({"nodeID":"cp2","metadata":{"unschedulable":false},"TTL":0})"),
              ElementsAre("cp2"));
  EXPECT_THAT(locked("kured", R"({"maxOwners":2,"locks":[{"nodeID":"w1"},{"nodeID":"cp3"}]})"),
              ElementsAre("cp2", "w1", "cp3"));
  EXPECT_THAT(locked("kube-system", "not JSON"), ElementsAre("w1", "cp3"));
  EXPECT_THAT(locked("kured", "[]"), IsEmpty());
  answers_["/apis/apps/v1/namespaces/kured/daemonsets/kured"] = {403, "{}", false};
  EXPECT_THAT(read_api_facts(kubeconfig(), "nightlatch/0.1")->kured_lock, IsEmpty()) << "it may not be read";
}

TEST_F(Objects, FactsAreReadFromTheApi) {
  auto facts = read_api_facts(kubeconfig(), "nightlatch/0.1 run/r1");
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->endpoint, kubeconfig().server);
  EXPECT_EQ(facts->kube_system_uid, "6f1d");
  EXPECT_EQ(facts->ca, certificates_in(ca_.pem()));
  EXPECT_EQ(facts->ca.size(), 1U);
  EXPECT_EQ(facts->server_version, "v1.34.4");
  ASSERT_EQ(facts->control_plane.size(), 2U);
  EXPECT_EQ(facts->control_plane[0].name, "cp1");
  EXPECT_EQ(facts->control_plane[0].internal_ip, "10.0.0.11");
  EXPECT_EQ(facts->control_plane[0].machine_id, "m1");
  EXPECT_TRUE(facts->control_plane[0].ready);
  EXPECT_EQ(facts->control_plane[1].internal_ip, "10.0.0.12");
  EXPECT_FALSE(facts->control_plane[1].ready);
  EXPECT_EQ(facts->kubeadm_config, "apiServer: {}\n");
  EXPECT_EQ(facts->kubeadm_config_sha256, sha256_hex("apiServer: {}\n"));
  for (const test::Heard& heard : server_.heard()) {
    EXPECT_EQ(heard.method, "GET");
    EXPECT_THAT(heard.head, HasSubstr("User-Agent: nightlatch/0.1 run/r1\r\n"));
  }
}

TEST_F(Objects, AClusterWithoutKubeadmsConfigMapIsNoError) {
  answers_.erase(config_path);
  auto facts = read_api_facts(kubeconfig(), "t");
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->kubeadm_config, "");
  EXPECT_EQ(facts->kubeadm_config_sha256, "");
}

TEST_F(Objects, ADenialIsNoMissingConfigMap) {
  answers_[config_path] = {403, R"({"message":"configmaps \"kubeadm-config\" is forbidden"})", false};
  auto facts = read_api_facts(kubeconfig(), "t");
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code.number, api_errors::denied.number);
  EXPECT_EQ(facts.error().code.exit, Exit::coverage);
  EXPECT_THAT(facts.error().message, HasSubstr("answered with 403 for the context \"admin\""));
  EXPECT_THAT(facts.error().details.at(0), HasSubstr("is forbidden"));
}

TEST_F(Objects, AnswersThatCannotBeUnderstoodAreErrors) {
  const std::vector<std::pair<std::string, test::Reply>> cases = {
      {"/version", {200, "<html>", false}},
      {"/version", {200, "[]", false}},
      {"/version", {200, R"({"gitVersion":7})", false}},
      {"/version", {500, "{}", false}},
      {"/api/v1/namespaces/kube-system", {200, R"({"metadata":[]})", false}},
      {"/api/v1/namespaces/kube-system", {404, "{}", false}},
      {nodes_path, {200, "{}", false}},
      {nodes_path, {200, R"({"items":[1]})", false}},
      {nodes_path, {200, R"({"items":[{"status":7}]})", false}},
      {nodes_path, {200, R"({"items":[{"metadata":{"name":"x"},"status":{"addresses":[1]}},"x"]})", false}},
  };
  for (const auto& [path, reply] : cases) {
    SetUp();
    answers_[path] = reply;
    auto facts = read_api_facts(kubeconfig(), "t");
    ASSERT_FALSE(facts) << path << reply.body;
    EXPECT_EQ(facts.error().code.number, api_errors::answer_unexpected.number) << path << reply.body;
  }
}

TEST_F(Objects, AnUnreachableApiIsCoverage) {
  Kubeconfig gone = kubeconfig();
  gone.server = "https://127.0.0.1:1";
  auto facts = read_api_facts(gone, "t");
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code.exit, Exit::coverage);
}

// --- between two nodes ---

constexpr const char* leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/";

TEST_F(Objects, ALookSeesNodesAndTheLeasesThatAreThere) {
  answers_[std::string(leases) + "kube-scheduler"] = {
      200, R"({"spec":{"holderIdentity":"cp2_9a","renewTime":"2026-11-22T01:14:05.000001Z"}})", false};
  facts::ClusterSight sight = look_at_cluster(kubeconfig(), "nightlatch/0.1 run/r1");
  EXPECT_EQ(sight.nodes_unknown + sight.leases_unknown, "");
  ASSERT_EQ(sight.control_plane.size(), 2U);
  EXPECT_TRUE(sight.control_plane[0].ready);
  EXPECT_FALSE(sight.control_plane[1].ready);
  ASSERT_EQ(sight.leases.size(), 1U);
  EXPECT_EQ(sight.leases[0].name, "kube-scheduler");
  EXPECT_EQ(sight.leases[0].holder, "cp2_9a");
  EXPECT_EQ(sight.leases[0].renewal, "2026-11-22T01:14:05.000001Z");
  for (const test::Heard& heard : server_.heard())
    EXPECT_THAT(heard.head, HasSubstr("User-Agent: nightlatch/0.1 run/r1\r\n"));
}

TEST_F(Objects, ALeaseThatMayNotBeReadIsUnknownAndNotMissing) {
  answers_[std::string(leases) + "kube-controller-manager"] = {403, "{}", false};
  facts::ClusterSight sight = look_at_cluster(kubeconfig(), "t");
  EXPECT_EQ(sight.nodes_unknown, "");
  EXPECT_THAT(sight.leases_unknown, HasSubstr("kube-controller-manager was answered with 403"));
}

TEST_F(Objects, NodesThatMayNotBeReadAreUnknownAndTheLeasesAreStillRead) {
  answers_[nodes_path] = {403, "{}", false};
  answers_[std::string(leases) + "kube-scheduler"] = {200, R"({"spec":{}})", false};
  facts::ClusterSight sight = look_at_cluster(kubeconfig(), "t");
  EXPECT_THAT(sight.nodes_unknown, HasSubstr("403"));
  EXPECT_EQ(sight.leases_unknown, "");
  EXPECT_EQ(sight.leases.size(), 1U);
}

TEST_F(Objects, ALookAtNobodyIsUnknown) {
  Kubeconfig gone = kubeconfig();
  gone.server = "https://127.0.0.1:1";
  facts::ClusterSight sight = look_at_cluster(gone, "t");
  EXPECT_NE(sight.nodes_unknown, "");
  EXPECT_EQ(sight.leases_unknown, sight.nodes_unknown);
}

TEST_F(Objects, EtcdsQuorumIsAskedForAndItsSilenceIsNoError) {
  EXPECT_EQ(read_api_facts(kubeconfig(), "t")->etcd_status, 404);
  answers_["/readyz/etcd"] = {200, "ok", false};
  EXPECT_EQ(read_api_facts(kubeconfig(), "t")->etcd_status, 200);
  answers_["/readyz/etcd"] = {500, "etcd failed", false};
  EXPECT_EQ(read_api_facts(kubeconfig(), "t")->etcd_status, 500);
}

TEST_F(Objects, ANodeWhoseReadyConditionIsAsOldAsItselfWasNeverReady) {
  struct Row {
    const char* status;
    const char* changed;
    bool never_ready;
  };
  for (Row row : {Row{"False", "2026-11-22T01:14:07Z", true}, Row{"False", "2026-11-22T01:14:04Z", true},
                  Row{"False", "2026-11-22T01:15:05Z", false}, Row{"Unknown", "2026-12-01T00:00:00Z", false},
                  Row{"True", "2026-11-22T01:14:05Z", false}, Row{"False", "", false}}) {
    answers_[nodes_path] = {
        200,
        fmt::format(R"({{"items":[{{"metadata":{{"name":"cp1","creationTimestamp":"2026-11-22T01:14:05Z"}},
          "status":{{"conditions":[{{"type":"Ready","status":"{}","lastTransitionTime":"{}"}}]}}}}]}})",
                    row.status, row.changed),
        false};
    auto sight = look_at_cluster(kubeconfig(), "t");
    ASSERT_EQ(sight.control_plane.size(), 1U) << row.changed;
    EXPECT_EQ(sight.control_plane[0].never_ready, row.never_ready) << row.status << " " << row.changed;
  }
}

TEST_F(Objects, ReadyzGivesTheStatus) {
  answers_["/readyz"] = {500, "etcd failed", false};
  auto status = readyz(kubeconfig(), "t");
  ASSERT_TRUE(status);
  EXPECT_EQ(*status, 500);
}

}  // namespace
}  // namespace nightlatch::api
