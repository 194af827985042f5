#include "rollout/run.hpp"

#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using node::Reply;
using node::Request;
using node::Verb;
using testing::HasSubstr;

// --- the straight road ---

TEST(Run, TakesEveryNodeThroughEveryStepInOrder) {
  Rolling rolling({"cp1", "cp2", "cp3"});
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.outcome, Outcome::done);
  EXPECT_EQ(result.cluster, ClusterState::new_state);
  EXPECT_EQ(result.exit, Exit::done);
  EXPECT_THAT(outcomes(result), testing::Each(NodeOutcome::confirmed));
  std::vector<std::string> road;
  for (const char* step :
       {"config", "preflight", "staged", "armed", "swapped", "restarted", "gated", "soaked", "confirmed"}) {
    road.push_back(fmt::format("{} intend", step));
    road.push_back(fmt::format("{} done", step));
  }
  for (const char* name : {"cp1", "cp2", "cp3"}) EXPECT_EQ(rolling.steps_of(name), road) << name;
  EXPECT_EQ(rolling.steps_of(""),
            (std::vector<std::string>{"run intend", "verified intend", "verified done", "run done"}));
}

TEST(Run, EveryConfigFileIsPlacedBeforeAnyManifestIsTouched) {
  Rolling rolling({"cp1", "cp2"});
  (void)rolling.finish();
  std::vector<std::string> first;
  for (std::size_t i = 1; i < 5; ++i)
    first.push_back(rolling.records[i].node + " " + rolling.records[i].step);
  EXPECT_EQ(first, (std::vector<std::string>{"cp1 config", "cp1 config", "cp2 config", "cp2 config"}));
}

TEST(Run, NoNodeIsBegunBeforeTheOneBeforeIsConfirmed) {
  Rolling rolling({"cp1", "cp2"});
  rolling.node(1).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::stage) {
      EXPECT_EQ(rolling.node(0).state.step, node::Step::confirmed);
    }
    return std::nullopt;
  };
  (void)rolling.finish();
  EXPECT_EQ(rolling.node(1).count(Verb::stage), 1U);
}

TEST(Run, AsksForNothingButItsFirstRecordUntilThatIsDurable) {
  Rolling rolling({"cp1"});
  std::vector<Command> commands = rolling.run.on(Event{Millis(1), Started{}});
  ASSERT_EQ(commands.size(), 1U);
  ASSERT_TRUE(std::holds_alternative<Append>(commands[0]));
  const Record& record = std::get<Append>(commands[0]).record;
  EXPECT_EQ(record.seq, 1U);
  EXPECT_EQ(record.data.at("plan"), rolling.plan.hash);
  EXPECT_EQ(record.data.at("by"), "ana@bastion");
  EXPECT_EQ(record.data.at("direction"), "apply");
  EXPECT_TRUE(rolling.run.on(Event{Millis(2), Recorded{7}}).empty()) << "another record's acknowledgement";
  EXPECT_TRUE(rolling.run.on(Event{Millis(3), Answered{1, PauseEnded{}}}).empty());
  EXPECT_FALSE(rolling.run.on(Event{Millis(4), Recorded{1}}).empty());
}

TEST(Run, EveryRequestCarriesItsRun) {
  Rolling rolling({"cp1"});
  (void)rolling.finish();
  for (const Request& request : rolling.node(0).requests) EXPECT_EQ(request.run, "20261122T0114-7f3a");
}

TEST(Run, TheFirstNodeSoaksAsLongAsACanary) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.playbook.gates.canary_soak = std::chrono::seconds(20);
  Rolling rolling(plan);
  (void)rolling.finish();
  EXPECT_GT(rolling.node(0).count(Verb::state), rolling.node(1).count(Verb::state) + 10);
}

TEST(Run, ANodeAlreadyAsPlannedIsOnlyWatched) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.leave_alone(plan.nodes[1]);
  Rolling rolling(plan);
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::confirmed, NodeOutcome::unchanged}));
  EXPECT_EQ(result.cluster, ClusterState::new_state);
  EXPECT_EQ(rolling.node(1).count(Verb::stage) + rolling.node(1).count(Verb::place), 0U);
}

