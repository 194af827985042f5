// The holder of the endpoint's address goes last, looked up again before each node (S17).
#include "rollout/find_holder.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "rollout/progress.hpp"
#include "rollout/rolling.hpp"

namespace nightlatch::rollout {
namespace {

using namespace std::chrono_literals;
using node::Reply;
using node::Request;
using node::Verb;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string address = "10.0.0.100";

// Three nodes behind an address that leaves a node whose API server is restarted, for the first other one.
struct Behind {
  explicit Behind(std::size_t holds, plan::Plan plan = plan_for({"cp1", "cp2", "cp3"}))
      : holder(holds),
        rolling(std::move(plan), Prompting::assume_yes,
                RunOptions{.balancer = {}, .endpoint_addresses = {address}}) {
    for (std::size_t i = 0; i < rolling.nodes.size(); ++i) {
      rolling.node(i).instead = [this, i](const Request& request) -> std::optional<Reply> {
        if (request.verb == Verb::swap && moves && holder == i) holder = i == 0 ? 1 : 0;
        if (!request.addresses) return std::nullopt;
        if (silent == i) return Reply{};
        Reply reply = rolling.node(i).ok();
        reply.addresses = {fmt::format("10.0.0.1{}", i + 1)};
        if (holder == i) reply.addresses.push_back(address);
        return reply;
      };
    }
  }

  [[nodiscard]] std::vector<std::string> begun() const {
    std::vector<std::string> names;
    for (const Record& record : rolling.records) {
      if (record.step == "swapped" && record.phase == Phase::intend) names.push_back(record.node);
    }
    return names;
  }
  [[nodiscard]] std::vector<std::string> notes() const {
    std::vector<std::string> all;
    for (const Record& record : rolling.records) {
      if (record.step == "order" && record.data.contains("note"))
        all.push_back(record.node + ": " + record.data.at("note"));
    }
    return all;
  }

  std::size_t holder;
  bool moves = false;
  std::optional<std::size_t> silent;
  Rolling rolling;
};

TEST(FindHolder, WhoHasBecomeTheHolderGoesLast) {
  Behind behind(0);
  const RunResult& result = behind.rolling.finish();
  EXPECT_EQ(result.exit, Exit::done);
  EXPECT_EQ(result.cluster, ClusterState::new_state);
  EXPECT_THAT(behind.begun(), ElementsAre("cp2", "cp3", "cp1"));
  EXPECT_THAT(behind.notes(),
              ElementsAre("cp1: this node holds the endpoint's address now, so cp2 goes before it",
                          "cp1: this node holds the endpoint's address now, so cp3 goes before it"));
}

TEST(FindHolder, IsLookedUpAgainBeforeEachNode) {
  Behind behind(2);
  bool moved = false;
  behind.rolling.node(0).seen = [&](facts::Seen&) {
    if (behind.rolling.node(0).state.step == node::Step::gated && !std::exchange(moved, true))
      behind.holder = 1;
  };
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.begun(), ElementsAre("cp1", "cp3", "cp2"));
}

TEST(FindHolder, TheLastOneIsBegunWhateverItHolds) {
  Behind behind(1);
  behind.moves = true;
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.begun(), ElementsAre("cp1", "cp3", "cp2"));
  EXPECT_THAT(behind.notes(),
              ElementsAre("cp2: this node holds the endpoint's address now, so cp3 goes before it"));
}

TEST(FindHolder, OneThatHoldsNothingChangesNothing) {
  Behind behind(7);
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.begun(), ElementsAre("cp1", "cp2", "cp3"));
  EXPECT_THAT(behind.notes(), IsEmpty());
  EXPECT_TRUE(behind.rolling.has("cp1", "order", Phase::done));
  EXPECT_FALSE(behind.rolling.has("cp3", "order", Phase::intend)) << "there is no choice left";
}

