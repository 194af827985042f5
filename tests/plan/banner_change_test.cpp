// The made-up change of ARCHITECTURE.md's worked example, in a plan.
#include "banner_change.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/kubeadm_change.hpp"
#include "plan/resume.hpp"

namespace nightlatch::plan {
namespace {

constexpr const char* kubeadm_today =
    "apiServer: {}\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";

Plan with_banner() {
  PlanRequest request = healthy_request();
  request.facts.api->kubeadm_config = kubeadm_today;
  Plan plan = *make_plan(request).plan;
  plan.changes.emplace(plan.changes.begin(), *test::plan_banner("welcome\n"));
  seal(plan);
  return plan;
}

TEST(BannerChange, StandsBeforeTheNodesAndKubeadmBehindThem) {
  Plan plan = with_banner();
  std::vector<Plan::ObjectTurn> turns = plan.object_changes();
  ASSERT_EQ(turns.size(), 2U);
  EXPECT_EQ(turns[0].change->object, test::banner());
  EXPECT_EQ(turns[0].after_manifests, 0U);
  EXPECT_EQ(turns[1].change->object, kubeadm_config());
  EXPECT_EQ(turns[1].after_manifests, 3U);
}

TEST(BannerChange, IsInTheFileAndInTheHash) {
  Plan plan = with_banner();
  auto read = from_json(to_json(plan), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->changes, plan.changes);
  Plan without = plan;
  without.changes.erase(without.changes.begin());
  seal(without);
  EXPECT_NE(without.hash, plan.hash);
  EXPECT_THAT(differences(plan, without),
              testing::Contains(testing::HasSubstr("ConfigMap kube-public/banner: was ")));
}

TEST(BannerChange, TheListReversedTakesItBackLast) {
  Plan back = undone_by(with_banner());
  const auto* last = std::get_if<ObjectChange>(&back.changes.back());
  ASSERT_NE(last, nullptr);
  EXPECT_EQ(last->object, test::banner());
  EXPECT_EQ(facts::applied(*last, "welcome\nanonymous access is being closed\n"), "welcome\n");
}

// The example stops before src/plan/rollback.cpp: until a row is there, a rollback says what it leaves.
TEST(BannerChange, ARollbackThatDoesNotKnowItSaysSo) {
  PlanRequest request = healthy_request();
  request.facts.api->kubeadm_config = kubeadm_today;
  PlanOutcome back = make_rollback(with_banner(), "r1", request);
  ASSERT_TRUE(back.plan);
  EXPECT_EQ(back.plan->change_of(test::banner()), nullptr);
  bool is_said = std::any_of(back.plan->checks.begin(), back.plan->checks.end(), [](const PlanCheck& check) {
    return check.grade == PlanCheck::Grade::unknown &&
           check.text.find("ConfigMap kube-public/banner was part of run r1") == 0;
  });
  EXPECT_TRUE(is_said);
}

}  // namespace
}  // namespace nightlatch::plan
