// Feeds a run by hand: virtual time, one queue, scripted nodes. Checks at every command that nothing leaves
// while a record is not durable.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rollout/client_record.hpp"
#include "rollout/run.hpp"
#include "rollout/scripted_node.hpp"
#include "util/overloaded.hpp"

namespace nightlatch::rollout {

class Rolling {
 public:
  explicit Rolling(plan::Plan planned, Prompting prompting = Prompting::assume_yes, RunOptions options = {})
      : plan(std::move(planned)),
        bytes(bytes_for(plan)),
        run("20261122T0114-7f3a", plan, bytes, prompting, "ana@bastion", std::move(options)) {
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
  std::function<facts::Seen(const facts::Expectation&)> balancer = [](const facts::Expectation& question) {
    ADD_FAILURE() << "the balancer was asked, and this run knows of none";
    return facts::Seen{question, 0, "this workstation", "no load balancer is known", {}};
  };
  // An object through the API.
  std::function<ObjectWritten(const plan::ObjectChange&)> write_object = [](const plan::ObjectChange&) {
    return ObjectWritten{.result = WriteResult::written, .why = {}};
  };
  // Nodes and leader leases, as the API tells them.
  std::function<facts::ClusterSight()> cluster = [] {
    ADD_FAILURE() << "the cluster was looked at, and this run does not watch it";
    return no_answer<LookAtCluster>();
  };
  // How long the counters of one API server take to be read, or to be given up.
  Millis counters_take{20};
  // How much longer a look at the cluster takes than it must.
  std::function<Millis()> cluster_takes = [] { return Millis(0); };
  // Whether a node may be begun.
  std::function<facts::ClientSight()> client = [] { return facts::ClientSight{}; };
  std::function<Permission(const AskToBegin&)> permission = [](const AskToBegin& asked) {
    ADD_FAILURE() << asked.node << ": it was asked, and this run needs no permission";
    return Permission{};
  };
  // The hooks of the playbook, and how long one takes.
  std::function<HookEnded(const CallHook&)> hook = [](const CallHook& asked) {
    ADD_FAILURE() << plan::name(asked.event) << " was called, and this run has no hooks";
    return HookEnded::well();
  };
  Millis hook_takes{20};
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
  [[nodiscard]] ScriptedNode& node(const std::string& name) {
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
      if (plan.nodes[i].name == name) return *nodes[i];
    }
    ADD_FAILURE() << "no node is called " << name;
    return *nodes.front();
  }
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

  // What this world answers, at once.
  Answer answer_to(const Question& question) {
    return std::visit(
        overloaded{
            [&](const CallNode& asked) -> Answer { return node(asked.node).call(asked.request); },
            [&](const AskApiServer& asked) -> Answer {
              return ApiServerAnswers{node(asked.node).answer(asked.questions)};
            },
            [&](const AskBalancer& asked) -> Answer { return BalancerAnswer{balancer(asked.question)}; },
            [&](const LookAtCluster&) -> Answer { return cluster(); },
            [&](const PutObject& asked) -> Answer { return write_object(asked.change); },
            [](const Pause&) -> Answer { return PauseEnded{}; },
            [&](const AskToBegin& asked) -> Answer { return permission(asked); },
            [&](const CallHook& asked) -> Answer { return hook(asked); },
            [&](const HearClient&) -> Answer { return client(); },
            [&](const AskOperator& asked) -> Answer {
              asked_person.push_back(asked.node);
              return person(asked.node);
            }},
        question);
  }

 private:
  using What = decltype(Event::what);

  void later(Millis delay, What what) { queue_.emplace(now_ + delay, std::move(what)); }

  void deliver(What what) {
    const auto* recorded = std::get_if<Recorded>(&what);
    if (recorded != nullptr && recorded->seq == unacknowledged_) unacknowledged_ = 0;
    for (const Command& command : run.on(Event{now_, std::move(what)})) carry_out(command);
  }

  void carry_out(const Command& command) {
    std::visit(overloaded{[&](const Append& append) { write(append.record); },
                          [&](const Ask& asked) { ask(asked.id, asked.question); }, [](const Finish&) {}},
               command);
  }

  void ask(Id id, const Question& question) {
    EXPECT_EQ(unacknowledged_, 0U) << "something left before record " << unacknowledged_ << " was durable";
    if (const auto* call = std::get_if<CallNode>(&question)) expect_intended(*call);
    if (const auto* put = std::get_if<PutObject>(&question)) {
      EXPECT_EQ(last_of_a_step().step, object_step);
      EXPECT_EQ(last_of_a_step().data.at("object"), put->change.object.text());
    }
    Answer answer = answer_to(question);
    Millis took = time_for(question, answer);
    if (every_reply_twice && std::holds_alternative<node::Reply>(answer))
      later(took + Millis(2), Answered{id, answer});
    later(took, Answered{id, std::move(answer)});
  }

  [[nodiscard]] Millis time_for(const Question& question, const Answer& answer) const {
    if (const auto* pause = std::get_if<Pause>(&question)) return pause->delay;
    if (std::holds_alternative<AskOperator>(question)) return Millis(1000);
    if (std::holds_alternative<CallHook>(question)) return hook_takes;
    if (std::holds_alternative<LookAtCluster>(question)) return Millis(20) + cluster_takes();
    const auto* server = std::get_if<AskApiServer>(&question);
    if (server != nullptr && server->questions.front().path == "/metrics") return counters_take;
    const auto* call = std::get_if<CallNode>(&question);
    if (call != nullptr && call->request.verb == node::Verb::await) return std::chrono::seconds(10);
    return call != nullptr && is_lost(answer) ? Millis(5000) : Millis(20);
  }

  void write(const Record& record) {
    bool of_a_step = record.step != client_step;
    EXPECT_TRUE(unacknowledged_ == 0U || !of_a_step) << "two records at once";
    if (of_a_step) unacknowledged_ = record.seq;
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

  // What the run's own client saw may stand behind it: nothing waits for that.
  [[nodiscard]] const Record& last_of_a_step() const {
    auto last = std::find_if(records.rbegin(), records.rend(),
                             [](const Record& record) { return record.step != client_step; });
    return *last;
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
    const Record& last = last_of_a_step();
    EXPECT_EQ(last.step, step->second);
    EXPECT_EQ(last.node, call.node);
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
