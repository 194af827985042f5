// The made-up change of ARCHITECTURE.md's worked example, written through the API.
#include "banner_change.hpp"

#include <gtest/gtest.h>

#include "api/config_map_store.hpp"
#include "api/write_object.hpp"

namespace nightlatch::api {
namespace {

TEST(BannerChange, IsWrittenAndTakenBack) {
  test::ConfigMapStore store("kube-public", "banner");
  store.object["data"] = {{"text", "welcome\n"}, {"color", "blue"}};
  facts::ObjectChange change = *test::plan_banner("welcome\n");
  EXPECT_EQ(write_object(store.kubeconfig(), change, "t").result, facts::WriteResult::written);
  EXPECT_EQ(store.object["data"]["text"], "welcome\nanonymous access is being closed\n");
  EXPECT_EQ(store.object["data"]["color"], "blue");
  change = inverse(change);
  EXPECT_EQ(write_object(store.kubeconfig(), change, "t").result, facts::WriteResult::written);
  EXPECT_EQ(store.object["data"]["text"], "welcome\n");
}

}  // namespace
}  // namespace nightlatch::api
