// Before each node: the manifests of all nodes (S12), and etcd's quorum (S14).
#include "rollout/preflight.hpp"

#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using node::Reply;
using node::Request;
using node::Verb;
using testing::AllOf;
using testing::HasSubstr;

// `what` is done to `victim` once the first node is confirmed.
void after_first_node(Rolling& rolling, std::size_t victim, const std::string& bytes) {
  rolling.node(0).instead = [&rolling, victim, bytes](const Request& request) -> std::optional<Reply> {
    Reply reply = rolling.node(0).ordinary(request);
    if (request.verb == Verb::confirm) rolling.node(victim).manifest = bytes;
    return reply;
  };
}

TEST(PeerManifests, ANodeDoneEarlierThatWasChangedSinceStopsTheRoll) {
  Rolling rolling({"cp1", "cp2", "cp3"});
  after_first_node(rolling, 0, "somebody's");
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(outcomes(result),
            (std::vector{NodeOutcome::confirmed, NodeOutcome::untouched, NodeOutcome::untouched}));
  EXPECT_EQ(code_of(result.nodes[1]), rollout_errors::preflight_changed.number);
  EXPECT_THAT(
      result.nodes[1].trouble->why,
      AllOf(HasSubstr("cp1: /etc/kubernetes/manifests/kube-apiserver.yaml is "),
            HasSubstr("this run left " + short_hash(rolling.plan.sha256_at_end(rolling.plan.nodes[0]))),
            HasSubstr("so cp2 stays as it is")));
  EXPECT_EQ(rolling.node(1).count(Verb::stage), 0U);
}

TEST(PeerManifests, ANodeDoneEarlierThatIsOldAgainStopsTheRoll) {
  Rolling rolling({"cp1", "cp2"});
  after_first_node(rolling, 0, rolling.node(0).before);
  EXPECT_EQ(code_of(rolling.finish().nodes[1]), rollout_errors::preflight_changed.number);
}

TEST(PeerManifests, ANodeNotYetBegunThatWasChangedStopsTheRoll) {
  Rolling rolling({"cp1", "cp2", "cp3"});
  after_first_node(rolling, 2, "somebody's");
  const RunResult& result = rolling.finish();
  EXPECT_THAT(result.nodes[1].trouble->why,
              AllOf(HasSubstr("cp3: "), HasSubstr("the plan was made from"), HasSubstr("cp2 stays")));
  EXPECT_EQ(rolling.node(1).count(Verb::stage), 0U);
}

TEST(PeerManifests, ANodeThatIsOnlyWatchedIsCompared) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.leave_alone(plan.nodes[1]);
  Rolling rolling(plan);
  rolling.node(1).manifest = "somebody's";
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::preflight_changed.number);
  EXPECT_EQ(result.exit, Exit::refused);
}

TEST(PeerManifests, AMissingManifestIsCalledMissing) {
  Rolling rolling({"cp1", "cp2"});
  rolling.node(1).instead = [&](const Request& request) -> std::optional<Reply> {
    Reply reply = rolling.node(1).ordinary(request);
    if (request.verb == Verb::state) reply.state.manifest_sha256.clear();
    return reply;
  };
  EXPECT_THAT(rolling.finish().nodes[0].trouble->why, HasSubstr("cp2: /etc/kubernetes/manifests/"
                                                                "kube-apiserver.yaml is missing now"));
}

TEST(PeerManifests, APeerThatDoesNotAnswerIsNamed) {
  Rolling rolling({"cp1", "cp2"});
  rolling.node(1).instead = lose(Verb::state);
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::preflight_lost.number);
  EXPECT_EQ(result.nodes[0].trouble->why, "cp2 did not answer for 1 min");
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

TEST(PeerManifests, APeerThatHesitatesIsAskedAgain) {
  Rolling rolling({"cp1", "cp2"});
  bool lost = false;
  rolling.node(1).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::state && !std::exchange(lost, true)) return Reply{};
    return std::nullopt;
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
}

TEST(PeerManifests, APeerThatRefusesIsNamed) {
  Rolling rolling({"cp1", "cp2"});
  rolling.node(1).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::state) return rolling.node(1).refuse("a second manifest");
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::node_refused.number);
  EXPECT_EQ(result.nodes[0].trouble->why, "cp2: a second manifest");
}

plan::Plan plan_to_finish_cp1() {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.direction = plan::Direction::rollback;
  finish_restore(plan, 0, "first");
  plan.nodes[0].gates.pop_back();
  return plan;
}
void leave_in_midchange(ScriptedNode& node) {
  node.state = {node::Step::swapped, "first", 1, {}, 0, {}};
  node.write(node.after);
}

