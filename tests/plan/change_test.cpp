// The list of changes: what each is turned round, its order in an apply and in a rollback, and in plan.json.
#include "plan/change.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"
#include "plan/kubeadm_change.hpp"
#include "plan/resume.hpp"
#include "util/overloaded.hpp"

namespace nightlatch::plan {
namespace {

using testing::ElementsAre;

constexpr const char* kubeadm = "ConfigMap kube-system/kubeadm-config";
const std::string plain = "apiServer: {}\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";

PlanRequest with_kubeadm() {
  PlanRequest request = healthy_request();
  request.facts.api->kubeadm_config = plain;
  return request;
}

std::vector<std::string> list_of(const Plan& plan) {
  std::vector<std::string> all;
  auto name = overloaded{[](const ManifestChange& change) { return change.node; },
                         [](const ObjectChange& change) { return change.object.text(); }};
  for (const Change& change : plan.changes) all.push_back(std::visit(name, change));
  return all;
}

ManifestChange swap() {
  ManifestChange change;
  change.node = "cp1";
  change.sha256_before = "old";
  change.sha256_after = "new";
  change.splices = {{.begin = 1, .end = 2, .text = "x", .reason = "r"}};
  change.undo = {{.begin = 1, .end = 2, .text = "y", .reason = "u"}};
  change.config_path = "/c";
  change.config_sha256 = "c";
  return change;
}

ObjectChange other_object() {
  return {.object = {.group = {}, .version = "v1", .kind = "ConfigMap", .name_space = "a", .name = "b"},
          .field = "/data/x",
          .sha256_before = sha256_hex("1"),
          .sha256_after = sha256_hex("2"),
          .splices = {{.begin = 0, .end = 1, .text = "2", .reason = "count"}},
          .undo = {{.begin = 0, .end = 1, .text = "1", .reason = "count back"}},
          .when_unwritable = facts::WhenUnwritable::stop_the_roll};
}

TEST(InverseOfAManifest, IsASwapBackThatPlacesNoFile) {
  ManifestChange back = inverse(swap());
  EXPECT_EQ(back.node, "cp1");
  EXPECT_EQ(back.sha256_before, "new");
  EXPECT_EQ(back.sha256_after, "old");
  EXPECT_EQ(back.splices, swap().undo);
  EXPECT_EQ(back.undo, swap().splices);
  EXPECT_EQ(back.config_path, "") << "S3";
  ManifestChange again = inverse(back);
  again.config_path = swap().config_path;
  again.config_sha256 = swap().config_sha256;
  EXPECT_EQ(again, swap());
}

TEST(InverseOfAManifest, OfARestoreIsTheSwapThatWasCut) {
  ManifestChange restore = inverse(swap());
  restore.kind = ManifestChange::Kind::finish_restore;
  restore.previous_run = "r1";
  EXPECT_EQ(restore.backup_sha256(), "old");
  EXPECT_EQ(restore.staged_sha256(), "new");
  ManifestChange again = inverse(restore);
  EXPECT_EQ(again.kind, ManifestChange::Kind::swap);
  EXPECT_EQ(again.previous_run, "");
  EXPECT_EQ(again.backup_sha256(), "old") << "before and after are the ways of this plan";
  EXPECT_EQ(again.staged_sha256(), "new");
}

TEST(InverseOfAChange, VisitsBothKinds) {
  EXPECT_EQ(inverse(Change(swap())), Change(inverse(swap())));
  EXPECT_EQ(inverse(Change(other_object())), Change(facts::inverse(other_object())));
}

// S20
TEST(TheList, HasKubeadmConfigLastInAnApplyAndThereforeFirstInARollback) {
  PlanRequest request = with_kubeadm();
  PlanOutcome made = make_plan(request);
  ASSERT_TRUE(made.plan);
  EXPECT_THAT(list_of(*made.plan), ElementsAre("cp1", "cp2", "cp3", kubeadm));
  EXPECT_EQ(made.plan->object_changes().at(0).after_manifests, 3U);
  carry_out(request, made, {"cp1", "cp2", "cp3"});
  request.facts.api->kubeadm_config = *facts::applied(*made.plan->change_of(kubeadm_config()), plain);
  PlanOutcome back = make_rollback(*made.plan, "r1", request);
  ASSERT_TRUE(back.plan);
  EXPECT_THAT(list_of(*back.plan), ElementsAre(kubeadm, "cp3", "cp2", "cp1"));
  EXPECT_EQ(back.plan->object_changes().at(0).after_manifests, 0U);
  EXPECT_THAT(list_of(undone_by(*back.plan)), ElementsAre("cp1", "cp2", "cp3", kubeadm));
}

// The node in mid-change goes before the other nodes, and the object keeps its place before all of them.
TEST(TheList, ANodeInMidChangeOvertakesOnlyNodes) {
  PlanRequest request = with_kubeadm();
  PlanOutcome made = make_plan(request);
  carry_out(request, made, {"cp1", "cp2", "cp3"});
  request.facts.api->kubeadm_config = *facts::applied(*made.plan->change_of(kubeadm_config()), plain);
  request.facts.nodes[1].runs = {{"r1", "gated", "", {}}};
  PlanOutcome back = make_rollback(*made.plan, "r1", request);
  ASSERT_TRUE(back.plan);
  EXPECT_THAT(list_of(*back.plan), ElementsAre(kubeadm, "cp2", "cp3", "cp1"));
}

TEST(TheList, OfAResumeIsWhatIsLeft) {
  PlanRequest request = with_kubeadm();
  request.playbook.order = {"cp3", "cp2", "cp1"};
  PlanOutcome made = make_plan(request);
  carry_out(request, made, {"cp3"});
  request.playbook.order.clear();
  PlanOutcome rest = make_plan(request);
  ASSERT_TRUE(rest.plan);
  go_on(*rest.plan, *made.plan, "r1");
  EXPECT_THAT(list_of(*rest.plan), ElementsAre("cp2", "cp1", kubeadm));
}

TEST(TheList, OfARehearsalIsOneNode) {
  EXPECT_THAT(list_of(rehearsal_of(*make_plan(with_kubeadm()).plan)), ElementsAre("cp1"));
}

TEST(TheList, FollowsTheNodesAndObjectsKeepTheirPlace) {
  Plan plan = *make_plan(healthy_request()).plan;
  plan.changes.insert(plan.changes.begin() + 1, other_object());
  std::reverse(plan.nodes.begin(), plan.nodes.end());
  plan.follow_nodes();
  EXPECT_THAT(list_of(plan), ElementsAre("cp3", "ConfigMap a/b", "cp2", "cp1"));
  EXPECT_EQ(plan.object_changes().at(0).after_manifests, 1U);
}

TEST(TheList, KnowsWhereEachNodeBeginsAndEnds) {
  Plan plan = *make_plan(healthy_request()).plan;
  const NodePlan& cp1 = plan.nodes[0];
  EXPECT_EQ(plan.sha256_at_start(cp1), change_at(plan, "cp1").sha256_before);
  EXPECT_EQ(plan.sha256_at_end(cp1), change_at(plan, "cp1").sha256_after);
  plan.leave_alone(cp1);
  EXPECT_FALSE(plan.is_changed(cp1));
  EXPECT_EQ(plan.sha256_at_start(cp1), cp1.manifest_sha256);
  EXPECT_EQ(plan.sha256_at_end(cp1), cp1.manifest_sha256);
  EXPECT_EQ(plan.changing_nodes(), 2U);
}

// Every kind of change, and an object in the middle of the list.
Plan full() {
  Plan plan = *make_plan(with_kubeadm()).plan;
  plan.changes.insert(plan.changes.begin() + 1, other_object());
  change_at(plan, "cp1").kind = ManifestChange::Kind::finish_restore;
  change_at(plan, "cp1").previous_run = "r0";
  seal(plan);
  return plan;
}

TEST(TheListInAFile, ComesBackAsItWas) {
  Plan plan = full();
  auto back = from_json(to_json(plan), "plan.json");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->changes, plan.changes);
  EXPECT_EQ(back->hash, plan.hash);
}

TEST(TheListInAFile, AnEditIsRefused) {
  std::string file = to_json(full());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\"name\": \"kubeadm-config\"", "\"name\": \"another\""},
           {"\"field\": \"/data/x\"", "\"field\": \"/data/y\""},
           {"\"whenUnwritable\": \"go_on\"", "\"whenUnwritable\": \"stop\""},
           {"\"text\": \"2\"", "\"text\": \"3\""},
           {"\"previousRun\": \"r0\"", "\"previousRun\": \"r9\""}}) {
    ASSERT_NE(file.find(from), std::string::npos) << from;
    auto read = from_json(replaced(file, from, to), "plan.json");
    ASSERT_FALSE(read) << from;
    EXPECT_EQ(read.error().code.number, plan_errors::plan_edited.number) << from;
  }
}

