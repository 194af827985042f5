#include "plan/trace.hpp"

#include <gtest/gtest.h>

#include "plan/cluster.hpp"
#include "plan/kubeadm_change.hpp"
#include "plan/resume.hpp"

namespace nightlatch::plan {
namespace {

class TraceOfARun : public testing::Test {
 protected:
  void carry_out_on(const std::vector<std::string>& names) { carry_out(request, original, names); }
  [[nodiscard]] Trace trace() const { return trace_of(*original.plan, "r1", request.facts); }

  PlanRequest request = healthy_request();
  PlanOutcome original = make_plan(request);
};

TEST_F(TraceOfARun, IsThereOnceOneNodeHoldsWhatItWrote) {
  EXPECT_EQ(trace(), Trace::gone);
  carry_out_on({"cp2"});
  EXPECT_EQ(trace(), Trace::there);
}

TEST_F(TraceOfARun, IsGoneAfterTheWayBackWhoeverWentIt) {
  carry_out_on({"cp1", "cp2", "cp3"});
  PlanOutcome back = make_rollback(*original.plan, "r1", request);
  carry_out(request, back, {"cp1", "cp2"});
  EXPECT_EQ(trace(), Trace::there);
  carry_out(request, back, {"cp3"});
  EXPECT_EQ(trace(), Trace::gone);
  EXPECT_EQ(trace_of(*back.plan, "r2", request.facts), Trace::there);
  PlanOutcome again = make_rollback(*back.plan, "r2", request);
  carry_out(request, again, {"cp1", "cp2", "cp3"});
  EXPECT_EQ(trace(), Trace::there) << "undoing the rollback makes the change live again";
}

TEST_F(TraceOfARun, IsUntoldWhereSomebodyElseWroteOrANodeIsSilent) {
  facts::NodeFacts& cp1 = request.facts.nodes[0];
  std::string old = cp1.manifest.bytes;
  set_manifest(cp1, old + "# kubeadm\n");
  EXPECT_EQ(trace(), Trace::untold);
  set_manifest(cp1, old);
  request.facts.nodes.pop_back();
  EXPECT_EQ(trace(), Trace::untold);
  carry_out_on({"cp1"});
  EXPECT_EQ(trace(), Trace::there) << "one node is enough";
}

TEST_F(TraceOfARun, IsThereWhereANodeIsInMidChangeWithItsOldManifest) {
  request.facts.nodes[1].runs.push_back({"r1", "restored", "2026-11-22T01:22:40Z", "not-gated"});
  EXPECT_EQ(trace(), Trace::there);
  request.facts.nodes[1].runs.front().run = "r2";
  EXPECT_EQ(trace(), Trace::gone);
}

TEST_F(TraceOfARun, IsThereWhereOnlyKubeadmConfigHoldsIt) {
  request.facts.api->kubeadm_config = "apiServer:\n  extraArgs: []\n";
  ObjectChange change;
  change.object = kubeadm_config();
  change.sha256_before = sha256_hex("before");
  change.sha256_after = sha256_hex(request.facts.api->kubeadm_config);
  original.plan->changes.emplace_back(change);
  EXPECT_EQ(trace(), Trace::there);
  request.facts.api->kubeadm_config = "before";
  EXPECT_EQ(trace(), Trace::gone);
  request.facts.api.reset();
  EXPECT_EQ(trace(), Trace::gone) << "the nodes decide where the API is away";
}

}  // namespace
}  // namespace nightlatch::plan
