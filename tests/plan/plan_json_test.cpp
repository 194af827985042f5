#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {
namespace {

using testing::HasSubstr;

Plan sample() {
  PlanRequest request = healthy_request();
  request.playbook.paths = {{"/version", "web", "status page", "2030-01-01"}};
  Plan plan = *make_plan(request).plan;
  plan.created = "2026-11-22T01:14:05Z";
  return plan;
}

int code_of(const std::string& file) {
  auto plan = from_json(file, "plan.json");
  return plan ? 0 : plan.error().code.number;
}

TEST(PlanFile, ComesBackAsItWas) {
  Plan plan = sample();
  auto back = from_json(to_json(plan), "plan.json");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->hash, plan.hash);
  EXPECT_EQ(to_json(*back), to_json(plan));
  EXPECT_EQ(back->changes, plan.changes);
  EXPECT_EQ(back->nodes[0].gates, plan.nodes[0].gates);
  EXPECT_EQ(back->playbook.rollback.lease, plan.playbook.rollback.lease);
  EXPECT_EQ(back->nodes[0].after, plan.nodes[0].after);
  EXPECT_EQ(back->playbook.paths[0].owner, "web");
  EXPECT_EQ(back->created, plan.created);
}

TEST(PlanFile, EveryActionAndDirectionComesBack) {
  Plan plan = sample();
  plan.direction = Direction::rollback;
  change_at(plan, "cp1").kind = ManifestChange::Kind::finish_restore;
  change_at(plan, "cp1").previous_run = "r1";
  plan.leave_alone(plan.nodes[1]);
  seal(plan);
  auto back = from_json(to_json(plan), "plan.json");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->direction, Direction::rollback);
  EXPECT_TRUE(back->finishes_restore(back->nodes[0]));
  EXPECT_FALSE(back->is_changed(back->nodes[1]));
  EXPECT_TRUE(back->swaps(back->nodes[2]));
}

TEST(PlanFile, EveryRelationComesBack) {
  using enum Relation;
  for (Relation relation : {undoes, puts_back, goes_on_with, confirms}) {
    for (Direction direction : {Direction::apply, Direction::rollback}) {
      Plan plan = sample();
      plan.of_run = "r1";
      plan.direction = direction;
      plan.relation = relation;
      seal(plan);
      auto back = from_json(to_json(plan), "plan.json");
      ASSERT_TRUE(back) << name(relation);
      EXPECT_EQ(back->relation, relation);
      bool is_said = to_json(plan).find("\"relation\"") != std::string::npos;
      EXPECT_EQ(is_said, relation != usual_relation(direction, "r1")) << name(relation);
    }
  }
}

// A plan of an earlier version says a run and a direction.
TEST(PlanFile, WithoutARelationARollbackUndoesAndAnApplyGoesOn) {
  EXPECT_EQ(usual_relation(Direction::rollback, "r1"), Relation::undoes);
  EXPECT_EQ(usual_relation(Direction::apply, "r1"), Relation::goes_on_with);
  EXPECT_EQ(usual_relation(Direction::apply, ""), Relation::none);
}

TEST(PlanFile, ARelationThatDoesNotFitIsNotAPlan) {
  Plan plan = sample();
  plan.relation = Relation::undoes;  // of no run
  seal(plan);
  EXPECT_EQ(code_of(to_json(plan)), plan_errors::not_a_plan.number);
  plan.of_run = "r1";
  seal(plan);
  EXPECT_EQ(code_of(replaced(to_json(plan), "\"undoes\"", "\"forgets\"")), plan_errors::not_a_plan.number);
}

