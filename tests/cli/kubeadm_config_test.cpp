#include "cli/kubeadm_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/config_map_store.hpp"
#include "util/hash.hpp"

namespace nightlatch::cli {
namespace {

using rollout::PersistResult;
using testing::HasSubstr;

class KubeadmConfig : public testing::Test {
 protected:
  rollout::KubeadmConfigPersisted persist() {
    return persist_kubeadm_config(store.kubeconfig(), change, "t");
  }

  test::ConfigMapStore store;
  plan::KubeadmChange change{
      sha256_hex("apiServer: {}\n"), sha256_hex("apiServer: {a: 1}\n"), {{12, 12, "a: 1", "add a"}}, {}};
};

TEST_F(KubeadmConfig, IsWrittenAndAskedForAgainWritesNothing) {
  EXPECT_EQ(persist().result, PersistResult::written);
  EXPECT_EQ(store.configuration(), "apiServer: {a: 1}\n");
  std::size_t heard = store.heard().size();
  EXPECT_EQ(persist().result, PersistResult::written);
  EXPECT_EQ(store.heard().size(), heard + 1) << "one look, no write";
}

TEST_F(KubeadmConfig, WhatSomebodyElseWroteStays) {
  store.object["data"]["ClusterConfiguration"] = "apiServer: {b: 2}\n";
  auto persisted = persist();
  EXPECT_EQ(persisted.result, PersistResult::refused);
  EXPECT_THAT(persisted.why, HasSubstr("the plan was made from"));
  EXPECT_EQ(store.configuration(), "apiServer: {b: 2}\n");
}

TEST_F(KubeadmConfig, AWriteThatCameFirstIsLookedAtAgain) {
  store.write_in_between = true;
  EXPECT_EQ(persist().result, PersistResult::lost);
  store.write_in_between = false;
  EXPECT_EQ(persist().result, PersistResult::written);
}

TEST_F(KubeadmConfig, NoRightToWriteItIsNoReasonToAskAgain) {
  store.refuse_with = 403;
  auto persisted = persist();
  EXPECT_EQ(persisted.result, PersistResult::refused);
  EXPECT_THAT(persisted.why, HasSubstr("configmaps is forbidden"));
}

TEST_F(KubeadmConfig, OneThatIsGoneIsNotMade) {
  store.object = nullptr;
  auto persisted = persist();
  EXPECT_EQ(persisted.result, PersistResult::refused);
  EXPECT_THAT(persisted.why, HasSubstr("kubeadm-config is gone now"));
}

}  // namespace
}  // namespace nightlatch::cli
