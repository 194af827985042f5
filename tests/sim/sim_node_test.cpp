// What a simulated API server tells: who a token is, and which configuration it has loaded.
#include "sim/sim_node.hpp"

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "rollout/gates.hpp"
#include "util/hash.hpp"

namespace nightlatch::sim {
namespace {

using namespace std::chrono_literals;

class NewApiServer : public testing::Test {
 protected:
  // The API server that the node makes from the new manifest has been ready for this long.
  std::unique_ptr<SimNode> node_with(Behaviour behaviour, Millis ready_for = 1s) {
    behaviour.needs_config = true;
    behaviours["new"] = behaviour;
    auto node = std::make_unique<SimNode>("cp1", "old", behaviours);
    node->advance(0ms);
    before = node->answer(rollout::login_question()).identity;
    node::Request place;
    place.verb = node::Verb::place;
    place.run = "run";
    place.config = "a configuration";
    EXPECT_EQ(node->call(place).kind, node::ReplyKind::ok);
    node->edit_by_stranger("new");
    for (Millis now = 100ms; now < 10min; now += 100ms) {
      node->advance(now);
      bool is_new = node->ready_at() > 1s;
      if (is_new && now >= node->ready_at() + ready_for) break;
    }
    return node;
  }

  static facts::Seen metrics(const std::unique_ptr<SimNode>& node) {
    return node->answer({"GET", "/metrics", facts::Credentials::admin, facts::Purpose::ready, {200}});
  }

  std::map<std::string, Behaviour> behaviours;
  std::string before;
};

TEST_F(NewApiServer, TellsWhoATokenIs) {
  facts::Seen seen = node_with({})->answer(rollout::login_question());
  EXPECT_EQ(seen.status, 201);
  EXPECT_EQ(seen.identity, before);
  EXPECT_EQ(rollout::judge_login(before, seen).verdict, rollout::Login::Verdict::same);
}

TEST_F(NewApiServer, MayKnowATokenByAnotherName) {
  Behaviour behaviour;
  behaviour.identity = "sso:ana []";
  facts::Seen seen = node_with(behaviour)->answer(rollout::login_question());
  EXPECT_EQ(rollout::judge_login(before, seen).verdict, rollout::Login::Verdict::other);
}

TEST_F(NewApiServer, MayRefuseATokenForEver) {
  Behaviour behaviour;
  behaviour.identity.clear();
  facts::Seen seen = node_with(behaviour, 5min)->answer(rollout::login_question());
  EXPECT_EQ(seen.status, 401);
  EXPECT_EQ(seen.identity, "");
}

TEST_F(NewApiServer, MayRefuseATokenForAWhile) {
  Behaviour behaviour;
  behaviour.login_after = 30s;
  EXPECT_EQ(node_with(behaviour, 20s)->answer(rollout::login_question()).status, 401);
  EXPECT_EQ(node_with(behaviour, 31s)->answer(rollout::login_question()).status, 201);
}

TEST_F(NewApiServer, TellsTheHashOfTheConfigurationItHasLoaded) {
  facts::Seen seen = metrics(node_with({}));
  EXPECT_EQ(seen.loaded_config, "sha256:" + sha256_hex("a configuration"));
  EXPECT_TRUE(seen.rejected.has_value());
}

TEST_F(NewApiServer, MayHaveLoadedAnother) {
  Behaviour behaviour;
  behaviour.loads_another = true;
  auto loaded = rollout::judge_loaded_config(sha256_hex("a configuration"), metrics(node_with(behaviour)));
  EXPECT_EQ(loaded.verdict, rollout::LoadedConfig::Verdict::other);
}

TEST_F(NewApiServer, MayNotTellWhatItHasLoaded) {
  Behaviour behaviour;
  behaviour.tells_config = false;
  auto loaded = rollout::judge_loaded_config(sha256_hex("a configuration"), metrics(node_with(behaviour)));
  EXPECT_EQ(loaded.verdict, rollout::LoadedConfig::Verdict::not_told);
}

TEST_F(NewApiServer, MayAnswerEverythingButMetrics) {
  Behaviour behaviour;
  behaviour.answers_metrics = false;
  auto node = node_with(behaviour);
  facts::Seen seen = metrics(node);
  EXPECT_EQ(seen.status, 0);
  EXPECT_EQ(seen.why, "timeout");
  EXPECT_FALSE(seen.rejected.has_value());
  auto loaded = rollout::judge_loaded_config(sha256_hex("a configuration"), seen);
  EXPECT_EQ(loaded.verdict, rollout::LoadedConfig::Verdict::no_answer);
  EXPECT_EQ(node->answer(rollout::ready_question()).status, 200);
}

TEST_F(NewApiServer, ShowsACertificateOfItsOwn) {
  EXPECT_EQ(metrics(node_with({})).certificate, "certificate of cp1");
}

}  // namespace
}  // namespace nightlatch::sim
