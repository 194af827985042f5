#include "api/lease.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/errors.hpp"
#include "api/lease_store.hpp"

namespace nightlatch::api {
namespace {

using ::testing::HasSubstr;

Lease of_ana() {
  Lease lease;
  lease.holder = "ana@bastion2";
  lease.run = "20261122T0114-7f3a";
  lease.process = "boot pid:[1] 7 42";
  lease.acquired = "2026-11-22T01:14:05Z";
  lease.renewed = "2026-11-22T01:14:35Z";
  return lease;
}

class Leases : public ::testing::Test {
 protected:
  test::LeaseStore store;
  Kubeconfig kubeconfig = store.kubeconfig();
};

TEST_F(Leases, ThereIsNoneToBeginWith) {
  auto lease = read_lease(kubeconfig, "t");
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_FALSE(*lease);
}

TEST_F(Leases, OneIsCreatedReplacedAndDeleted) {
  auto created = write_lease(kubeconfig, of_ana(), "nightlatch/0.1 run/r");
  ASSERT_TRUE(created) << created.error().message;
  EXPECT_EQ(created->resource_version, "1");
  Lease next = *created;
  next.renewed = "2026-11-22T01:15:05Z";
  auto renewed = write_lease(kubeconfig, next, "t");
  ASSERT_TRUE(renewed) << renewed.error().message;
  next.resource_version = "2";
  EXPECT_EQ(*renewed, next);
  EXPECT_EQ(read_lease(kubeconfig, "t")->value(), next);
  EXPECT_TRUE(delete_lease(kubeconfig, next, "t"));
  EXPECT_TRUE(store.lease.is_null());
  EXPECT_THAT(store.heard().at(0).head, HasSubstr("User-Agent: nightlatch/0.1 run/r\r\n"));
  EXPECT_THAT(store.heard().at(0).head, HasSubstr("Content-Type: application/json\r\n"));
}

TEST_F(Leases, TimesAreWrittenAsKubernetesReadsThem) {
  ASSERT_TRUE(write_lease(kubeconfig, of_ana(), "t"));
  EXPECT_EQ(store.lease["spec"]["renewTime"], "2026-11-22T01:14:35.000000Z");
  EXPECT_EQ(store.lease["spec"]["leaseDurationSeconds"], 900);
  EXPECT_EQ(store.lease["metadata"]["namespace"], "kube-system");
}

TEST_F(Leases, OfTwoWritersOneIsTold) {
  auto created = write_lease(kubeconfig, of_ana(), "t");
  auto second = write_lease(kubeconfig, of_ana(), "t");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code.number, api_errors::lease_conflict.number);
  ASSERT_TRUE(write_lease(kubeconfig, *created, "t"));
  auto late = write_lease(kubeconfig, *created, "t");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code.number, api_errors::lease_conflict.number);
}

TEST_F(Leases, OnlyWhatWasReadIsDeleted) {
  auto created = write_lease(kubeconfig, of_ana(), "t");
  ASSERT_TRUE(write_lease(kubeconfig, *created, "t"));
  EXPECT_TRUE(delete_lease(kubeconfig, *created, "t")) << "another's by now is no error";
  EXPECT_FALSE(store.lease.is_null());
  store.lease = nullptr;
  EXPECT_TRUE(delete_lease(kubeconfig, *created, "t")) << "nor is one that is gone";
  auto gone = write_lease(kubeconfig, *created, "t");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code.number, api_errors::lease_conflict.number);
}

TEST_F(Leases, ADenialNamesTheContext) {
  store.refuse_with = 403;
  for (const Error& error :
       {read_lease(kubeconfig, "t").error(), write_lease(kubeconfig, of_ana(), "t").error(),
        delete_lease(kubeconfig, of_ana(), "t").error()}) {
    EXPECT_EQ(error.code.number, api_errors::denied.number);
    EXPECT_THAT(error.message, HasSubstr("answered with 403 for the context \"admin\""));
    EXPECT_EQ(error.details, std::vector<std::string>{"leases is forbidden"});
  }
}

TEST_F(Leases, AnAnswerThatIsNoLeaseIsAnError) {
  store.lease = "x";
  auto lease = read_lease(kubeconfig, "t");
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code.number, api_errors::answer_unexpected.number);
}

}  // namespace
}  // namespace nightlatch::api
