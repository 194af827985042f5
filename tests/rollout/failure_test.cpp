#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/progress.hpp"
#include "rollout/rolling.hpp"
#include "rollout/run.hpp"

namespace nightlatch::rollout {
namespace {

using node::Reply;
using node::Request;
using node::Verb;
using testing::HasSubstr;

// --- failures after the swap ---

TEST(Run, AProbeAnswered401IsUndoneAtOnce) {
  Rolling rolling({"cp1", "cp2"});
  rolling.node(0).seen = [&](facts::Seen& seen) {
    bool probe = seen.question.purpose == facts::Purpose::kubelet_probe;
    if (probe && rolling.node(0).manifest == rolling.node(0).after) seen.status = 401;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::restored, NodeOutcome::untouched}));
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::probe_unauthorized.number);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("GET /livez without credentials: 401, wanted 200"));
  EXPECT_EQ(result.outcome, Outcome::rolled_back);
  EXPECT_EQ(result.exit, Exit::rolled_back);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_EQ(rolling.node(0).manifest, rolling.node(0).before);
  EXPECT_TRUE(rolling.has("cp1", "gated", Phase::failed));
  EXPECT_TRUE(rolling.has("cp1", "restored", Phase::done));
}

TEST(Run, AFailureOfALaterNodeStopsInAMixedCluster) {
  Rolling rolling({"cp1", "cp2", "cp3"});
  rolling.node(1).seen = [&](facts::Seen& seen) {
    bool probe = seen.question.purpose == facts::Purpose::kubelet_probe;
    if (probe && rolling.node(1).manifest == rolling.node(1).after) seen.status = 401;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result),
            (std::vector{NodeOutcome::confirmed, NodeOutcome::restored, NodeOutcome::untouched}));
  EXPECT_EQ(result.outcome, Outcome::stopped);
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.cluster, ClusterState::mixed);
}

TEST(Run, AnApiServerThatExitsIsQuotedAndUndone) {
  Rolling rolling({"cp1"});
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    ScriptedNode& node = rolling.node(0);
    if (request.verb == Verb::swap) {
      Reply reply = node.ordinary(request);
      node.pod.running = false;
      node.pod.exit_code = 1;
      return reply;
    }
    if (request.verb == Verb::evidence) {
      Reply reply = node.ok();
      reply.lines = {"anonymous: Forbidden: --anonymous-auth flag cannot be set"};
      return reply;
    }
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::api_server_exited.number);
  EXPECT_EQ(result.nodes[0].trouble->evidence,
            std::vector<std::string>{"anonymous: Forbidden: --anonymous-auth flag cannot be set"});
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("exit code 1"));
  EXPECT_EQ(result.exit, Exit::rolled_back);
}

TEST(Run, TheRestoreDoesNotWaitForAnExplanation) {
  Rolling rolling({"cp1"});
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::evidence) return rolling.node(0).refuse("no log");
    return std::nullopt;
  };
  rolling.node(0).seen = [&](facts::Seen& seen) {
    if (rolling.node(0).manifest == rolling.node(0).after) seen.status = 401;
  };
  EXPECT_EQ(outcomes(rolling.finish()), std::vector{NodeOutcome::restored});
}

TEST(Run, AnApiServerThatNeverStartsIsUndoneWhenTheTimeIsUp) {
  Rolling rolling({"cp1"});
  ScriptedNode& node = rolling.node(0);
  facts::PodView old = node.pod;
  node.instead = [&, old](const Request& request) -> std::optional<Reply> {
    Reply reply = node.ordinary(request);
    node.pod = old;  // the kubelet does not look
    reply.pod = old;
    return reply;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::not_restarted.number);
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::restored}) << "the pod of before simply runs on";
}

TEST(Run, GatesThatNeverHoldAreUndoneWhenTheTimeIsUp) {
  Rolling rolling({"cp1"});
  rolling.node(0).seen = [&](facts::Seen& seen) {
    bool ready = seen.question.purpose == facts::Purpose::ready;
    if (ready && rolling.node(0).manifest == rolling.node(0).after) seen.status = 500;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::gates_late.number);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("did not hold within 1 min"));
  EXPECT_EQ(result.exit, Exit::rolled_back);
}

TEST(Run, APathThatStaysOpenIsUndoneLongBeforeTheTimeIsUp) {
  Rolling rolling({"cp1"});
  int rounds = 0;
  rolling.node(0).seen = [&](facts::Seen& seen) {
    bool shut = seen.question.purpose == facts::Purpose::must_be_closed;
    if (!shut || rolling.node(0).manifest != rolling.node(0).after) return;
    ++rounds;
    seen.status = 200;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::still_open.number);
  EXPECT_EQ(rounds, rolling.plan.playbook.gates.consecutive);
}