TEST(PlanHash, CoversWhatDecidesAndNothingThatIsOnlyShown) {
  Plan plan = sample();
  std::string hash = plan.hash;
  plan.created = "later";
  plan.checks.push_back({PlanCheck::Grade::warning, "said in other words"});
  plan.order_reasons.clear();
  seal(plan);
  EXPECT_EQ(plan.hash, hash);
  auto changes = [&](auto change) {
    Plan other = sample();
    change(other);
    seal(other);
    return other.hash != hash;
  };
  EXPECT_TRUE(changes([](Plan& p) { p.kube_system_uid = "x"; }));
  EXPECT_TRUE(changes([](Plan& p) { p.nodes[0].machine_id = "x"; }));
  EXPECT_TRUE(changes([](Plan& p) { p.nodes[0].host_key = "x"; }));
  EXPECT_TRUE(changes([](Plan& p) { change_at(p, "cp1").sha256_after[0] = 'x'; }));
  EXPECT_TRUE(changes([](Plan& p) { change_at(p, "cp1").splices[0].text += " "; }));
  EXPECT_TRUE(changes([](Plan& p) { p.nodes[0].gates[0].expected = {401}; }));
  EXPECT_TRUE(changes([](Plan& p) { p.playbook.gates.soak += std::chrono::seconds(1); }));
  EXPECT_TRUE(changes([](Plan& p) { p.playbook.rollback.lease += std::chrono::seconds(1); }));
  EXPECT_TRUE(changes([](Plan& p) { p.playbook.rollback.ceiling = std::chrono::seconds(900); }));
  EXPECT_TRUE(changes([](Plan& p) { std::swap(p.nodes[0], p.nodes[1]); }));
  EXPECT_TRUE(changes([](Plan& p) { std::swap(p.changes[0], p.changes[1]); }));
  EXPECT_TRUE(changes([](Plan& p) { p.changes.pop_back(); }));
}

TEST(PlanFile, AnEditedFileIsRefused) {
  std::string file = to_json(sample());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\"machineId\": \"machine-1\"", "\"machineId\": \"machine-9\""},
           {"\"soakSeconds\": 30", "\"soakSeconds\": 0"},
           {"\"port\": 6443", "\"port\": 71979"},
           {"\"purpose\": \"must_be_closed\"", "\"purpose\": \"ready\""},
           {"\"cluster\": \"prod-eu1\"", "\"cluster\": \"prod-eu1\", \"unknown\": 1"},
           {"\"hash\": \"", "\"hash\": \"0"}}) {
    ASSERT_NE(file.find(from), std::string::npos) << from;
    EXPECT_EQ(code_of(replaced(file, from, to)), plan_errors::plan_edited.number) << from;
  }
}

TEST(PlanFile, WhatIsOnlyShownMayDiffer) {
  EXPECT_EQ(code_of(replaced(to_json(sample()), "stay open", "are open")), 0);
}

TEST(PlanFile, WhatIsNoPlanIsRefusedWithItsName) {
  std::string file = to_json(sample());
  for (const std::string& bad :
       {std::string(), std::string("{}"), std::string("[]"), std::string("null"), file.substr(0, 200),
        replaced(file, "plan/v1", "plan/v2"), replaced(file, "\"action\": \"swap\"", "\"action\": \"erase\""),
        replaced(file, "\"kind\": \"manifest\"", "\"kind\": \"node\""),
        replaced(file, "\"state\": \"open\"", "\"state\": \"ajar\""),
        replaced(file, "\"nodes\"", "\"knots\""), replaced(file, "prod-eu1", "\xff\xfe"),
        replaced(file, "\"soakSeconds\": 30", "\"soakSeconds\": {}"),
        replaced(file, "\"soakSeconds\": 30", "\"soakSeconds\": 1e43"), std::string(100'000, '['),
        file + "{}"}) {
    EXPECT_EQ(code_of(bad), plan_errors::not_a_plan.number) << bad.substr(0, 60);
  }
  EXPECT_THAT(from_json("{}", "lockdown.json").error().message, HasSubstr("lockdown.json"));
}

TEST(PlanFile, BytesThatAreNoUtf8DoNotStopAPlan) {
  Plan plan = sample();
  plan.nodes[0].host_key = "SHA256:\xff";
  seal(plan);
  EXPECT_TRUE(from_json(to_json(plan), "plan.json"));
}

TEST(Plan, ItsShortHashIsEightDigits) {
  Plan plan = sample();
  EXPECT_EQ(plan.short_hash(), plan.hash.substr(0, 8));
}

}  // namespace
}  // namespace nightlatch::plan