TEST(Run, WithNothingToDoItChecksAndIsDone) {
  plan::Plan plan = plan_for({"cp1"});
  plan.leave_alone(plan.nodes[0]);
  Rolling rolling(plan);
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_TRUE(rolling.has("", "verified", Phase::done));
  for (const Request& request : rolling.node(0).requests) EXPECT_EQ(request.verb, Verb::state);
}

// --- silence ---

TEST(Run, ALostReplyIsAskedForAgainAndNothingIsDoneTwice) {
  for (Verb verb :
       {Verb::place, Verb::state, Verb::stage, Verb::arm, Verb::swap, Verb::mark, Verb::confirm}) {
    Rolling rolling({"cp1"});
    bool lost = false;
    rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
      if (request.verb != verb || std::exchange(lost, true)) return std::nullopt;
      (void)rolling.node(0).ordinary(request);  // done on the node, but nobody hears of it
      return Reply{};
    };
    EXPECT_EQ(rolling.finish().exit, Exit::done) << node::name(verb);
    EXPECT_EQ(rolling.node(0).manifest, rolling.node(0).after);
  }
}

TEST(Run, ANodeThatIsSilentBeforeItsSwapIsLeftUntouched) {
  for (Verb verb : {Verb::state, Verb::stage, Verb::arm}) {
    Rolling rolling({"cp1", "cp2"});
    rolling.node(0).instead = lose(verb);
    const RunResult& result = rolling.finish();
    EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::untouched, NodeOutcome::untouched}));
    EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::preflight_lost.number) << node::name(verb);
    EXPECT_EQ(result.exit, Exit::refused);
    EXPECT_EQ(result.outcome, Outcome::stopped);
    EXPECT_EQ(result.cluster, ClusterState::old_state);
  }
}

TEST(Run, ANodeThatIsSilentAfterItsSwapIsUnknownAndNoOtherIsBegun) {
  for (Verb verb : {Verb::swap, Verb::confirm}) {
    Rolling rolling({"cp1", "cp2"});
    bool gone = false;
    rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
      gone = gone || request.verb == verb;
      if (gone) return Reply{};
      return std::nullopt;
    };
    const RunResult& result = rolling.finish();
    EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::unknown, NodeOutcome::untouched}))
        << node::name(verb);
    EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::unknown_state.number);
    EXPECT_EQ(result.exit, Exit::needs_person);
    EXPECT_EQ(result.cluster, ClusterState::unknown);
    EXPECT_EQ(rolling.node(1).count(Verb::stage), 0U);
  }
}

TEST(Run, ASilentNodeThatWasNotGivenItsConfigFileStopsTheRun) {
  Rolling rolling({"cp1", "cp2"});
  rolling.node(1).instead = lose(Verb::place);
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::preflight_lost.number);
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

// --- before a node is touched ---

TEST(Preflight, AManifestThatChangedSinceThePlanIsRefused) {
  Rolling rolling({"cp1"});
  rolling.node(0).manifest = "somebody's";
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::preflight_changed.number);
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(rolling.node(0).manifest, "somebody's");
}

TEST(Preflight, AMissingManifestIsCalledMissing) {
  Rolling rolling({"cp1"});
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb != Verb::state) return std::nullopt;
    Reply reply = rolling.node(0).ok();
    reply.state.manifest_sha256.clear();
    return reply;
  };
  const RunResult& result = rolling.finish();
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("is missing now"));
}

TEST(Preflight, AnotherRunInTheMiddleOfItsWorkIsRefused) {
  Rolling rolling({"cp1"});
  rolling.node(0).state.run = "other";
  rolling.node(0).state.step = node::Step::armed;
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::preflight_busy.number);
  EXPECT_THAT(result.nodes[0].trouble->why, HasSubstr("run other is at armed"));
}

