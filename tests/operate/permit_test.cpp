#include "operate/permit.hpp"

#include "cluster/errors.hpp"
#include "operate/errors.hpp"
#include "operate/operate_bench.hpp"

namespace nightlatch::operate {
namespace {

class Permit : public Bench {
 protected:
  Status ask(const RunChoices& choices) {
    Ports all = ports();
    return permit(all, selection(), choices);
  }
};

TEST_F(Permit, SomebodyWhoCanBeAskedOrHasSaidYesMayBegin) {
  EXPECT_TRUE(ask({}));
  person.sits_at_a_terminal = false;
  EXPECT_TRUE(ask({.prompting = rollout::Prompting::assume_yes}));
  Status nobody = ask({});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code.number, operate_errors::nobody_to_ask.number);
}

TEST_F(Permit, ADryRunMayAlwaysBegin) {
  person.sits_at_a_terminal = false;
  cluster.cluster_api->hold_lock_elsewhere("r1");
  EXPECT_TRUE(ask({.dry_run = report::DryRun::yes}));
}

TEST_F(Permit, AHeldLockMayBeTakenOverOnlyForItsRunAndOnlyWhenTold) {
  cluster.cluster_api->hold_lock_elsewhere("r1");
  EXPECT_EQ(ask({}).error().code.number, cluster_errors::locked.number);
  EXPECT_FALSE(ask({.of_run = "r1"}));
  EXPECT_FALSE(ask({.of_run = "r2", .take_over = cluster::TakeOver::yes}));
  EXPECT_TRUE(ask({.of_run = "r1", .take_over = cluster::TakeOver::yes}));
}

TEST_F(Permit, WhatCannotBeReadIsToldByWhoeverNeedsIt) {
  take_api_away();
  EXPECT_TRUE(ask({}));
  cluster.no_kubeconfig = error_of(api_errors::unreachable, "no kubeconfig");
  EXPECT_TRUE(ask({}));
  EXPECT_EQ(cluster.connected, 0);
}

}  // namespace
}  // namespace nightlatch::operate