// A plan whose API servers say what they have loaded, and what they say.
std::unique_ptr<Rolling> telling(const std::string& loaded, int status = 200) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    plan.nodes[i].version = "1.34.4";
    change_of(plan, i).config_sha256 = std::string(64, 'a');
  }
  auto rolling = std::make_unique<Rolling>(plan);
  for (auto& node : rolling->nodes) {
    node->seen = [=](facts::Seen& seen) {
      if (seen.question.path != "/metrics") return;
      seen.status = status;
      seen.loaded_config = loaded;
    };
  }
  return rolling;
}

TEST(Run, AnApiServerThatHasLoadedAnotherConfigurationIsUndone) {
  auto rolling = telling("sha256:" + std::string(64, 'b'));
  const RunResult& result = rolling->finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::restored, NodeOutcome::untouched}));
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::config_differs.number);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("loaded is sha256:bbbbbbbbbbbb"));
}

TEST(Run, TheLoadedConfigurationIsWrittenDownWhenItIsThePlacedOne) {
  std::string placed = "sha256:" + std::string(64, 'a');
  auto rolling = telling(placed);
  EXPECT_EQ(rolling->finish().exit, Exit::done);
  for (const Record& record : rolling->records) {
    bool gated = record.step == "gated" && record.phase == Phase::done;
    EXPECT_EQ(record.data.contains("loaded"), gated) << record.step;
    if (gated) {
      EXPECT_EQ(record.data.at("loaded"), placed);
    }
  }
}

TEST(Run, ALoadedConfigurationThatIsNotToldIsNoFailureAndIsSaid) {
  for (int status : {200, 403}) {
    auto rolling = telling("", status);
    EXPECT_EQ(rolling->finish().exit, Exit::done);
    RunProgress progress;
    for (const Record& record : rolling->records) progress.fold(record);
    ASSERT_EQ(progress.find("cp1")->notes.size(), 1U);
    EXPECT_THAT(progress.find("cp1")->notes[0], HasSubstr("does not report which configuration"));
  }
}

// GET /metrics gets no answer on any node; returns how often cp1 was asked.
std::unique_ptr<Rolling> with_silent_metrics(const plan::Plan& plan, int& asked) {
  auto rolling = std::make_unique<Rolling>(plan);
  for (auto& node : rolling->nodes) {
    bool is_first = node == rolling->nodes.front();
    node->seen = [&asked, is_first](facts::Seen& seen) {
      if (seen.question.path != "/metrics") return;
      if (is_first) ++asked;
      seen.status = 0;
      seen.why = "timeout";
    };
  }
  return rolling;
}

TEST(Run, ASilentMetricsPathIsAskedThreeTimesAndThenNoted) {
  int asked = 0;
  auto rolling = with_silent_metrics(telling("")->plan, asked);
  const RunResult& result = rolling->finish();
  EXPECT_EQ(result.exit, Exit::done);
  EXPECT_THAT(outcomes(result), testing::Each(NodeOutcome::confirmed));
  EXPECT_EQ(asked, 3);
  RunProgress progress;
  for (const Record& record : rolling->records) progress.fold(record);
  EXPECT_THAT(progress.find("cp1")->notes,
              testing::ElementsAre("kube-apiserver does not report which configuration it has loaded: GET "
                                   "/metrics with credentials: timeout, wanted 200 (cp1 through SSH)"));
}

TEST(Run, ASilentMetricsPathThatThePlanPromisesIsUndone) {
  int asked = 0;
  plan::Plan plan = telling("")->plan;
  plan.nodes[0].after = {
      access::ExposureState::restricted, {"/healthz", "/livez", "/metrics", "/readyz"}, {}};
  auto rolling = with_silent_metrics(plan, asked);
  const RunResult& result = rolling->finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::restored, NodeOutcome::untouched}));
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::gates_late.number);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("GET /metrics with credentials: timeout"));
  EXPECT_GT(asked, 3);
}

TEST(Run, ARestartDuringTheSoakIsUndone) {
  Rolling rolling({"cp1"});
  ScriptedNode& node = rolling.node(0);
  node.instead = [&](const Request& request) -> std::optional<Reply> {
    bool gated = request.verb == Verb::mark && request.to == node::Step::gated;
    if (gated) node.pod.container = "c1";
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::restarted_again.number);
  EXPECT_TRUE(rolling.has("cp1", "soaked", Phase::failed));
  EXPECT_EQ(result.exit, Exit::rolled_back);
}

TEST(Run, ASoakBeginsAgainAfterABreak) {
  Rolling rolling({"cp1"});
  int in_soak = 0;
  rolling.node(0).seen = [&](facts::Seen& seen) {
    bool soaking = rolling.node(0).state.step == node::Step::gated;
    if (soaking && seen.question.purpose == facts::Purpose::ready && ++in_soak == 3) seen.status = 500;
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_GE(in_soak, 6) << "three seconds after the break, not after the beginning";
}

TEST(Run, ARefusedSwapIsDisarmed) {
  Rolling rolling({"cp1"});
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::swap) return rolling.node(0).refuse("the deadline has passed");
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::swap_refused.number);
  EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::restored);
  EXPECT_EQ(rolling.node(0).manifest, rolling.node(0).before);
}

