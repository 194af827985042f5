#include "rollout/driver.hpp"

#include <atomic>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "rollout/errors.hpp"
#include "rollout/scripted_node.hpp"
#include "util/file.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch::rollout {
namespace {

using namespace std::chrono_literals;

// The real driver and a real journal; only the nodes are in memory. Gates as short as a playbook allows.
class Driven : public testing::Test {
 protected:
  Driven() : plan_(plan_for({"cp1", "cp2"})) {
    plan_.playbook.gates = {1, 1s, 0s, 0s, 30s};
    plan::seal(plan_);
    for (const plan::NodePlan& node : plan_.nodes)
      nodes_.push_back(std::make_unique<ScriptedNode>(node.name));
    for (auto& node : nodes_) {
      hands_.nodes.push_back({node.get(), [&one = *node](const auto& asked) { return one.answer(asked); }});
    }
    hands_.person = [](const plan::NodePlan&) { return Choice::yes; };
    hands_.withdraw_question = [this] { withdrawn_ = true; };
    hands_.on_record = [this](const Record& record) { told_.push_back(record); };
    hands_.on_tick = [this] { ++ticks_; };
    hands_.leave_at_once = [this] { left_ = true; };
  }

  RunResult drive(Prompting prompting = Prompting::assume_yes) {
    auto journal = Journal::create(path_);
    EXPECT_TRUE(journal);
    auto bytes = bytes_for(plan_);
    rollout::Run run("20261122T0114-7f3a", plan_, bytes, prompting, "ana@bastion", surroundings_);
    return rollout::drive(run, plan_, *journal, hands_);
  }

  std::vector<Record> journal() const {
    return read_journal(read_file(path_).value(), "journal.jsonl").value();
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "journal.jsonl";
  plan::Plan plan_;
  std::vector<std::unique_ptr<ScriptedNode>> nodes_;
  Hands hands_;
  Surroundings surroundings_;
  std::vector<Record> told_;
  std::atomic<bool> withdrawn_{false};
  std::atomic<bool> left_{false};
  std::atomic<int> ticks_{0};
};

TEST_F(Driven, ARollIsCarriedOutAndItsJournalIsWhole) {
  RunResult result = drive();
  EXPECT_EQ(result.exit, Exit::done);
  for (auto& node : nodes_) EXPECT_EQ(node->manifest, node->after);
  EXPECT_EQ(journal(), told_) << "what is shown is what is durable";
  EXPECT_EQ(told_.back().data.at("outcome"), "done");
  EXPECT_GT(ticks_, 0);
}

TEST_F(Driven, ANodesSessionIsNeverUsedTwiceAtTheSameTime) {
  std::atomic<int> inside{0};
  std::atomic<bool> overlapped{false};
  nodes_[0]->instead = [&](const node::Request&) -> std::optional<node::Reply> {
    if (++inside != 1) overlapped = true;
    std::this_thread::sleep_for(1ms);
    --inside;
    return std::nullopt;
  };
  hands_.nodes[0].ask = [&](const auto& asked) {
    if (++inside != 1) overlapped = true;
    auto seen = nodes_[0]->answer(asked);
    --inside;
    return seen;
  };
  EXPECT_EQ(drive().exit, Exit::done);
  EXPECT_FALSE(overlapped);
}

TEST_F(Driven, OneInterruptFinishesTheNodeAndBeginsNoOther) {
  nodes_[0]->instead = [](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb == node::Verb::swap) std::raise(SIGINT);
    return std::nullopt;
  };
  RunResult result = drive();
  EXPECT_EQ(result.exit, Exit::interrupted);
  EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::confirmed);
  EXPECT_EQ(result.nodes[1].outcome, NodeOutcome::untouched);
  EXPECT_TRUE(withdrawn_);
  EXPECT_FALSE(left_);
  EXPECT_EQ(journal().back().data.at("exit"), "130");
}

TEST_F(Driven, ASecondInterruptLeavesAtOnce) {
  int raised = 0;
  nodes_[0]->instead = [&](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != node::Verb::swap && request.verb != node::Verb::await) return std::nullopt;
    if (raised++ < 2) {
      std::raise(SIGINT);
      std::this_thread::sleep_for(50ms);
    }
    return std::nullopt;
  };
  (void)drive();
  EXPECT_TRUE(left_);
}

TEST_F(Driven, TheLockIsKeptWhileTheRunGoesOnAndItsLossEndsIt) {
  std::atomic<bool> swapped{false};
  std::atomic<bool> told{false};
  std::atomic<int> kept{0};
  hands_.keep_lock_every = 5ms;
  hands_.keep_lock = [&]() -> std::optional<std::string> {
    ++kept;
    if (!swapped) return std::nullopt;
    told = true;
    return "another run holds it";
  };
  nodes_[0]->instead = [&](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != node::Verb::swap) return std::nullopt;
    for (int i = 0; i < 5000 && kept < 3; ++i) std::this_thread::sleep_for(1ms);
    swapped = true;
    for (int i = 0; i < 5000 && !told; ++i) std::this_thread::sleep_for(1ms);
    return std::nullopt;
  };
  RunResult result = drive();
  EXPECT_GT(kept, 3);
  EXPECT_EQ(result.exit, Exit::mixed);
  EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::confirmed);
  EXPECT_EQ(result.nodes[1].outcome, NodeOutcome::untouched);
}

TEST_F(Driven, TheClusterIsLookedAtBeforeTheRollUntilItIsKnown) {
  surroundings_.collateral = Collateral::awaited;
  for (plan::NodePlan& node : plan_.nodes) node.machine_id = node.name;
  plan::seal(plan_);
  std::atomic<int> looks{0};
  hands_.cluster = [&] {
    if (++looks == 2) std::raise(SIGTERM);  // the survey counts for 5 s
    return facts::ClusterSight{{}, {{"cp1", {}, "cp1", true}, {"cp2", {}, "cp2", true}}, {}, {}};
  };
  EXPECT_EQ(drive().exit, Exit::interrupted);
  EXPECT_EQ(looks, 2);
  EXPECT_EQ(nodes_[0]->count(node::Verb::stage), 0U);
}

TEST_F(Driven, AnInterruptAtTheQuestionWithdrawsIt) {
  hands_.person = [this](const plan::NodePlan& node) {
    EXPECT_EQ(node.name, "cp1");
    std::raise(SIGTERM);
    for (int i = 0; i < 5000 && !withdrawn_; ++i) std::this_thread::sleep_for(1ms);
    return Choice::no;
  };
  RunResult result = drive(Prompting::ask);
  EXPECT_EQ(result.exit, Exit::interrupted);
  EXPECT_EQ(nodes_[0]->count(node::Verb::stage), 0U);
}

}  // namespace
}  // namespace nightlatch::rollout
