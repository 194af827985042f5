#include "plan/hooks.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"
#include "plan/estimate.hpp"
#include "plan/planner.hpp"

namespace nightlatch::plan {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Plan without_hooks() {
  return *make_plan(healthy_request()).plan;
}

Plan with_hooks() {
  Plan plan = without_hooks();
  plan.playbook.hooks.before_node = spec::Hook{.command = {"/opt/drain", "--server", "a b"}, .timeout = 40s};
  plan.playbook.hooks.after_node = spec::Hook{.command = {"/opt/ready"}, .timeout = 600s};
  seal(plan);
  return plan;
}

TEST(PlanHooks, AreInTheHashAndInTheFile) {
  Plan plan = with_hooks();
  auto read = from_json(to_json(plan), "p.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->playbook.hooks, plan.playbook.hooks);
  EXPECT_EQ(read->hash, plan.hash);
  Plan other = plan;
  other.playbook.hooks.before_node->command.back() = "c";
  seal(other);
  EXPECT_NE(other.hash, plan.hash);
  other = plan;
  other.playbook.hooks.before_node->timeout = 41s;
  seal(other);
  EXPECT_NE(other.hash, plan.hash);
  other = without_hooks();
  EXPECT_THAT(to_json(other), testing::Not(HasSubstr("hooks")))
      << "plans of earlier versions keep their hash";
}

TEST(PlanHooks, AFileWithAHookWithoutAProgramIsNotRead) {
  std::string file = to_json(with_hooks());
  std::size_t begin = file.find("[", file.find("\"command\""));
  std::size_t end = file.find("]", begin);
  file.replace(begin, end - begin + 1, "[]");
  EXPECT_FALSE(from_json(file, "p.json"));
}

TEST(PlanHooks, WhoCallsWhich) {
  Plan plan = with_hooks();
  EXPECT_TRUE(hooks_stop(plan));
  EXPECT_NE(called_hook(plan, HookEvent::before_node), nullptr);
  EXPECT_EQ(called_hook(plan, HookEvent::before), nullptr);
  EXPECT_EQ(hook_limit(plan, HookEvent::after_node), 600s);
  EXPECT_EQ(hook_limit(plan, HookEvent::before), 0s);
  Plan back = plan;
  back.direction = Direction::rollback;
  EXPECT_FALSE(hooks_stop(back));
  EXPECT_EQ(hook_limit(back, HookEvent::after_node), 30s);
  EXPECT_NE(called_hook(back, HookEvent::before_node), nullptr);
  Plan kept = plan;
  change_at(kept, kept.nodes[0].name).kind = ManifestChange::Kind::finish_confirm;
  EXPECT_FALSE(hooks_stop(kept));
  EXPECT_EQ(called_hook(kept, HookEvent::before_node), nullptr);
  EXPECT_NE(called_hook(kept, HookEvent::after_node), nullptr);
  plan.rehearsal = true;
  EXPECT_EQ(called_hook(plan, HookEvent::after_node), nullptr);
}

// A node is begun only if its hooks fit into the window, and its guard waits for afterNode.
TEST(PlanHooks, TheirTimeCounts) {
  Plan with = with_hooks();
  Plan without = without_hooks();
  EXPECT_EQ(worst_case_of_a_node(with.playbook, 0s) - worst_case_of_a_node(without.playbook, 0s), 660s);
  EXPECT_EQ(estimate(with).worst - estimate(without).worst, 660s);
  EXPECT_EQ(ceiling(with, Turn::first, 0s) - ceiling(without, Turn::first, 0s), 610s);
  EXPECT_GT(journal_bytes(with), journal_bytes(without));
}

TEST(PlanHooks, AStatedCeilingHasRoomForAfterNode) {
  PlanRequest request = healthy_request();
  request.playbook.hooks = with_hooks().playbook.hooks;
  request.playbook.rollback.ceiling = least_ceiling(without_hooks(), Turn::first).sum();
  PlanOutcome outcome = make_plan(request);
  ASSERT_FALSE(outcome.plan);
  ASSERT_EQ(outcome.refusals.size(), 1U);
  EXPECT_EQ(outcome.refusals[0].code.number, plan_errors::ceiling_short.number);
  EXPECT_THAT(outcome.refusals[0].details, testing::Contains("hook afterNode     10 min 10 s"));
  request.playbook.rollback.ceiling = least_ceiling(with_hooks(), Turn::first).sum();
  EXPECT_TRUE(make_plan(request).plan);
}

}  // namespace
}  // namespace nightlatch::plan
