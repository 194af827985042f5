#include "plan/obstacles.hpp"

#include <gmock/gmock.h>

#include "cluster.hpp"
#include "plan/errors.hpp"

namespace nightlatch::plan {

namespace {

namespace codes = plan_errors;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const facts::Obstacle immutable{
    .kind = "immutable",
    .path = "/etc/kubernetes/manifests/kube-apiserver.yaml",
    .why = "has the immutable attribute",
};

std::string next_of(facts::Obstacle obstacle) {
  facts::NodeFacts node = healthy_node(3);
  node.obstacle = std::move(obstacle);
  return check_obstacle(node).at(0).next;
}

TEST(Obstacles, TheRefusalNamesNodeAndPathAndTheWayOut) {
  facts::NodeFacts node = healthy_node(3);
  EXPECT_THAT(check_obstacle(node), IsEmpty());
  node.obstacle = immutable;
  std::vector<Error> refusals = check_obstacle(node);
  ASSERT_THAT(codes_of(refusals), ElementsAre(codes::not_replaceable.number));
  EXPECT_EQ(
      refusals[0].message,
      "cp3: /etc/kubernetes/manifests/kube-apiserver.yaml has the immutable attribute, so a rename cannot "
      "replace the manifest");
  EXPECT_EQ(refusals[0].next,
            "on cp3: lsattr -d /etc/kubernetes/manifests/kube-apiserver.yaml shows it, chattr -i "
            "/etc/kubernetes/manifests/kube-apiserver.yaml removes it");
}

TEST(Obstacles, EachKindHasItsCommands) {
  EXPECT_THAT(next_of({"append-only", "/m", ""}), HasSubstr("chattr -a /m removes it"));
  EXPECT_THAT(next_of({"link", "/m", ""}), HasSubstr("ls -l /m shows it"));
  EXPECT_THAT(next_of({"mount", "/m", ""}), HasSubstr("umount /m removes it"));
  EXPECT_THAT(next_of({"other-file-system", "/m", ""}), HasSubstr("findmnt --target /m shows it"));
  EXPECT_THAT(next_of({"read-only", "/m", ""}), HasSubstr("findmnt --target /m shows it"));
  EXPECT_THAT(next_of({"no-space", "/m", ""}), HasSubstr("df /m shows it"));
  EXPECT_THAT(next_of({"no-inodes", "/m", ""}), HasSubstr("df -i /m shows it"));
  EXPECT_THAT(next_of({"unknown", "/a b", ""}), HasSubstr("ls -ld '/a b' and lsattr -d '/a b' show more"));
  EXPECT_THAT(next_of({"of-a-later-version", "/m", ""}), HasSubstr("ls -ld /m"));
}

TEST(Obstacles, OneNodeRefusesTheWholePlanBeforeAnyIsTouched) {
  PlanRequest request = healthy_request();
  request.facts.nodes[2].obstacle = immutable;
  PlanOutcome outcome = make_plan(request);
  EXPECT_FALSE(outcome.plan);
  EXPECT_THAT(codes_of(outcome.refusals), ElementsAre(codes::not_replaceable.number));
}

TEST(Obstacles, ANodeThatStaysAsItIsRefusesNothing) {
  PlanRequest request = healthy_request();
  PlanOutcome first = make_plan(request);
  ASSERT_TRUE(first.plan);
  carry_out(request, first, {"cp3"});
  request.facts.nodes[2].obstacle = immutable;
  EXPECT_THAT(codes_of(make_plan(request).refusals), IsEmpty());
}

TEST(Obstacles, ARollbackIsRefusedForTheNodesThatItChanges) {
  PlanRequest request = healthy_request();
  PlanOutcome first = make_plan(request);
  ASSERT_TRUE(first.plan);
  carry_out(request, first, {"cp1"});
  request.facts.nodes[1].obstacle = immutable;
  EXPECT_THAT(codes_of(make_rollback(*first.plan, "20261122T0114-7f3a", request).refusals), IsEmpty());
  request.facts.nodes[0].obstacle = immutable;
  EXPECT_THAT(codes_of(make_rollback(*first.plan, "20261122T0114-7f3a", request).refusals),
              ElementsAre(codes::not_replaceable.number));
}

}  // namespace

}  // namespace nightlatch::plan
