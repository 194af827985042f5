// Who else looks after a manifest (S12).
#include "plan/owners.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"

namespace nightlatch::plan {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> named(const std::string& head) {
  facts::NodeFacts node = healthy_node(1);
  set_manifest(node, head + node.manifest.bytes);
  std::vector<std::string> names;
  for (const Owner& owner : owners_of(node, manifest::read_api_server_pod(node.manifest.bytes, "m").value()))
    names.push_back(owner.name);
  return names;
}

TEST(Owners, AreNamedByTheHeadOfTheManifest) {
  EXPECT_THAT(named("# This file is managed by Puppet. DO NOT EDIT\n"), ElementsAre("puppet"));
  EXPECT_THAT(named("---\n\n# Managed by: Salt\n"), ElementsAre("salt"));
  EXPECT_THAT(named("# managed by the platform team\n"), ElementsAre("platform"));
  EXPECT_THAT(named("#\n# Ansible managed: /srv/kube.j2 modified on 2026-01-01\n"), ElementsAre("ansible"));
  EXPECT_THAT(named("# the file is managed elsewhere\n"), ElementsAre());
  EXPECT_THAT(named("# managed by\n"), ElementsAre());
  EXPECT_THAT(named(""), ElementsAre());
}

TEST(Owners, ACommentFurtherDownIsNoHead) {
  facts::NodeFacts node = healthy_node(1);
  set_manifest(node, node.manifest.bytes + "# managed by puppet\n");
  EXPECT_TRUE(owners_of(node, manifest::read_api_server_pod(node.manifest.bytes, "m").value()).empty());
}

TEST(Owners, AJobOfCronOrATimerCountsLikeAnAgent) {
  PlanRequest request = healthy_request(3);
  request.facts.nodes[0].config_jobs = {{"ansible", "/etc/cron.d/pull"}};
  request.facts.nodes[2].config_jobs = {{"puppet", "puppet.timer"}};
  PlanOutcome refused = make_plan(request);
  ASSERT_EQ(codes_of(refused.refusals), std::vector<int>(2, plan_errors::other_owner.number));
  EXPECT_EQ(refused.refusals[0].message, "cp1: /etc/cron.d/pull starts ansible");
  EXPECT_EQ(refused.refusals[1].message, "cp3: puppet.timer starts puppet");
  request.accepted.owners = {"ansible", "puppet"};
  PlanOutcome accepted = make_plan(request);
  ASSERT_TRUE(accepted.plan);
  EXPECT_THAT(accepted.plan->accepted.owners, ElementsAre("ansible", "puppet"));
}

TEST(Owners, AnAgentThatRunsIsRefusedUntilItIsAccepted) {
  PlanRequest request = healthy_request(3);
  request.facts.nodes[1].config_agents = {"puppet"};
  PlanOutcome refused = make_plan(request);
  ASSERT_EQ(codes_of(refused.refusals), std::vector<int>{plan_errors::other_owner.number});
  EXPECT_EQ(refused.refusals[0].message, "cp2: the agent of puppet runs");
  EXPECT_THAT(refused.refusals[0].next, HasSubstr("--accept-owner puppet"));
  request.accepted.owners = {"chef"};
  EXPECT_EQ(codes_of(make_plan(request).refusals).size(), 1U);
  request.accepted.owners = {"chef", "puppet"};
  PlanOutcome accepted = make_plan(request);
  ASSERT_TRUE(accepted.plan);
  EXPECT_THAT(accepted.plan->accepted.owners, ElementsAre("puppet")) << "who is not there was not accepted";
  std::vector<std::string> warnings;
  for (const PlanCheck& check : accepted.plan->checks) {
    if (check.grade == PlanCheck::Grade::warning) warnings.push_back(check.text);
  }
  EXPECT_THAT(warnings, Contains(HasSubstr("puppet manages the manifest of cp2, which was accepted")));
}

TEST(Owners, KubesprayIsOneByItsPaths) {
  PlanRequest request = healthy_request(3);
  for (facts::NodeFacts& node : request.facts.nodes)
    set_manifest(node, replaced(node.manifest.bytes, "/etc/kubernetes/pki/", "/etc/kubernetes/ssl/"));
  PlanOutcome refused = make_plan(request);
  EXPECT_THAT(codes_of(refused.refusals), Contains(plan_errors::other_owner.number));
  request.accepted.owners = {"kubespray"};
  EXPECT_THAT(codes_of(make_plan(request).refusals), testing::Not(Contains(plan_errors::other_owner.number)));
}

TEST(Owners, WhatWasAcceptedIsPartOfThePlanAndItsHash) {
  PlanRequest request = healthy_request(3);
  Plan without = *make_plan(request).plan;
  request.facts.nodes[1].config_agents = {"puppet"};
  request.accepted.owners = {"puppet"};
  Plan with = *make_plan(request).plan;
  EXPECT_NE(with.hash, without.hash);
  auto read = from_json(to_json(with), "plan.json");
  ASSERT_TRUE(read);
  EXPECT_THAT(read->accepted.owners, ElementsAre("puppet"));
  EXPECT_EQ(read->hash, with.hash);
  EXPECT_THAT(differences(without, with), ElementsAre(HasSubstr("accepted owners")));
}

}  // namespace
}  // namespace nightlatch::plan
