#include "cluster/lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/errors.hpp"
#include "api/lease_store.hpp"
#include "cluster/errors.hpp"
#include "cluster/network.hpp"

namespace nightlatch::cluster {
namespace {

using testing::HasSubstr;

class Lock : public testing::Test {
 protected:
  LockRequest request(const std::string& run) {
    LockRequest out;
    out.run = run;
    out.holder = "ana@bastion2";
    out.say = [this](const std::string& text) { said += text; };
    out.pause = [this](std::chrono::seconds time) { waited += time; };
    return out;
  }
  std::shared_ptr<ClusterApi> api() { return network->api(store.kubeconfig(), "t"); }
  auto take(const LockRequest& request) { return ClusterLock::take(api(), request); }
  Status look(const LockRequest& request) { return ClusterLock::look(*api(), request); }
  // As if another machine's process held it.
  void move_holder_elsewhere() {
    store.lease["metadata"]["annotations"]["nightlatch.dev/process"] = "other-boot pid:[9] 1 1";
  }

  test::LeaseStore store;
  std::unique_ptr<Connections> network = network_connections("nightlatch/test");
  std::string said;
  std::chrono::seconds waited{0};
};

TEST_F(Lock, IsTakenKeptAndGivenBack) {
  auto lock = take(request("r1"));
  ASSERT_TRUE(lock) << lock.error().message;
  EXPECT_TRUE((*lock)->is_held());
  EXPECT_EQ((*lock)->description(), "the cluster's");
  EXPECT_EQ(store.lease["spec"]["holderIdentity"], "ana@bastion2");
  EXPECT_FALSE((*lock)->keep());
  EXPECT_FALSE((*lock)->keep()) << "each renewal goes by what the one before was told";
  (*lock)->release();
  EXPECT_TRUE(store.lease.is_null());
  EXPECT_EQ(waited.count(), 0);
}

TEST_F(Lock, IsGivenBackHoweverTheCommandEnds) {
  {
    ASSERT_TRUE(take(request("r1")));
  }
  EXPECT_TRUE(store.lease.is_null());
}

TEST_F(Lock, ASecondOperatorIsToldWhoSinceWhenAndIsNine) {
  auto first = take(request("r1"));
  ASSERT_TRUE(first);
  auto second = take(request("r2"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code.number, cluster_errors::locked.number);
  EXPECT_EQ(second.error().code.exit, Exit::locked);
  EXPECT_THAT(second.error().message, HasSubstr("run r1 of ana@bastion2 holds the cluster's lock since 20"));
  EXPECT_EQ(store.lease["metadata"]["annotations"]["nightlatch.dev/run"], "r1");
}

TEST_F(Lock, IsLookedAtBeforeAnythingIsRead) {
  EXPECT_TRUE(look(request("r1")));
  auto first = take(request("r1"));
  ASSERT_TRUE(first);
  Status held = look(request("r2"));
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code.exit, Exit::locked);
  store.refuse_with = 500;
  EXPECT_TRUE(look(request("r2"))) << "no answer is not a held lock";
}

TEST_F(Lock, OfADeadProcessOfThisMachineIsTaken) {
  auto first = take(request("r1"));
  ASSERT_TRUE(first);
  std::string process = store.lease["metadata"]["annotations"]["nightlatch.dev/process"];
  process.replace(process.rfind(' ') + 1, std::string::npos, "1");  // the number was given to another since
  store.lease["metadata"]["annotations"]["nightlatch.dev/process"] = process;
  auto second = take(request("r2"));
  EXPECT_TRUE(second);
}

TEST_F(Lock, OfAnotherMachineIsTakenOverOnlyForItsRunAndOnlyWhenTold) {
  auto first = take(request("r1"));
  ASSERT_TRUE(first);
  move_holder_elsewhere();
  LockRequest next = request("r2");
  next.of_run = "r1";
  auto untold = take(next);
  ASSERT_FALSE(untold);
  EXPECT_THAT(untold.error().details.at(0), HasSubstr("--take-over"));
  next.of_run = "r0";
  next.take_over = TakeOver::yes;
  EXPECT_FALSE(take(next)) << "another run than the one that holds it";
  next.of_run = "r1";
  auto taken = take(next);
  ASSERT_TRUE(taken);
  auto lost = (*first)->keep();
  ASSERT_TRUE(lost);
  EXPECT_THAT(*lost, HasSubstr("run r2 of ana@bastion2 holds the cluster's lock"));
  first->reset();
  EXPECT_FALSE(store.lease.is_null()) << "who lost it does not give back another's";
}

TEST_F(Lock, BrokenItTellsItsHolderWhoDidItAndWhy) {
  auto lock = take(request("r1"));
  ASSERT_TRUE(lock);
  auto broken = break_lock(*api(), "bo@desk", "ana's laptop was stolen");
  ASSERT_TRUE(broken) << broken.error().message;
  EXPECT_EQ(broken->run, "r1");
  auto lost = (*lock)->keep();
  ASSERT_TRUE(lost);
  EXPECT_THAT(*lost, HasSubstr("taken from run r1 of ana@bastion2 by bo@desk"));
  EXPECT_THAT(*lost, HasSubstr("ana's laptop was stolen"));
  auto next = take(request("r2"));
  EXPECT_TRUE(next) << "and is free";
  EXPECT_GT(waited, std::chrono::seconds(30)) << "run r1 lives, and may not have heard of it";
  EXPECT_THAT(said, HasSubstr("run r1 may live still"));
  next->reset();
  auto again = break_lock(*api(), "bo@desk", "why not");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code.number, cluster_errors::not_locked.number);
}

TEST_F(Lock, ARenewalThatFailsIsNoLoss) {
  auto lock = take(request("r1"));
  ASSERT_TRUE(lock);
  store.refuse_with = 500;
  EXPECT_FALSE((*lock)->keep());
  store.refuse_with = 0;
  EXPECT_FALSE((*lock)->keep());
}

TEST_F(Lock, ARenewalWhoseAnswerWasLostIsNoLoss) {
  auto lock = take(request("r1"));
  ASSERT_TRUE(lock);
  store.lease["metadata"]["resourceVersion"] = "17";  // it was written, and we were not told
  EXPECT_FALSE((*lock)->keep());
  EXPECT_FALSE((*lock)->keep());
}

TEST_F(Lock, WithoutTheRightToWriteItOnlyTheWayBackGoesOn) {
  store.refuse_with = 403;
  auto refused = take(request("r1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, cluster_errors::lock_unwritable.number);
  LockRequest back = request("r1");
  back.without_api = WithoutApi::go_on;
  auto none = take(back);
  ASSERT_TRUE(none);
  EXPECT_FALSE((*none)->is_held());
  EXPECT_THAT((*none)->description(), HasSubstr("the nodes' own locks only: "));
  EXPECT_FALSE((*none)->keep());
  auto without = ClusterLock::take(nullptr, back);
  ASSERT_TRUE(without);
  EXPECT_EQ((*without)->description(), "the nodes' own locks only: there is no kubeconfig");
}

}  // namespace
}  // namespace nightlatch::cluster
