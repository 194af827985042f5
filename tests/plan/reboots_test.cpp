// Who may restart a node while a roll is at work.
#include "plan/reboots.hpp"

#include <gmock/gmock.h>

#include "plan/check_codes.hpp"
#include "plan/cluster.hpp"

namespace nightlatch::plan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> told(const facts::ClusterFacts& facts) {
  std::vector<std::string> texts;
  for (const PlanCheck& check : reboot_checks(facts)) {
    EXPECT_EQ(check.code, plan_checks::may_reboot.number);
    EXPECT_EQ(check.grade, PlanCheck::Grade::warning);
    texts.push_back(check.text);
  }
  return texts;
}

TEST(Reboots, ANodeThatWaitsForARestartIsNamed) {
  facts::ClusterFacts facts = healthy_request(3).facts;
  EXPECT_THAT(told(facts), IsEmpty());
  facts.nodes[0].kured_running = true;
  EXPECT_THAT(told(facts), IsEmpty()) << "nothing waits for a restart";
  facts.nodes[0].reboot_required = facts.nodes[1].reboot_required = "/var/run/reboot-required";
  EXPECT_THAT(told(facts),
              ElementsAre("cp1 may be restarted in mid-roll: /var/run/reboot-required is there, and "
                          "kured will restart the node for it",
                          "cp2 may be restarted in mid-roll: /var/run/reboot-required is there, and "
                          "kured or unattended-upgrades may restart the node for it"));
}

TEST(Reboots, ALockInOtherHandsKeepsKuredOff) {
  facts::ClusterFacts facts = healthy_request(3).facts;
  facts.nodes[0].kured_running = true;
  facts.nodes[0].reboot_required = "/run/reboot-required";
  facts.api->kured_lock = {"manual"};
  EXPECT_THAT(told(facts), ElementsAre("cp1 may be restarted in mid-roll: /run/reboot-required is there, and "
                                       "unattended-upgrades may restart the node for it"));
}

TEST(Reboots, TheLockOfKuredIsFoundByTheNameOfTheNode) {
  facts::ClusterFacts facts = healthy_request(3).facts;
  facts.api->control_plane[1].name = "master-2";
  facts.api->kured_lock = {"worker-7", "cp2"};
  EXPECT_THAT(told(facts), IsEmpty());
  facts.api->kured_lock = {"worker-7", "master-2"};
  EXPECT_THAT(
      told(facts),
      ElementsAre("cp2 may be restarted in mid-roll: kured holds its lock for this node, to restart it"));
  facts.api.reset();
  EXPECT_THAT(told(facts), IsEmpty());
}

TEST(Reboots, ThePlanSaysSo) {
  PlanRequest request = healthy_request(3);
  request.facts.nodes[2].reboot_required = "/run/reboot-required";
  PlanOutcome outcome = make_plan(request);
  ASSERT_TRUE(outcome.plan);
  EXPECT_EQ(
      std::count_if(outcome.plan->checks.begin(), outcome.plan->checks.end(),
                    [](const PlanCheck& check) { return check.code == plan_checks::may_reboot.number; }),
      1);
}

}  // namespace
}  // namespace nightlatch::plan
