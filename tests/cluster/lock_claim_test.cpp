#include "cluster/lock_claim.hpp"

#include <gtest/gtest.h>

namespace nightlatch::cluster {
namespace {

using namespace std::chrono_literals;

const Process self{"boot-1", "pid:[1]", "100", "5000"};

api::Lease held_by(const Process& process) {
  api::Lease lease;
  lease.holder = "ana@bastion2";
  lease.run = "20261122T0114-7f3a";
  lease.process = process.text();
  lease.acquired = "2026-11-22T01:14:05Z";
  lease.renewed = "2026-11-22T01:20:35Z";
  lease.resource_version = "7";
  return lease;
}

bool nobody_lives(const Process&) {
  return false;
}
bool everybody_lives(const Process&) {
  return true;
}

TEST(Process, IsReadBackAsItWasWritten) {
  EXPECT_EQ(parse_process(self.text()), self);
  for (const char* text : {"", "one two three", "one two three four five", "one  three four"}) {
    EXPECT_FALSE(parse_process(text)) << text;
  }
}

TEST(JudgeClaim, NoLeaseOrOneWithoutHolderIsFree) {
  EXPECT_EQ(judge_claim({}, self, everybody_lives), Claim::free);
  api::Lease broken = held_by(self);
  broken.holder.clear();
  EXPECT_EQ(judge_claim(broken, self, everybody_lives), Claim::free);
}

TEST(JudgeClaim, AHolderThatLivesHoldsAndADeadOneOfThisMachineDoesNot) {
  Process other{"boot-1", "pid:[1]", "200", "4000"};
  EXPECT_EQ(judge_claim(held_by(other), self, everybody_lives), Claim::held);
  EXPECT_EQ(judge_claim(held_by(other), self, nobody_lives), Claim::dead);
}

TEST(JudgeClaim, NothingIsConcludedOfProcessesThatCannotBeSeenFromHere) {
  for (const Process& other :
       {Process{"boot-2", "pid:[1]", "200", "4000"}, Process{"boot-1", "pid:[2]", "200", "4000"}}) {
    EXPECT_EQ(judge_claim(held_by(other), self, nobody_lives), Claim::held);
  }
  api::Lease unknown = held_by(self);
  unknown.process = "?";
  EXPECT_EQ(judge_claim(unknown, self, nobody_lives), Claim::held);
}

TEST(LeaseWatch, ALeaseExpiresWhenItStayedTheSameForItsTtlBeforeOurEyes) {  // S21
  LeaseWatch watch;
  api::Lease lease = held_by(self);
  EXPECT_FALSE(watch.expired(lease, 100s));
  EXPECT_FALSE(watch.expired(lease, 100s + 15min - 1ms)) << "whatever its own times say";
  lease.resource_version = "8";
  EXPECT_FALSE(watch.expired(lease, 100s + 15min)) << "it was renewed";
  EXPECT_TRUE(watch.expired(lease, 100s + 30min));
}

TEST(Renewals, FailingOnesAreNoLossUntilATtlHasGoneBy) {  // S21
  Renewals renewals(0s);
  EXPECT_FALSE(renewals.lost(14min));
  renewals.succeeded(14min);
  EXPECT_FALSE(renewals.lost(28min));
  EXPECT_TRUE(renewals.lost(29min));
}

TEST(DescribeLease, SaysWhoAndSinceWhen) {
  EXPECT_EQ(
      describe(held_by(self)),
      "run 20261122T0114-7f3a of ana@bastion2 holds the cluster's lock since 2026-11-22T01:14:05Z, renewed "
      "last at 2026-11-22T01:20:35Z");
}

}  // namespace
}  // namespace nightlatch::cluster