TEST(Run, ARefusedMarkOrConfirmIsUndone) {
  for (Verb verb : {Verb::mark, Verb::confirm}) {
    Rolling rolling({"cp1"});
    rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
      if (request.verb == verb) return rolling.node(0).refuse("already restored at 01:22:40");
      return std::nullopt;
    };
    const RunResult& result = rolling.finish();
    EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::mark_refused.number) << node::name(verb);
    EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::restored);
  }
}

TEST(Run, ForeignBytesAreNeverOverwritten) {  // S1
  Rolling rolling({"cp1", "cp2"});
  ScriptedNode& node = rolling.node(0);
  node.instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::mark) node.manifest = "kubeadm's";
    if (request.verb != Verb::restore) return std::nullopt;
    node.state.step = node::Step::foreign;
    return node.refuse("the manifest holds foreign bytes");
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::foreign, NodeOutcome::untouched}));
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::foreign.number);
  EXPECT_EQ(result.exit, Exit::needs_person);
  EXPECT_EQ(result.cluster, ClusterState::unknown);
  EXPECT_EQ(node.manifest, "kubeadm's");
}

TEST(Run, ARestoredNodeThatIsNotAsHealthyAsBeforeNeedsAPerson) {  // S2
  Rolling rolling({"cp1", "cp2"});
  bool swapped = false;
  rolling.node(0).seen = [&](facts::Seen& seen) {
    swapped = swapped || rolling.node(0).manifest == rolling.node(0).after;
    if (swapped) seen.status = 500;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::needs_person, NodeOutcome::untouched}));
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::not_as_before.number);
  EXPECT_EQ(result.outcome, Outcome::needs_person);
  EXPECT_EQ(result.exit, Exit::needs_person);
  EXPECT_EQ(result.cluster, ClusterState::mixed);
}

// A person needs to know why the change was undone, too.
TEST(Run, AFailedRestoreNamesWhatItWasToUndo) {
  Rolling rolling({"cp1"});
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::swap) return rolling.node(0).refuse("the manifest is a mount point of its own");
    if (request.verb == Verb::restore) return rolling.node(0).refuse("cannot write the state");
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::restore_refused.number);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("cannot write the state"));
  EXPECT_EQ(result.nodes[0].trouble->undone_because, "NL4207: cp1: the manifest is a mount point of its own");
}

// Seen on real nodes: "no run was staged on this node" was given as the reason.
TEST(Run, WhatTheCleaningUpMeetsIsNotTheReason) {
  Rolling rolling({"cp1"});
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::stage)
      return rolling.node(0).refuse("the manifest has the immutable attribute");
    if (request.verb == Verb::clean) return rolling.node(0).refuse("no run was staged on this node");
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_TRUE(rolling.has("cp1", "cleaned", Phase::failed));
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::node_refused.number);
  EXPECT_EQ(result.nodes[0].trouble->why, "cp1: the manifest has the immutable attribute");
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::untouched});
  EXPECT_EQ(result.exit, Exit::refused);
}

TEST(Run, ARestoreIsMeasuredAgainstWhatWasNotAgainstWhatShouldBe) {  // S2, S13
  Rolling rolling({"cp1"});
  rolling.node(0).seen = [&](facts::Seen& seen) {
    if (seen.question.purpose == facts::Purpose::kubelet_probe) seen.status = 401;  // before and after alike
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::restored});
}

// Simulated roll 1334: the second copy of cp1's reply was taken for cp2's.
TEST(Run, AReplyThatComesTwiceIsNotTheNextNodes) {
  Rolling rolling({"cp1", "cp2", "cp3"});
  rolling.every_reply_twice = true;
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  for (std::size_t node = 0; node < 3; ++node) EXPECT_EQ(rolling.node(node).count(Verb::place), 1U) << node;
}

TEST(Run, ANodeChangedBehindTheRunsBackIsFoundAtTheEnd) {  // S12
  Rolling rolling({"cp1", "cp2"});
  rolling.node(1).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::confirm) rolling.node(0).manifest = "kubeadm's";
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::final_difference.number);
  EXPECT_THAT(result.trouble->why, HasSubstr("cp1"));
  EXPECT_EQ(result.exit, Exit::needs_person);
}

// The nodes' own locks keep one node each: between two of them only this look does.
TEST(Run, ANodeIsNotBegunWhileAnotherRunIsAtWorkOnItsPeer) {
  Rolling rolling({"cp1", "cp2"});
  rolling.node(1).state.step = node::Step::armed;
  rolling.node(1).state.run = "20261122T0100-aaaa";
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::preflight_busy.number);
  EXPECT_EQ(result.nodes[0].trouble->why, "cp2: run 20261122T0100-aaaa is at armed; so cp1 stays as it is");
  EXPECT_EQ(rolling.node(0).count(node::Verb::stage), 0U);
}

}  // namespace
}  // namespace nightlatch::rollout