// A node in mid-change is the danger; whatever its peers hold, it is put back.
TEST(PeerManifests, ANodeLeftInMidChangeIsPutBackWhateverItsPeersHold) {
  Rolling rolling(plan_to_finish_cp1());
  leave_in_midchange(rolling.node(0));
  rolling.node(1).manifest = "somebody's";
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::restored);
  EXPECT_EQ(rolling.node(0).manifest, rolling.node(0).before);
  EXPECT_EQ(code_of(result.nodes[1]), rollout_errors::preflight_changed.number) << "its own, before a swap";
}

TEST(PeerManifests, ANodePutBackEarlierInThisRunHoldsTheOldBytes) {
  Rolling rolling(plan_to_finish_cp1());
  leave_in_midchange(rolling.node(0));
  EXPECT_EQ(rolling.finish().exit, Exit::done);
}

// --- etcd ---

auto etcd_answers(int status) {
  return [status](facts::Seen& seen) {
    if (seen.question.path == "/readyz/etcd") seen.status = status;
  };
}

TEST(Etcd, IsAskedOfEveryPeerWithCredentialsBeforeEachNode) {
  Rolling rolling({"cp1", "cp2", "cp3"});
  std::vector<std::string> asked;
  for (std::size_t i = 0; i < 3; ++i) {
    rolling.node(i).seen = [&, i](facts::Seen& seen) {
      if (seen.question.path != "/readyz/etcd") return;
      EXPECT_EQ(seen.question.credentials, facts::Credentials::admin);
      asked.push_back(rolling.plan.nodes[i].name);
    };
  }
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_EQ(asked, (std::vector<std::string>{"cp2", "cp3", "cp1", "cp3", "cp1", "cp2"}));
}

TEST(Etcd, WithoutQuorumNoNodeIsBegun) {
  Rolling rolling({"cp1", "cp2"});
  rolling.node(1).seen = etcd_answers(500);
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::etcd_away.number);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("GET /readyz/etcd with credentials: 500"));
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

TEST(Etcd, NoAnswerIsNotTheQuorum) {
  Rolling rolling({"cp1", "cp2"});
  rolling.node(1).seen = etcd_answers(0);
  EXPECT_EQ(code_of(rolling.finish().nodes[0]), rollout_errors::etcd_away.number);
}

TEST(Etcd, OneHesitationIsNoReasonToStop) {
  Rolling rolling({"cp1", "cp2"});
  bool first = true;
  rolling.node(1).seen = [&](facts::Seen& seen) {
    if (seen.question.path == "/readyz/etcd" && std::exchange(first, false)) seen.status = 500;
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
}

// /readyz, which has etcd in it, is 200 then; only the word for etcd alone may not be read.
TEST(Etcd, WhatIsNotToldIsNoted) {
  Rolling rolling({"cp1", "cp2"});
  rolling.node(1).seen = etcd_answers(403);
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  bool noted = false;
  for (const Record& record : rolling.records) {
    if (record.node != "cp1" || !record.data.contains("note")) continue;
    noted = true;
    EXPECT_EQ(record.step, "preflight");
    EXPECT_THAT(record.data.at("note"),
                HasSubstr("whether etcd has its quorum is not known: GET /readyz/etcd"));
  }
  EXPECT_TRUE(noted);
}

TEST(Etcd, TheOnlyApiServerIsAskedItself) {
  Rolling rolling({"cp1"});
  rolling.node(0).seen = etcd_answers(500);
  EXPECT_EQ(code_of(rolling.finish().nodes[0]), rollout_errors::etcd_away.number);
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

// It may be what the plan repairs (S13).
TEST(Etcd, TheOnlyApiServerMayBeAway) {
  Rolling rolling({"cp1"});
  rolling.node(0).seen = [&](facts::Seen& seen) {
    if (rolling.node(0).manifest == rolling.node(0).before) seen.status = 0;
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_THAT(rolling.records[4].data.at("note"), HasSubstr("whether etcd has its quorum is not known"));
}

// What a restore is measured against are the node's own gates.
TEST(Etcd, ItsAnswerIsNoGateOfARestore) {
  Rolling rolling({"cp1"});
  rolling.node(0).seen = [&](facts::Seen& seen) {
    bool is_new = rolling.node(0).manifest == rolling.node(0).after;
    if (is_new && seen.question.path == "/livez") seen.status = 401;
    if (rolling.node(0).count(Verb::restore) > 0) {
      EXPECT_NE(seen.question.path, "/readyz/etcd");
    }
  };
  EXPECT_EQ(rolling.finish().exit, Exit::rolled_back);
}

}  // namespace
}  // namespace nightlatch::rollout
