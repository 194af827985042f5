// Feeds a run by hand: virtual time, one queue, scripted nodes. Checks at every command that nothing leaves
// while a record is not durable.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rollout/run.hpp"
#include "rollout/scripted_node.hpp"

namespace nightlatch::rollout {

class Rolling {
 public:
  explicit Rolling(plan::Plan planned, Prompting prompting = Prompting::assume_yes,
                   Surroundings surroundings = {})
      : plan(std::move(planned)),
        bytes(bytes_for(plan)),
        run("20261122T0114-7f3a", plan, bytes, prompting, "ana@bastion", std::move(surroundings)) {
    for (const plan::NodePlan& node : plan.nodes) {
      nodes.push_back(std::make_unique<ScriptedNode>(node.name));
    }
  }
  explicit Rolling(const std::vector<std::string>& names, Prompting prompting = Prompting::assume_yes)
      : Rolling(plan_for(names), prompting) {}

  plan::Plan plan;
  std::map<std::string, plan::NodeBytes> bytes;
  Run run;
  std::vector<std::unique_ptr<ScriptedNode>> nodes;
  std::vector<Record> records;
  std::vector<std::string> asked_person;
  bool every_reply_twice = false;

  // Once a record like this is durable, an interruption comes first of all.
  void interrupt_after(const std::string& node, const std::string& step, Phase phase = Phase::intend) {
    interrupt_node_ = node;
    interrupt_step_ = step;
    interrupt_phase_ = phase;
  }
  // The same with the cluster's lock.
  void lose_lock_after(const std::string& node, const std::string& step) {
    interrupt_after(node, step);
    lock_lost_ = true;
  }
  // A record like this cannot be written.
  void fail_record(const std::string& node, const std::string& step) {
    fail_node_ = node;
    fail_step_ = step;
  }
  // A new connection through the load balancer.
  std::function<facts::Seen(const facts::Expectation&)> balancer;
  // An object through the API.
  std::function<facts::ObjectWritten(const plan::ObjectChange&)> persist = [](const plan::ObjectChange&) {
    return facts::ObjectWritten{.result = PersistResult::written, .why = {}};
  };
  // Nodes and leader leases, as the API tells them.
  std::function<facts::ClusterSight()> cluster;
  std::function<Choice(const std::string& node)> person = [](const std::string&) { return Choice::yes; };

  const RunResult& finish() {
    deliver(Started{});
    for (int limit = 0; !run.finished() && !queue_.empty(); ++limit) {
      if (limit > 20000) {
        ADD_FAILURE() << "the run does not end";
        break;
      }
      auto next = queue_.begin();
      now_ = next->first;
      auto what = std::move(next->second);
      queue_.erase(next);
      deliver(std::move(what));
    }
    EXPECT_TRUE(run.finished());
    return run.result();
  }

  [[nodiscard]] ScriptedNode& node(std::size_t index) { return *nodes.at(index); }
  // "staged intend, staged done, …" of one node.
  [[nodiscard]] std::vector<std::string> steps_of(const std::string& name) const {
    std::vector<std::string> steps;
    for (const Record& record : records) {
      if (record.node == name)
        steps.push_back(fmt::format("{} {}", record.step, rollout::name(record.phase)));
    }
    return steps;
  }
  [[nodiscard]] bool has(const std::string& name, const std::string& step, Phase phase) const {
    for (const Record& record : records) {
      if (record.node == name && record.step == step && record.phase == phase) return true;
    }
    return false;
  }
  [[nodiscard]] Millis now() const { return now_; }

 private:
  using What = decltype(Event::what);

  void later(Millis delay, What what) { queue_.emplace(now_ + delay, std::move(what)); }

  void deliver(What what) {
    if (std::holds_alternative<Recorded>(what)) unacknowledged_ = 0;
    for (const Command& command : run.on(Event{now_, std::move(what)})) carry_out(command);
  }

