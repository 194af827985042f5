#include "rollout/driver.hpp"

#include <atomic>
#include <csignal>
#include <functional>
#include <map>
#include <thread>

#include <gtest/gtest.h>

#include "rollout/errors.hpp"
#include "rollout/scripted_node.hpp"
#include "util/file.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch::rollout {
namespace {

using namespace std::chrono_literals;

// Nodes in memory, and a test's word on everything else.
class ScriptedPorts final : public Ports {
 public:
  explicit ScriptedPorts(std::map<std::string, ScriptedNode*> nodes) : nodes_(std::move(nodes)) {}

  std::function<ApiServerAnswers(const AskApiServer&)> ask_api_server = [this](const AskApiServer& asked) {
    return ApiServerAnswers{nodes_.at(asked.node)->answer(asked.questions)};
  };
  std::function<facts::ClusterSight()> cluster = no_answer<LookAtCluster>;
  std::function<Permission(const AskToBegin&)> permission = [](const AskToBegin&) { return Permission{}; };
  std::function<facts::ClientSight()> client = [] { return facts::ClientSight{}; };
  std::function<Choice(const std::string&)> person = [](const std::string&) { return Choice::yes; };
  std::function<std::optional<std::string>()> lock = []() -> std::optional<std::string> { return {}; };
  std::chrono::milliseconds lock_every{30s};
  std::vector<Record> told;
  std::atomic<bool> withdrawn{false};
  std::atomic<bool> left{false};
  std::atomic<int> ticks{0};

  node::Reply answer(const CallNode& asked) override { return nodes_.at(asked.node)->call(asked.request); }
  ApiServerAnswers answer(const AskApiServer& asked) override { return ask_api_server(asked); }
  BalancerAnswer answer(const AskBalancer&) override { return no_answer<AskBalancer>(); }
  facts::ClusterSight answer(const LookAtCluster&) override { return cluster(); }
  ObjectWritten answer(const PutObject&) override { return {WriteResult::written, {}}; }
  Choice answer(const AskOperator& asked) override { return person(asked.node); }
  Permission answer(const AskToBegin& asked) override { return permission(asked); }
  HookEnded answer(const CallHook&) override { return HookEnded::well(); }
  facts::ClientSight answer(const HearClient&) override { return client(); }
  std::optional<std::string> keep_lock() override { return lock(); }
  std::chrono::milliseconds keep_lock_every() const override { return lock_every; }
  void on_record(const Record& record) override { told.push_back(record); }
  void on_tick() override { ++ticks; }
  void withdraw_question() override { withdrawn = true; }
  void leave_at_once() override { left = true; }

 private:
  std::map<std::string, ScriptedNode*> nodes_;
};

// The real driver and a real journal; only the ports are in memory. Gates as short as a playbook allows.
class Driven : public testing::Test {
 protected:
  Driven() {
    plan_.playbook.gates = {1, 1s, 0s, 0s, 30s};
    plan::seal(plan_);
  }

  RunResult drive(Prompting prompting = Prompting::assume_yes) {
    auto journal = Journal::create(path_);
    EXPECT_TRUE(journal);
    auto bytes = bytes_for(plan_);
    rollout::Run run("20261122T0114-7f3a", plan_, bytes, prompting, "ana@bastion", options_);
    return rollout::drive(run, *journal, ports_);
  }

