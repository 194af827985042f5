#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"
#include "plan/planner.hpp"

namespace nightlatch::plan {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Differences, NothingChangedIsNothingSaid) {
  Plan plan = *make_plan(healthy_request()).plan;
  EXPECT_THAT(differences(plan, *make_plan(healthy_request()).plan), ElementsAre());
}

TEST(Differences, AreARefusalThatNamesThePlanFile) {
  const Plan plan = *make_plan(healthy_request()).plan;
  EXPECT_TRUE(check_unchanged(plan, plan, "lockdown.json"));
  Plan now = plan;
  change_at(now, "cp1").sha256_before = std::string(64, 'b');
  seal(now);
  Status refused = check_unchanged(plan, now, "lockdown.json");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, plan_errors::plan_outdated.number);
  EXPECT_EQ(refused.error().message, "lockdown.json: something changed since this plan was made");
  EXPECT_EQ(refused.error().details.size(), 1U);
}

TEST(Differences, EveryChangeIsNamed) {
  Plan reviewed = *make_plan(healthy_request()).plan;
  PlanRequest request = healthy_request();
  request.facts.api->kube_system_uid = "other-uid";
  request.facts.nodes[0].host_key = "SHA256:new";
  request.facts.nodes[2].pod.restarts = 9;
  set_manifest(request.facts.nodes[1],
               replaced(request.facts.nodes[1].manifest.bytes, "--allow-privileged=true", "--v=2"));
  std::vector<std::string> found = differences(reviewed, *make_plan(request).plan);
  EXPECT_THAT(found, Contains("kube-system UID: was 0f3c-uid, is other-uid"));
  EXPECT_THAT(found, Contains("cp1 host key: was SHA256:key1, is SHA256:new"));
  EXPECT_THAT(found, Contains(HasSubstr("cp2 /etc/kubernetes/manifests/kube-apiserver.yaml: was ")));
  EXPECT_THAT(found, Contains("order: was cp1, cp2, cp3, is cp3, cp1, cp2"));
}

TEST(Differences, AnAddressThatMovedSinceTheReviewIsNone) {
  PlanRequest request = healthy_request();
  request.facts.api->endpoint_addresses = {"10.0.0.100"};
  request.facts.nodes[0].addresses = {"10.0.0.100"};
  Plan reviewed = *make_plan(request).plan;
  request.facts.nodes[0].addresses = {};
  request.facts.nodes[1].addresses = {"10.0.0.100"};
  Plan now = *make_plan(request).plan;
  EXPECT_NE(now.nodes.front().name, reviewed.nodes.front().name);
  keep_order(now, reviewed);
  EXPECT_EQ(now.hash, reviewed.hash);
  EXPECT_EQ(now.order_reasons, (std::vector<std::string>{"holds the endpoint's address: last", "", ""}));
}

TEST(Differences, ANodeThatIsTheWorstNowIsNotMovedBack) {
  Plan reviewed = *make_plan(healthy_request()).plan;
  PlanRequest request = healthy_request();
  request.facts.nodes[2].pod.restarts = 9;
  Plan now = *make_plan(request).plan;
  keep_order(now, reviewed);
  EXPECT_THAT(differences(reviewed, now), ElementsAre("order: was cp1, cp2, cp3, is cp3, cp1, cp2"));
}

TEST(Differences, NodesThatCameOrWentAreNamed) {
  Plan three = *make_plan(healthy_request(3)).plan;
  Plan two = *make_plan(healthy_request(2)).plan;
  EXPECT_THAT(differences(three, two),
              Contains("cp3: was part of the reviewed plan, is not part of the plan now"));
  EXPECT_THAT(differences(two, three), Contains("cp3: was not part of the reviewed plan"));
}

TEST(Differences, AnotherPlaybookIsADifferenceToo) {
  PlanRequest request = healthy_request();
  request.playbook.gates.soak = std::chrono::seconds(99);
  EXPECT_THAT(differences(*make_plan(healthy_request()).plan, *make_plan(request).plan),
              ElementsAre("spec.gates.soak: was 30 s, is 99 s"));
}
}  // namespace
}  // namespace nightlatch::plan
