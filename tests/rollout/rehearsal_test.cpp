// apply --rehearse: on the first node, everything but the swap.
#include <gmock/gmock.h>

#include "rollout/errors.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using node::Verb;
using testing::ElementsAre;

plan::Plan rehearsed() {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.changes.emplace_back(plan::ObjectChange{});
  plan::seal(plan);
  return plan::rehearsal_of(plan);
}

TEST(Rehearsal, GoesAsFarAsArmedAndComesBack) {
  Rolling rolling(rehearsed());
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::done);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
  EXPECT_THAT(outcomes(result), ElementsAre(NodeOutcome::untouched, NodeOutcome::unchanged));
  EXPECT_THAT(
      rolling.steps_of("cp1"),
      ElementsAre("config intend", "config done", "preflight intend", "preflight done", "staged intend",
                  "staged done", "armed intend", "armed done", "rehearsed intend", "rehearsed done",
                  "restoring intend", "restoring done", "restored intend", "restored done"));
  EXPECT_EQ(rolling.node(0).count(Verb::rehearse), 1);
  EXPECT_EQ(rolling.node(0).count(Verb::swap), 0);
  EXPECT_TRUE(rolling.steps_of("cp2").empty());
  EXPECT_EQ(rolling.node(1).count(Verb::place), 0);
  EXPECT_EQ(rolling.records.front().data.at("direction"), "rehearsal");
}

TEST(Rehearsal, ARestoreThatWouldNotBeTheSameIsAFailure) {
  Rolling rolling(rehearsed());
  rolling.node(0).instead = [](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::rehearse) return std::nullopt;
    node::Reply reply;
    reply.kind = node::ReplyKind::refused;
    reply.state.step = node::Step::armed;
    reply.why = "a restore would give 0:0 644 instead of 0:0 600";
    return reply;
  };
  const RunResult& result = rolling.finish();
  EXPECT_EQ(result.exit, Exit::refused);
  EXPECT_EQ(code_of(result.nodes[0]), rollout_errors::node_refused.number);
  EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::untouched);
  EXPECT_EQ(rolling.node(0).count(Verb::settle), 1) << "it is disarmed all the same";
}

TEST(Rehearsal, InterruptedItIsDisarmed) {
  Rolling rolling(rehearsed());
  rolling.interrupt_after("cp1", "rehearsed");
  EXPECT_EQ(rolling.finish().exit, Exit::interrupted);
  EXPECT_EQ(rolling.node(0).count(Verb::swap), 0);
  EXPECT_EQ(rolling.node(0).count(Verb::settle), 1);
}

}  // namespace
}  // namespace nightlatch::rollout