TEST(Preflight, APeerThatIsNotReadyKeepsTheNodeAsItIs) {
  Rolling rolling({"cp1", "cp2"});
  std::vector<Millis> asked_at;
  rolling.node(1).seen = [&](facts::Seen& seen) {
    if (seen.question.path != "/readyz") return;
    asked_at.push_back(rolling.now());
    seen.status = 500;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::preflight_peer.number);
  ASSERT_EQ(asked_at.size(), 3U);
  EXPECT_GE(asked_at[1] - asked_at[0], std::chrono::seconds(1))
      << "a peer that has just come back gets a moment";
  EXPECT_GE(asked_at[2] - asked_at[1], std::chrono::seconds(1));
  EXPECT_EQ(rolling.node(0).count(Verb::stage), 0U);
}

TEST(Preflight, APeerThatHesitatesOnceDoesNotStopTheRun) {
  Rolling rolling({"cp1", "cp2"});
  bool first = true;
  rolling.node(1).seen = [&](facts::Seen& seen) {
    if (std::exchange(first, false)) seen.status = 0;
  };
  EXPECT_EQ(rolling.finish().exit, Exit::done);
}

TEST(Run, ANodeThatRefusesToBeStagedIsCleanedAndUntouched) {
  Rolling rolling({"cp1"});
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::stage) return rolling.node(0).refuse("no space");
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::untouched});
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::node_refused.number);
  EXPECT_EQ(result.nodes[0].trouble->why, "cp1: no space");
  EXPECT_EQ(rolling.node(0).count(Verb::clean), 1U);
}

// --- the journal ---

TEST(Run, WithoutAJournalNothingMoreIsDone) {
  Rolling rolling({"cp1", "cp2"});
  rolling.fail_record("cp1", "restarted");
  const RunResult& result = rolling.finish();
  ASSERT_TRUE(result.trouble);
  EXPECT_EQ(result.trouble->code, rollout_errors::journal_unwritable.number);
  EXPECT_THAT(result.trouble->why,
              HasSubstr("No space left on device. cp1 is in mid-change: its guard puts"));
  EXPECT_EQ(result.exit, Exit::needs_person);
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::unknown, NodeOutcome::untouched}));
  EXPECT_EQ(rolling.node(0).count(Verb::await), 0U);
}

// Whatever the nodes came to, the words (NL4003) and the exit are one.
TEST(Run, AJournalThatFailsAnywhereNeedsAPerson) {
  struct Case {
    const char* node;
    const char* step;
    ClusterState cluster;
  };
  for (const Case& failing :
       {Case{"cp1", "config", ClusterState::old_state}, Case{"cp2", "preflight", ClusterState::unknown},
        Case{"", "verified", ClusterState::new_state}}) {
    Rolling rolling({"cp1", "cp2"});
    rolling.fail_record(failing.node, failing.step);
    const RunResult& result = rolling.finish();
    EXPECT_EQ(result.trouble->code, rollout_errors::journal_unwritable.number) << failing.step;
    EXPECT_EQ(result.exit, rollout_errors::journal_unwritable.exit) << failing.step;
    EXPECT_EQ(result.outcome, Outcome::needs_person) << failing.step;
    EXPECT_EQ(result.cluster, failing.cluster) << failing.step;
  }
}

TEST(Run, WhoseLastRecordFailsNeedsAPersonThoughItIsDone) {
  Rolling rolling({"cp1"});
  rolling.node(0).instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::confirm) rolling.fail_record("", "run");
    return std::nullopt;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::needs_person);
  EXPECT_EQ(result.cluster, ClusterState::new_state);
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::confirmed});
}

TEST(Run, ItsLastRecordTellsTheEnd) {
  Rolling rolling({"cp1", "cp2"}, Prompting::ask);
  rolling.person = [](const std::string& node) { return node == "cp1" ? Choice::yes : Choice::no; };
  (void)rolling.finish();
  const Record& last = rolling.records.back();
  EXPECT_EQ(last.step, "run");
  EXPECT_EQ(last.phase, Phase::failed);
  EXPECT_EQ(last.data.at("outcome"), "paused");
  EXPECT_EQ(last.data.at("cluster"), "mixed");
  EXPECT_EQ(last.data.at("exit"), "10");
  EXPECT_EQ(last.data.at("node.cp1"), "confirmed");
  EXPECT_EQ(last.data.at("node.cp2"), "untouched");
}

