#include "api/config_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/config_map_store.hpp"
#include "api/errors.hpp"

namespace nightlatch::api {
namespace {

using ::testing::HasSubstr;

class ConfigMap : public ::testing::Test {
 protected:
  test::ConfigMapStore store;
  Kubeconfig kubeconfig = store.kubeconfig();
};

TEST_F(ConfigMap, IsReadAndWrittenAndTheRestStays) {
  auto there = read_cluster_configuration(kubeconfig, "nightlatch/0.1 run/r");
  ASSERT_TRUE(there) << there.error().message;
  ASSERT_TRUE(*there);
  EXPECT_EQ((*there)->bytes, "apiServer: {}\n");
  (*there)->bytes = "new\n";
  Status written = write_cluster_configuration(kubeconfig, **there, "nightlatch/0.1 run/r");
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(store.configuration(), "new\n");
  EXPECT_EQ(store.object["data"]["other"], "stays");
  EXPECT_EQ(store.object["metadata"]["labels"]["a"], "b");
  EXPECT_THAT(store.heard().back().head, HasSubstr("Content-Type: application/merge-patch+json\r\n"));
}

TEST_F(ConfigMap, AnotherWriteInBetweenIsToldAndStays) {
  auto there = read_cluster_configuration(kubeconfig, "t");
  store.write_in_between = true;
  (*there)->bytes = "new\n";
  Status written = write_cluster_configuration(kubeconfig, **there, "t");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code.number, api_errors::config_conflict.number);
  EXPECT_EQ(store.configuration(), "apiServer: {}\n");
}

TEST_F(ConfigMap, NoneIsNoError) {
  store.object["data"].erase("ClusterConfiguration");
  EXPECT_FALSE(read_cluster_configuration(kubeconfig, "t").value());
  store.object = nullptr;
  EXPECT_FALSE(read_cluster_configuration(kubeconfig, "t").value());
}

TEST_F(ConfigMap, ARefusalCarriesTheServersWord) {
  store.refuse_with = 403;
  auto there = read_cluster_configuration(kubeconfig, "t");
  ASSERT_FALSE(there);
  EXPECT_EQ(there.error().code.number, api_errors::denied.number);
  EXPECT_THAT(there.error().details, ::testing::ElementsAre("configmaps is forbidden"));
}

TEST_F(ConfigMap, WhatIsNoConfigMapIsNotRead) {
  store.object = {{"kind", "Other"}};
  auto there = read_cluster_configuration(kubeconfig, "t");
  ASSERT_FALSE(there);
  EXPECT_EQ(there.error().code.number, api_errors::answer_unexpected.number);
}

}  // namespace
}  // namespace nightlatch::api
