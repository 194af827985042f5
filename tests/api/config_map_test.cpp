#include "api/config_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/errors.hpp"
#include "api/tls_server.hpp"

namespace nightlatch::api {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

// An API server that knows kubeadm-config and merge patches.
class ConfigMap : public ::testing::Test {
 protected:
  ConfigMap() {
    kubeconfig.context = "admin";
    kubeconfig.server = "https://127.0.0.1:" + std::to_string(server_.port());
    kubeconfig.ca = ca_.pem();
    kubeconfig.credentials.token = "t";
  }

  test::Reply answer(const test::Heard& heard) {
    if (refuse_with != 0) return {refuse_with, R"({"message":"configmaps is forbidden"})", false};
    if (object.is_null() || heard.target != "/api/v1/namespaces/kube-system/configmaps/kubeadm-config")
      return {404, "{}", false};
    if (heard.method == "PATCH") {
      Json patch = Json::parse(heard.body);
      if (patch["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"])
        return {409, R"({"message":"the object has been modified"})", false};
      object.merge_patch(patch);
      object["metadata"]["resourceVersion"] = "8";
    }
    return {200, object.dump(), false};
  }

  int refuse_with = 0;
  Json object = {{"metadata", {{"resourceVersion", "7"}, {"labels", {{"a", "b"}}}}},
                 {"data", {{"ClusterConfiguration", "apiServer: {}\n"}, {"other", "stays"}}}};
  Kubeconfig kubeconfig;

  test::TestCa ca_{"cluster"};
  test::TlsServer server_{ca_.issue("kube-apiserver", "IP:127.0.0.1"),
                          {},
                          [this](const test::Heard& heard) { return answer(heard); }};
};

TEST_F(ConfigMap, IsReadAndWrittenAndTheRestStays) {
  auto there = read_cluster_configuration(kubeconfig, "nightlatch/0.1 run/r");
  ASSERT_TRUE(there) << there.error().message;
  ASSERT_TRUE(*there);
  EXPECT_EQ((*there)->bytes, "apiServer: {}\n");
  (*there)->bytes = "new\n";
  Status written = write_cluster_configuration(kubeconfig, **there, "nightlatch/0.1 run/r");
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(object["data"]["ClusterConfiguration"], "new\n");
  EXPECT_EQ(object["data"]["other"], "stays");
  EXPECT_EQ(object["metadata"]["labels"]["a"], "b");
  EXPECT_THAT(server_.heard().back().head, HasSubstr("Content-Type: application/merge-patch+json\r\n"));
}

TEST_F(ConfigMap, AnotherWriteInBetweenIsToldAndStays) {
  auto there = read_cluster_configuration(kubeconfig, "t");
  object["metadata"]["resourceVersion"] = "9";
  Status written = write_cluster_configuration(kubeconfig, **there, "t");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code.number, api_errors::config_conflict.number);
  EXPECT_EQ(object["data"]["ClusterConfiguration"], "apiServer: {}\n");
}

TEST_F(ConfigMap, NoneIsNoError) {
  object["data"].erase("ClusterConfiguration");
  EXPECT_FALSE(read_cluster_configuration(kubeconfig, "t").value());
  object = nullptr;
  EXPECT_FALSE(read_cluster_configuration(kubeconfig, "t").value());
}

TEST_F(ConfigMap, ARefusalCarriesTheServersWord) {
  refuse_with = 403;
  auto there = read_cluster_configuration(kubeconfig, "t");
  ASSERT_FALSE(there);
  EXPECT_EQ(there.error().code.number, api_errors::denied.number);
  EXPECT_THAT(there.error().details, ::testing::ElementsAre("configmaps is forbidden"));
}

TEST_F(ConfigMap, WhatIsNoConfigMapIsNotRead) {
  object = {{"kind", "Other"}};
  auto there = read_cluster_configuration(kubeconfig, "t");
  ASSERT_FALSE(there);
  EXPECT_EQ(there.error().code.number, api_errors::answer_unexpected.number);
}

}  // namespace
}  // namespace nightlatch::api