  void carry_out(const Command& command) {
    if (const auto* append = std::get_if<Append>(&command)) return write(append->record);
    EXPECT_EQ(unacknowledged_, 0U) << "something left before record " << unacknowledged_ << " was durable";
    if (const auto* call = std::get_if<CallNode>(&command)) {
      expect_intended(*call);
      node::Reply reply = nodes[call->node]->call(call->request);
      Millis took{20};
      if (reply.kind == node::ReplyKind::lost) took = std::chrono::seconds(5);
      if (call->request.verb == node::Verb::await) took = std::chrono::seconds(10);
      if (every_reply_twice) later(took + Millis(2), NodeReplied{call->id, reply});
      later(took, NodeReplied{call->id, std::move(reply)});
    } else if (const auto* ask = std::get_if<AskGates>(&command)) {
      later(Millis(20), GatesSeen{ask->id, nodes[ask->node]->answer(ask->questions)});
    } else if (const auto* through = std::get_if<AskBalancer>(&command)) {
      later(Millis(20), BalancerSeen{through->id, balancer(through->question)});
    } else if (const auto* config = std::get_if<PersistConfig>(&command)) {
      EXPECT_EQ(records.back().step, object_step);
      EXPECT_EQ(records.back().data.at("object"), config->change.object.text());
      facts::ObjectWritten written = persist(config->change);
      later(Millis(20), ObjectPersisted{config->id, written.result, written.why});
    } else if (const auto* look = std::get_if<AskCluster>(&command)) {
      later(Millis(20), ClusterSeen{look->id, cluster()});
    } else if (const auto* timer = std::get_if<SetTimer>(&command)) {
      later(timer->delay, TimerFired{timer->id});
    } else if (const auto* question = std::get_if<AskPerson>(&command)) {
      const std::string& name = plan.nodes[question->node].name;
      asked_person.push_back(name);
      later(Millis(1000), Chosen{person(name)});
    }
  }

  void write(const Record& record) {
    EXPECT_EQ(unacknowledged_, 0U) << "two records at once";
    unacknowledged_ = record.seq;
    if (record.node == fail_node_ && record.step == fail_step_ && !fail_step_.empty()) {
      unacknowledged_ = 0;
      return later(Millis(1), RecordFailed{"No space left on device"});
    }
    EXPECT_EQ(record.seq, records.size() + 1);
    records.push_back(record);
    records.back().time_ms = now_.count();
    if (record.node == interrupt_node_ && record.step == interrupt_step_ &&
        record.phase == interrupt_phase_ && !interrupt_step_.empty()) {
      if (lock_lost_) {
        later(Millis(0), LockLost{"another run holds it"});
      } else {
        later(Millis(0), Interrupted{});
      }
    }
    later(Millis(1), Recorded{record.seq});
  }

  // A verb that changes the node is told by the last record.
  void expect_intended(const CallNode& call) {
    using node::Verb;
    static const std::map<Verb, std::string> steps{{Verb::place, "config"},      {Verb::stage, "staged"},
                                                   {Verb::arm, "armed"},         {Verb::swap, "swapped"},
                                                   {Verb::confirm, "confirmed"}, {Verb::clean, "cleaned"},
                                                   {Verb::restore, "restoring"}, {Verb::settle, "restored"}};
    auto step = steps.find(call.request.verb);
    if (step == steps.end()) return;
    const Record& last = records.back();
    EXPECT_EQ(last.step, step->second);
    EXPECT_EQ(last.node, plan.nodes[call.node].name);
    EXPECT_EQ(last.phase, Phase::intend);
  }

  std::multimap<Millis, What> queue_;
  Millis now_{1000};
  std::uint64_t unacknowledged_ = 0;
  std::string interrupt_node_, interrupt_step_, fail_node_, fail_step_;
  Phase interrupt_phase_ = Phase::intend;
  bool lock_lost_ = false;
};

inline std::vector<NodeOutcome> outcomes(const RunResult& result) {
  std::vector<NodeOutcome> all;
  for (const NodeResult& node : result.nodes) all.push_back(node.outcome);
  return all;
}

inline int code_of(const NodeResult& node) {
  return node.trouble ? node.trouble->code : 0;
}

inline auto lose(node::Verb verb) {
  return [verb](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb == verb) return node::Reply{};
    return std::nullopt;
  };
}

}  // namespace nightlatch::rollout