TEST(TheListInAFile, WhatThisVersionDoesNotKnowIsNoPlan) {
  std::string file = to_json(full());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\"kind\": \"object\"", "\"kind\": \"grant\""},
           {"\"kind\": \"ConfigMap\"", "\"kind\": \"Secret\""},
           {"\"field\": \"/data/x\"", "\"field\": \"\""},
           {"\"whenUnwritable\": \"go_on\"", "\"whenUnwritable\": \"ask\""}}) {
    ASSERT_NE(file.find(from), std::string::npos) << from;
    auto read = from_json(replaced(file, from, to), "plan.json");
    ASSERT_FALSE(read) << from;
    EXPECT_EQ(read.error().code.number, plan_errors::not_a_plan.number) << from;
  }
}

// With a right hash, as whoever forges a plan would make it.
TEST(TheListInAFile, ThatDoesNotFitItsNodesIsNoPlan) {
  auto code = [](auto spoil) {
    Plan plan = full();
    spoil(plan);
    seal(plan);
    auto read = from_json(to_json(plan), "plan.json");
    return read ? 0 : read.error().code.number;
  };
  EXPECT_EQ(code([](Plan&) {}), 0);
  const int refused = plan_errors::not_a_plan.number;
  EXPECT_EQ(code([](Plan& p) { change_at(p, "cp1").node = "cp9"; }), refused) << "a node that is not there";
  EXPECT_EQ(code([](Plan& p) { p.changes.emplace_back(change_at(p, "cp1")); }), refused) << "twice";
  EXPECT_EQ(code([](Plan& p) { p.changes.emplace_back(other_object()); }), refused) << "an object twice";
  EXPECT_EQ(code([](Plan& p) { std::swap(p.changes[0], p.changes[2]); }), refused) << "another order";
  EXPECT_EQ(code([](Plan& p) { p.nodes[1].name = "cp1"; }), refused) << "two nodes of one name";
}

}  // namespace
}  // namespace nightlatch::plan