TEST(FindHolder, NobodyElseIsAskedWhereTheFirstOneDoesNotHoldIt) {
  Behind behind(2);
  behind.silent = 1;
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  auto asked = [&](std::size_t i) {
    return std::ranges::count_if(behind.rolling.node(i).requests, &Request::addresses);
  };
  EXPECT_EQ(asked(0), 1);
  EXPECT_EQ(asked(2), 1) << "before the silent cp2";
  EXPECT_THAT(behind.begun(), ElementsAre("cp1", "cp2", "cp3"));
}

TEST(FindHolder, AnOrderThatWasToldIsKept) {
  plan::Plan plan = plan_for({"cp1", "cp2", "cp3"});
  plan.playbook.order = {"cp1", "cp2", "cp3"};
  Behind behind(0, plan);
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.begun(), ElementsAre("cp1", "cp2", "cp3"));
}

TEST(FindHolder, WithoutAnAddressThatMovesNobodyIsAsked) {
  Rolling rolling({"cp1", "cp2"});
  EXPECT_EQ(rolling.finish().exit, Exit::done);
  EXPECT_FALSE(rolling.has("cp1", "order", Phase::intend));
}

TEST(FindHolder, WhatCannotBeSeenLeavesTheOrderAndIsSaid) {
  Behind behind(0);
  behind.silent = 0;
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.begun(), ElementsAre("cp1", "cp2", "cp3"));
  EXPECT_THAT(behind.notes(),
              ElementsAre("cp1: cannot tell which node has the endpoint's address (cp1 did not report it); "
                          "keeping the planned order"));
}

TEST(FindHolder, WhoStrugglesGoesFirstWhateverItHolds) {
  Behind behind(0);
  behind.rolling.node(0).pod.restarts = 5;
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.begun(), ElementsAre("cp1", "cp2", "cp3"));
}

TEST(FindHolder, ANodeLeftInMidChangeGoesFirst) {
  plan::Plan plan = plan_for({"cp1", "cp2", "cp3"});
  plan.direction = plan::Direction::rollback;
  finish_restore(plan, 0, "first");
  Behind behind(0, plan);
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.begun(), ElementsAre("cp2", "cp3"));
  EXPECT_FALSE(behind.rolling.has("cp1", "order", Phase::intend));
}

TEST(FindHolder, TheFirstToBeBegunIsTheCanary) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  plan.playbook.gates.canary_soak = 1000s;
  Behind behind(0, plan);
  EXPECT_EQ(behind.rolling.finish().exit, Exit::done);
  EXPECT_THAT(behind.begun(), ElementsAre("cp2", "cp1"));
  RunProgress progress;
  for (const Record& record : behind.rolling.records) progress.fold(record);
  EXPECT_GE(progress.find("cp2")->took_ms.at("soaked"), 1'000'000);
  EXPECT_LT(progress.find("cp1")->took_ms.at("soaked"), 1'000'000);
}

TEST(FindHolder, AFailedNodeIsNamedWhoeverWasBegunFirst) {
  Behind behind(0);
  behind.rolling.node(1).seen = [&](facts::Seen& seen) {
    if (behind.rolling.node(1).manifest == behind.rolling.node(1).after) seen.status = 401;
  };
  const RunResult& result = behind.rolling.finish();
  EXPECT_EQ(outcomes(result),
            (std::vector{NodeOutcome::untouched, NodeOutcome::restored, NodeOutcome::untouched}));
  EXPECT_EQ(result.exit, Exit::rolled_back);
  EXPECT_EQ(result.cluster, ClusterState::old_state);
}

TEST(FindHolder, AnInterruptionWhileItLooksBeginsNobody) {
  Behind behind(0);
  behind.rolling.interrupt_after("cp1", "order");
  EXPECT_EQ(behind.rolling.finish().exit, Exit::interrupted);
  EXPECT_THAT(behind.begun(), IsEmpty());
}

}  // namespace
}  // namespace nightlatch::rollout
