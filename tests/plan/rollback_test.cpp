#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"
#include "plan/outcome.hpp"
#include "plan/planner.hpp"

namespace nightlatch::plan {
namespace {

namespace codes = plan_errors;
using testing::ElementsAre;
using testing::HasSubstr;

class Rollback : public testing::Test {
 protected:
  NodePlan node(const PlanOutcome& outcome, const std::string& name) {
    for (const NodePlan& one : outcome.plan->nodes) {
      if (one.name == name) return one;
    }
    ADD_FAILURE() << name;
    return {};
  }

  PlanRequest request_ = healthy_request();
  PlanOutcome original_ = make_plan(request_);
};

TEST_F(Rollback, AFinishedRunIsTurnedAroundOnEveryNode) {
  carry_out(request_, original_, {"cp1", "cp2", "cp3"});
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  ASSERT_TRUE(back.plan);
  EXPECT_EQ(back.plan->direction, Direction::rollback);
  EXPECT_EQ(back.plan->of_run, "r1");
  EXPECT_EQ(back.plan->relation, Relation::undoes);
  EXPECT_EQ(back.plan->changing_nodes(), 3U);
  const ManifestChange& was = change_at(*original_.plan, "cp1");
  NodePlan cp1 = node(back, "cp1");
  const ManifestChange& is = change_at(*back.plan, "cp1");
  EXPECT_EQ(is.sha256_before, was.sha256_after);
  EXPECT_EQ(is.sha256_after, was.sha256_before);
  EXPECT_EQ(back.bytes.at("cp1").manifest_after, original_.bytes.at("cp1").manifest_before);
  EXPECT_EQ(cp1.after.state, access::ExposureState::open);
  EXPECT_TRUE(is.config_path.empty()) << "S3: nothing is placed, nothing taken away";
  for (const facts::Expectation& gate : cp1.gates) {
    EXPECT_NE(gate.purpose, facts::Purpose::must_be_closed) << "the old manifest is open";
  }
}

TEST_F(Rollback, BackIntoALoopNeedsAWord) {  // S2
  for (facts::NodeFacts& node : request_.facts.nodes) {
    set_manifest(node, replaced(node.manifest.bytes, "    - --secure-port=6443\n",
                                "    - --anonymous-auth=false\n    - --secure-port=6443\n"));
  }
  original_ = make_plan(request_);
  carry_out(request_, original_, {"cp1", "cp2", "cp3"});
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  EXPECT_FALSE(back.plan);
  ASSERT_EQ(back.refusals.size(), 3U);
  EXPECT_EQ(back.refusals[0].code.number, codes::back_to_broken.number);
  EXPECT_EQ(
      back.refusals[0].message,
      "cp1: the startup probe GET /livez gets 401: the kubelet kills this API server about 250 s after every "
      "start");
  request_.to_broken = true;
  back = make_rollback(*original_.plan, "r1", request_);
  ASSERT_TRUE(back.plan);
  EXPECT_EQ(back.plan->changing_nodes(), 3U);
}

TEST_F(Rollback, BackToWhatDoesNotStartNeedsAWord) {  // S2
  carry_out(request_, original_, {"cp1", "cp2", "cp3"});
  Plan stopped = *original_.plan;
  stopped.nodes[1].before = {access::ExposureState::will_not_start, {}, "both flags"};
  PlanOutcome back = make_rollback(stopped, "r1", request_);
  ASSERT_EQ(back.refusals.size(), 1U);
  EXPECT_EQ(back.refusals[0].code.number, codes::back_to_broken.number);
  EXPECT_THAT(back.refusals[0].message, HasSubstr("it would not start: both flags"));
}

TEST_F(Rollback, ARollbackOfARollbackIsTheChangeAgain) {
  carry_out(request_, original_, {"cp1", "cp2", "cp3"});
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  carry_out(request_, back, {"cp1", "cp2", "cp3"});
  PlanOutcome again = make_rollback(*back.plan, "r2", request_);
  ASSERT_TRUE(again.plan);
  EXPECT_EQ(again.plan->direction, Direction::apply);
  EXPECT_EQ(again.plan->relation, Relation::undoes);
  EXPECT_TRUE(again.plan->redoes());
  EXPECT_EQ(again.bytes.at("cp2").manifest_after, original_.bytes.at("cp2").manifest_after);
}

TEST_F(Rollback, ANodeTheRunNeverChangedIsLeftAlone) {
  carry_out(request_, original_, {"cp1"});
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  ASSERT_TRUE(back.plan);
  EXPECT_EQ(back.plan->changing_nodes(), 1U);
  EXPECT_EQ(back.plan->nodes[0].name, "cp1");
  EXPECT_FALSE(back.plan->is_changed(node(back, "cp2")));
  EXPECT_THAT(back.plan->order_reasons, ElementsAre("", "nothing to undo", "nothing to undo"));
}

// S24: that run found cp1 new already, and undoing it leaves cp1 so.
TEST_F(Rollback, ANodeThatWasNewBeforeTheRunStaysBehind) {
  carry_out(request_, original_, {"cp1"});
  PlanOutcome rest = make_plan(request_);
  carry_out(request_, rest, {"cp2", "cp3"});
  PlanOutcome back = make_rollback(*rest.plan, "r2", request_);
  ASSERT_TRUE(back.plan);
  for (const char* name : {"cp1", "cp2", "cp3"})
    EXPECT_EQ(node(back, name).stays_behind, name == std::string("cp1")) << name;
  carry_out(request_, back, {"cp2", "cp3"});
  PlanOutcome again = make_rollback(*back.plan, "r3", request_);
  ASSERT_TRUE(again.plan);
  EXPECT_FALSE(node(again, "cp1").stays_behind) << "new is where this one leads";
}

// The list reversed: what was changed last goes back first.
TEST_F(Rollback, GoesThroughTheListBackwards) {
  carry_out(request_, original_, {"cp1", "cp2", "cp3"});
  EXPECT_THAT(order_of(original_), ElementsAre("cp1", "cp2", "cp3"));
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  EXPECT_THAT(order_of(back), ElementsAre("cp3", "cp2", "cp1"));
  EXPECT_THAT(changed_nodes(*back.plan), ElementsAre("cp3", "cp2", "cp1"));
}

TEST_F(Rollback, TheNodeThatServesOurOwnConnectionIsStillTheLast) {
  request_.facts.api->endpoint = "https://10.0.0.12:6443";
  original_ = make_plan(request_);
  EXPECT_THAT(order_of(original_), ElementsAre("cp1", "cp3", "cp2"));
  carry_out(request_, original_, {"cp1", "cp2", "cp3"});
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  EXPECT_THAT(order_of(back), ElementsAre("cp3", "cp1", "cp2"));
  EXPECT_EQ(back.plan->order_reasons.back(), "serves this connection: last");
}

TEST_F(Rollback, ForeignBytesWithoutABackupAreRefused) {  // S1
  carry_out(request_, original_, {"cp1", "cp2", "cp3"});
  set_manifest(request_.facts.nodes[1], request_.facts.nodes[1].manifest.bytes + "# kubeadm was here\n");
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  EXPECT_FALSE(back.plan);
  ASSERT_THAT(codes_of(back.refusals), ElementsAre(codes::not_ours_anymore.number));
  EXPECT_THAT(back.refusals[0].message, HasSubstr("cp2"));
}

TEST_F(Rollback, ANodeLeftInMidRunIsFinishedFirst) {
  carry_out(request_, original_, {"cp1", "cp3"});
  request_.facts.nodes[2].runs = {{"r1", "swapped", "", {}}};
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  ASSERT_TRUE(back.plan);
  const NodePlan& first = back.plan->nodes[0];
  EXPECT_EQ(first.name, "cp3");
  EXPECT_TRUE(back.plan->finishes_restore(first));
  const ManifestChange& change = change_at(*back.plan, "cp3");
  EXPECT_EQ(change.previous_run, "r1");
  EXPECT_EQ(change.sha256_after, sha256_hex(original_.bytes.at("cp3").manifest_before))
      << "it leads to what the run found";
  EXPECT_EQ(change.backup_sha256(), change.sha256_after);
  EXPECT_EQ(change.staged_sha256(), sha256_hex(original_.bytes.at("cp3").manifest_after));
  EXPECT_EQ(back.plan->order_reasons[0], "left in mid-change: first");
  EXPECT_TRUE(back.plan->swaps(node(back, "cp1")));
}

TEST_F(Rollback, AnArmedNodeThatIsStillOldIsFinishedToo) {
  request_.facts.nodes[0].runs = {{"r1", "armed", "", {}}};
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  ASSERT_TRUE(back.plan);
  EXPECT_TRUE(back.plan->finishes_restore(back.plan->nodes[0]));
  EXPECT_EQ(back.plan->changing_nodes(), 1U);
}

TEST_F(Rollback, AnotherRunInMidChangeIsRefused) {
  carry_out(request_, original_, {"cp1", "cp2", "cp3"});
  request_.facts.nodes[0].runs = {{"r0", "swapped", "", {}}};
  EXPECT_THAT(codes_of(make_rollback(*original_.plan, "r1", request_).refusals),
              ElementsAre(codes::run_unfinished.number));
}

TEST_F(Rollback, ANodeThatCannotBeRestartedIsRefused) {
  carry_out(request_, original_, {"cp1", "cp2", "cp3"});
  request_.facts.nodes[1].kubelet_running = false;
  EXPECT_THAT(codes_of(make_rollback(*original_.plan, "r1", request_).refusals),
              ElementsAre(codes::kubelet_down.number));
}

TEST_F(Rollback, AnotherClusterIsRefused) {
  request_.facts.api->kube_system_uid = "other";
  EXPECT_THAT(codes_of(make_rollback(*original_.plan, "r1", request_).refusals),
              ElementsAre(codes::wrong_cluster.number));
}

TEST_F(Rollback, AnotherMachineIsRefused) {
  request_.facts.nodes[0].machine_id = "reinstalled";
  EXPECT_THAT(codes_of(make_rollback(*original_.plan, "r1", request_).refusals),
              ElementsAre(codes::not_a_member.number));
}

TEST_F(Rollback, AnUnreadableNodeIsRefusedByName) {
  request_.facts.nodes.pop_back();
  PlanOutcome back = make_rollback(*original_.plan, "r1", request_);
  ASSERT_THAT(codes_of(back.refusals), ElementsAre(codes::node_unreadable.number));
  EXPECT_THAT(back.refusals[0].message, HasSubstr("cp3"));
}

TEST_F(Rollback, AnUndoThatDoesNotLeadBackIsRefused) {
  carry_out(request_, original_, {"cp1", "cp2", "cp3"});
  Plan forged = *original_.plan;
  change_at(forged, "cp1").undo[0].text += "x";
  EXPECT_THAT(codes_of(make_rollback(forged, "r1", request_).refusals),
              ElementsAre(codes::plan_edited.number));
  change_at(forged, "cp1").undo[0].begin = 1U << 30U;  // beyond the manifest
  EXPECT_THAT(codes_of(make_rollback(forged, "r1", request_).refusals),
              ElementsAre(codes::plan_edited.number));
}

}  // namespace
}  // namespace nightlatch::plan
