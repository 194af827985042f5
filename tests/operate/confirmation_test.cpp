#include "operate/confirmation.hpp"

#include <gmock/gmock.h>

#include "operate/errors.hpp"
#include "rollout/scripted_node.hpp"

namespace nightlatch::operate {
namespace {

using node::Reply;
using node::Request;
using node::Step;
using node::Verb;
using rollout::ScriptedNode;
using testing::ElementsAre;
using testing::HasSubstr;

struct Abandoned {
  plan::Plan plan = rollout::plan_for({"cp1"});
  ScriptedNode node{"cp1"};
  int pauses = 0;

  explicit Abandoned(Step step) {
    node.state = {step, "first", 1, {}, 90, {}};
    if (step >= Step::swapped) node.write(node.after);
  }
  Status confirm() {
    NodeAccess ways{&node, [&](const auto& questions) { return node.answer(questions); }};
    return confirm_node(plan, plan.nodes[0], "first", ways, [&](std::chrono::seconds) { ++pauses; });
  }
  [[nodiscard]] std::vector<std::string> verbs() const {
    std::vector<std::string> all;
    for (const Request& request : node.requests) all.emplace_back(node::name(request.verb));
    return all;
  }
};

TEST(ConfirmNode, AsksTheGatesThenMarksThenConfirmsWithANewerEpoch) {
  Abandoned run(Step::swapped);
  EXPECT_TRUE(run.confirm());
  EXPECT_THAT(run.verbs(), ElementsAre("state", "renew", "mark", "mark", "mark", "confirm"));
  EXPECT_EQ(run.node.requests.back().epoch, 2U);
  EXPECT_EQ(run.node.state.step, Step::confirmed);
  EXPECT_EQ(run.pauses, run.plan.playbook.gates.consecutive - 1);
}

TEST(ConfirmNode, MarksOnlyWhatIsLeft) {
  Abandoned run(Step::gated);
  EXPECT_TRUE(run.confirm());
  EXPECT_THAT(run.verbs(), ElementsAre("state", "renew", "mark", "confirm"));
}

TEST(ConfirmNode, IsNoWayAroundAGate) {
  Abandoned run(Step::soaked);
  run.node.seen = [](facts::Seen& seen) {
    if (seen.question.purpose == facts::Purpose::must_be_closed) seen.status = 200;
  };
  Status done = run.confirm();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code.number, operate_errors::gates_do_not_hold.number);
  EXPECT_THAT(done.error().message, HasSubstr("cp1: GET /version"));
  EXPECT_EQ(run.node.state.step, Step::soaked) << "the guard goes on";
}

TEST(ConfirmNode, AnArmedNodeHasNothingToConfirm) {
  Abandoned run(Step::armed);
  Status done = run.confirm();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code.number, operate_errors::confirm_refused.number);
  EXPECT_EQ(done.error().message, "cp1 has its old manifest still: nothing to confirm");
  EXPECT_THAT(run.verbs(), ElementsAre("state")) << "nothing was taken over";
}

TEST(ConfirmNode, TheGuardMayBeFirst) {
  Abandoned run(Step::soaked);
  run.node.instead = [&](const Request& request) -> std::optional<Reply> {
    if (request.verb != Verb::confirm) return std::nullopt;
    run.node.guard_restores();
    return run.node.refuse("already restored at 2026-11-22T01:22:40Z");
  };
  Status done = run.confirm();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code.number, operate_errors::restored_before.number);
  EXPECT_EQ(done.error().message, "cp1: already restored at 2026-11-22T01:22:40Z");
}

facts::NodeFacts at(const std::string& name, const std::string& step) {
  facts::NodeFacts node;
  node.name = name;
  if (!step.empty()) node.runs.push_back({"first", step, "2026-11-22T01:22:40Z", {}});
  return node;
}

TEST(NothingWaits, TellsWhereEachNodeIs) {
  Error error = nothing_waits("first", {at("cp1", "confirmed"), at("cp2", "")}, {"cp3"});
  EXPECT_EQ(error.code.number, operate_errors::nothing_to_confirm.number);
  EXPECT_EQ(error.message, "no node waits for a confirmation of run first");
  EXPECT_THAT(error.details, ElementsAre("cp1  confirmed since 2026-11-22T01:22:40Z",
                                         "cp2  untouched by this run", "cp3  not read"));
}

TEST(NothingWaits, ARestoredNodeIsAnEndOfItsOwn) {
  Error error = nothing_waits("first", {at("cp1", "restored")}, {});
  EXPECT_EQ(error.code.number, operate_errors::restored_before.number);
  EXPECT_EQ(error.message, "cp1: already restored at 2026-11-22T01:22:40Z");
  EXPECT_EQ(error.code.exit, Exit::rolled_back);
}

}  // namespace
}  // namespace nightlatch::operate