  std::vector<Record> journal() const {
    return read_journal(read_file(path_).value(), "journal.jsonl").value();
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "journal.jsonl";
  plan::Plan plan_ = plan_for({"cp1", "cp2"});
  ScriptedNode cp1_{"cp1"};
  ScriptedNode cp2_{"cp2"};
  ScriptedPorts ports_{{{"cp1", &cp1_}, {"cp2", &cp2_}}};
  RunOptions options_;
};

TEST_F(Driven, ARollIsCarriedOutAndItsJournalIsWhole) {
  RunResult result = drive();
  EXPECT_EQ(result.exit, Exit::done);
  for (ScriptedNode* node : {&cp1_, &cp2_}) EXPECT_EQ(node->manifest, node->after);
  EXPECT_EQ(journal(), ports_.told) << "what is shown is what is durable";
  EXPECT_EQ(ports_.told.back().data.at("outcome"), "done");
  EXPECT_GT(ports_.ticks, 0);
}

TEST_F(Driven, ANodesSessionIsNeverUsedTwiceAtTheSameTime) {
  std::atomic<int> inside{0};
  std::atomic<bool> overlapped{false};
  cp1_.instead = [&](const node::Request&) -> std::optional<node::Reply> {
    if (++inside != 1) overlapped = true;
    std::this_thread::sleep_for(1ms);
    --inside;
    return std::nullopt;
  };
  ports_.ask_api_server = [&](const AskApiServer& asked) {
    if (asked.node == "cp2") return ApiServerAnswers{cp2_.answer(asked.questions)};
    if (++inside != 1) overlapped = true;
    auto seen = cp1_.answer(asked.questions);
    --inside;
    return ApiServerAnswers{seen};
  };
  EXPECT_EQ(drive().exit, Exit::done);
  EXPECT_FALSE(overlapped);
}

TEST_F(Driven, OneInterruptFinishesTheNodeAndBeginsNoOther) {
  cp1_.instead = [](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb == node::Verb::swap) std::raise(SIGINT);
    return std::nullopt;
  };
  RunResult result = drive();
  EXPECT_EQ(result.exit, Exit::interrupted);
  EXPECT_EQ(result.nodes[0].outcome, NodeOutcome::confirmed);
  EXPECT_EQ(result.nodes[1].outcome, NodeOutcome::untouched);
  EXPECT_TRUE(ports_.withdrawn);
  EXPECT_FALSE(ports_.left);
  EXPECT_EQ(journal().back().data.at("exit"), "130");
}

TEST_F(Driven, ASecondInterruptLeavesAtOnce) {
  int raised = 0;
  cp1_.instead = [&](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != node::Verb::swap && request.verb != node::Verb::await) return std::nullopt;
    if (raised++ < 2) {
      std::raise(SIGINT);
      std::this_thread::sleep_for(50ms);
    }
    return std::nullopt;
  };
  (void)drive();
  EXPECT_TRUE(ports_.left);
}

TEST_F(Driven, TheLockIsKeptWhileTheRunGoesOnAndItsLossEndsIt) {
  std::atomic<bool> swapped{false};
  std::atomic<bool> told{false};
  std::atomic<int> kept{0};
  ports_.lock_every = 5ms;
  ports_.lock = [&]() -> std::optional<std::string> {
    ++kept;
    if (!swapped) return std::nullopt;
    told = true;
    return "another run holds it";
  };
  cp1_.instead = [&](const node::Request& request) -> std::optional<node::Reply> {
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
  options_.collateral = Collateral::awaited;
  for (plan::NodePlan& node : plan_.nodes) node.machine_id = node.name;
  plan::seal(plan_);
  std::atomic<int> looks{0};
  ports_.cluster = [&] {
    if (++looks == 2) std::raise(SIGTERM);  // the survey counts for 5 s
    return facts::ClusterSight{{}, {{"cp1", {}, "cp1", true}, {"cp2", {}, "cp2", true}}, {}, {}};
  };
  EXPECT_EQ(drive().exit, Exit::interrupted);
  EXPECT_EQ(looks, 2);
  EXPECT_EQ(cp1_.count(node::Verb::stage), 0U);
}

TEST_F(Driven, AnInterruptAtTheQuestionWithdrawsIt) {
  ports_.person = [this](const std::string& node) {
    EXPECT_EQ(node, "cp1");
    std::raise(SIGTERM);
    for (int i = 0; i < 5000 && !ports_.withdrawn; ++i) std::this_thread::sleep_for(1ms);
    return Choice::no;
  };
  RunResult result = drive(Prompting::ask);
  EXPECT_EQ(result.exit, Exit::interrupted);
  EXPECT_EQ(cp1_.count(node::Verb::stage), 0U);
}

}  // namespace
}  // namespace nightlatch::rollout
