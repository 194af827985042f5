// S18: a login is the same before and after, on every node.
#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/gates.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using node::Verb;
using testing::HasSubstr;

class LoginRoll : public testing::Test {
 protected:
  LoginRoll() {
    for (std::size_t i = 0; i < 2; ++i) {
      rolling.node(i).seen = [this, i](facts::Seen& seen) {
        if (seen.question.credentials != facts::Credentials::login) return;
        ++asked[i];
        bool is_new = rolling.node(i).manifest == rolling.node(i).after;
        seen.identity = is_new ? after() : before;
        seen.status = seen.identity.empty() ? 401 : 201;
      };
    }
  }

  int asked[2] = {0, 0};
  std::string before = "ana [dev]";
  std::function<std::string()> after = [] { return std::string("ana [dev]"); };
  Rolling rolling{plan_for({"cp1", "cp2"}), Prompting::assume_yes, RunOptions{.balancer = {}, .login = true}};
};

TEST_F(LoginRoll, IsAskedForOnceBeforeAndOnceAfterOnEachNode) {
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_EQ(asked[0], 2);
  EXPECT_EQ(asked[1], 2);
}

TEST_F(LoginRoll, SomebodyElseIsRolledBack) {
  after = [] { return std::string("oidc:ana [dev]"); };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::rolled_back);
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::login_differs.number);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("the token was ana [dev], is oidc:ana [dev] now"));
  EXPECT_EQ(rolling.node(1).count(Verb::stage), 0U);
}

TEST_F(LoginRoll, ARefusalWhileKeysAreFetchedOnlyCostsTime) {
  int refusals = 3;
  after = [&]() -> std::string { return refusals-- > 0 ? "" : "ana [dev]"; };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
}

TEST_F(LoginRoll, ARefusalThatStaysIsRolledBack) {
  after = [] { return std::string(); };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::rolled_back);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("with the token: 401, wanted 201"));
}

TEST_F(LoginRoll, ATokenThatIsNobodyBeforeTouchesNothing) {
  before.clear();
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::login_unknown.number);
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

TEST(Login, WithoutATokenNobodyIsAsked) {
  Rolling rolling({"cp1"});
  rolling.node(0).seen = [](facts::Seen& seen) {
    EXPECT_NE(seen.question.credentials, facts::Credentials::login);
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
}

}  // namespace
}  // namespace nightlatch::rollout