TEST(Run, NoRecordHoldsManifestBytesOrTheConfig) {
  Rolling rolling({"cp1"});
  (void)rolling.finish();
  for (const Record& record : rolling.records) {
    for (const auto& [key, value] : record.data) {
      EXPECT_THAT(value, testing::Not(HasSubstr("manifest of cp1"))) << key;
    }
  }
}

// --- the way back ---

TEST(Run, ARollbackEndsWithAnOldCluster) {
  plan::Plan plan = plan_for({"cp1"});
  plan.direction = plan::Direction::rollback;
  plan.of_run = "first";
  Rolling rolling(plan);
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::done);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_EQ(rolling.records.front().data.at("of"), "first");
  EXPECT_EQ(rolling.records.front().data.at("direction"), "rollback");
}

TEST(Run, ANodeLeftInMidRunIsTakenOverAndPutBack) {
  plan::Plan plan = plan_for({"cp1"});
  plan.direction = plan::Direction::rollback;
  finish_restore(plan, 0, "first");
  plan.nodes[0].gates.pop_back();
  Rolling rolling(plan);
  ScriptedNode& node = rolling.node(0);
  node.state = {node::Step::swapped, "first", 1, {}, 0, {}};
  node.write(node.after);
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), std::vector{NodeOutcome::restored});
  EXPECT_EQ(result.exit, Exit::done) << "a good rollback is 0";
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_EQ(node.manifest, node.before);
  for (const Request& request : node.requests) {
    if (request.verb != Verb::restore) continue;
    EXPECT_EQ(request.run, "first");
    EXPECT_EQ(request.epoch, 2U);
    EXPECT_EQ(request.before_sha256, sha256_hex(node.before)) << "the backup, as that run named it";
    EXPECT_EQ(request.after_sha256, sha256_hex(node.after));
  }
}

// S24: what `resume` puts back first is one node of a cluster that may be new in part.
TEST(Run, PuttingOneNodeBackBesideNewOnesLeavesAMixedCluster) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.direction = plan::Direction::rollback;
  finish_restore(plan, 0, "first");
  plan.nodes[0].gates.pop_back();
  plan.nodes[1].manifest_sha256 = plan.sha256_at_end(plan.nodes[1]);
  plan.leave_alone(plan.nodes[1]);
  plan.nodes[1].stays_behind = true;
  Rolling rolling(plan);
  rolling.node(0).state = {node::Step::swapped, "first", 1, {}, 0, {}};
  rolling.node(0).write(rolling.node(0).after);
  rolling.node(1).write(rolling.node(1).after);
  const RunResult& result = rolling.finish();
  EXPECT_EQ(outcomes(result), (std::vector{NodeOutcome::restored, NodeOutcome::unchanged}));
  EXPECT_EQ(result.exit, Exit::done) << "it did what it was for";
  EXPECT_EQ(result.cluster, ClusterState::mixed);
  EXPECT_EQ(rolling.records.back().data.at("cluster"), "mixed");
}

// S3
TEST(Run, AConfirmationTellsTheNodeWhatKubeadmConfigNames) {
  const std::vector<std::string> names{"/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml"};
  Rolling rolling(plan_for({"cp1"}), Prompting::assume_yes,
                  RunOptions{.balancer = {}, .kubeadm_names = names});
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  for (const Request& request : rolling.node(0).requests) {
    bool confirms = request.verb == Verb::confirm;
    EXPECT_EQ(request.kubeadm_names, confirms ? std::optional(names) : std::nullopt);
  }
}

TEST(Names, AreTheWordsOfTheContract) {
  EXPECT_EQ(name(Outcome::rolled_back), "rolled_back");
  EXPECT_EQ(name(Outcome::needs_person), "needs_person");
  EXPECT_EQ(name(Outcome::interrupted), "interrupted");
  EXPECT_EQ(name(ClusterState::old_state), "old");
  EXPECT_EQ(name(ClusterState::new_state), "new");
  EXPECT_EQ(name(ClusterState::unknown), "unknown");
  EXPECT_EQ(name(NodeOutcome::untouched), "untouched");
  EXPECT_EQ(name(NodeOutcome::needs_person), "needs_person");
}

}  // namespace
}  // namespace nightlatch::rollout
