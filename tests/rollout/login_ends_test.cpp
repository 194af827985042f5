// A login that ends in mid-roll: "cannot see" is told from "not healthy".
#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using node::Verb;
using testing::HasSubstr;

// Refuses an administrator's questions on the nodes of `where` as soon as cp1 has been swapped.
struct LoginEnds {
  explicit LoginEnds(std::vector<std::string> names, std::set<std::size_t> where)
      : rolling(plan_for(std::move(names))) {
    for (std::size_t i = 0; i < rolling.nodes.size(); ++i) {
      rolling.node(i).seen = [this, i, where](facts::Seen& seen) {
        bool is_over = rolling.node(0).manifest == rolling.node(0).after || over;
        if (stays_over) over = over || is_over;
        if (!is_over || !where.contains(i) || seen.question.credentials != facts::Credentials::admin) return;
        seen.status = 401;
        seen.why = "exec plugin \"sso\": it ended with exit status 1: the session has ended";
        seen.rejected.reset();
        ++refused;
      };
    }
  }

  bool over = false;
  bool stays_over = true;  // false: only the new manifest makes a difference
  int refused = 0;
  Rolling rolling;
};

TEST(LoginEnds, WhatTheKubeletSeesConfirmsTheNodeAndTheRunEndsThere) {
  LoginEnds login({"cp1", "cp2", "cp3"}, {0, 1, 2});
  const RunResult& result = login.rolling.finish();
  EXPECT_GT(login.refused, 3);
  EXPECT_EQ(outcomes(result),
            (std::vector{NodeOutcome::confirmed, NodeOutcome::untouched, NodeOutcome::untouched}));
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::login_ended.number);
  EXPECT_THAT(result.trouble->why, HasSubstr("the session has ended"));
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(login.rolling.node(0).count(Verb::restore), 0U);
}

TEST(LoginEnds, AnApiServerThatAloneRefusesTheLoginGoesBack) {
  LoginEnds login({"cp1", "cp2", "cp3"}, {0});
  login.stays_over = false;
  const RunResult& result = login.rolling.finish();
  EXPECT_EQ(outcomes(result),
            (std::vector{NodeOutcome::restored, NodeOutcome::untouched, NodeOutcome::untouched}));
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::gates_late.number);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("takes the same login"));
}

TEST(LoginEnds, WhereThereIsNoOtherNodeItCannotBeToldAndTheNodeGoesBack) {
  LoginEnds login({"cp1"}, {0});
  const RunResult& result = login.rolling.finish();
  EXPECT_NE(outcomes(result), std::vector{NodeOutcome::confirmed});
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("401"));
}

TEST(LoginEnds, BeforeTheFirstNodeNothingIsTouched) {
  LoginEnds login({"cp1", "cp2"}, {0, 1});
  login.over = true;
  const RunResult& result = login.rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(login.rolling.node(0).count(Verb::stage), 0U);
}

TEST(LoginEnds, WhatWasLeftInMidChangeIsPutBackWithoutALogin) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.direction = plan::Direction::rollback;
  finish_restore(plan, 0, "first");
  Rolling rolling(plan);
  for (std::size_t i = 0; i < 2; ++i) {
    rolling.node(i).seen = [](facts::Seen& seen) {
      if (seen.question.credentials == facts::Credentials::admin) seen.status = 401;
    };
  }
  EXPECT_EQ(rolling.finish().nodes[0].outcome, NodeOutcome::restored);
}

TEST(LoginEnds, OnlyTheLastCheckIsLeftOpenWhenItEndsAfterTheLastNode) {
  Rolling rolling({"cp1", "cp2"});
  for (std::size_t i = 0; i < 2; ++i) {
    rolling.node(i).seen = [&](facts::Seen& seen) {
      bool all_done = rolling.node(0).state.step == node::Step::confirmed &&
                      rolling.node(1).state.step == node::Step::confirmed;
      if (all_done && seen.question.credentials == facts::Credentials::admin) seen.status = 401;
    };
  }
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::confirmed, NodeOutcome::confirmed}));
  EXPECT_EQ(result.trouble->code, rollout_errors::login_ended.number);
  EXPECT_EQ(result.exit, Exit::mixed);
}

}  // namespace
}  // namespace nightlatch::rollout
