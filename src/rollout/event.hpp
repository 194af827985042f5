// What a run is told, and what it asks for (A2). Values only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "facts/cluster_sight.hpp"
#include "facts/probe.hpp"
#include "node/protocol.hpp"
#include "plan/plan.hpp"
#include "rollout/record.hpp"

namespace nightlatch::rollout {

using Id = std::uint64_t;
using Millis = std::chrono::milliseconds;

// --- events ---
struct Started {};
struct Recorded {  // the record is durable
  std::uint64_t seq = 0;
};
struct RecordFailed {  // it could not be written: nothing more may be done
  std::string why;
};
struct NodeReplied {
  Id id = 0;
  node::Reply reply;
};
struct GatesSeen {
  Id id = 0;
  std::vector<facts::Seen> seen;
};
struct BalancerSeen {  // one fresh connection through the cluster's endpoint
  Id id = 0;
  facts::Seen seen;
};
using PersistResult = facts::WriteResult;
struct ObjectPersisted {
  Id id = 0;
  PersistResult result = PersistResult::lost;
  std::string why;
};
struct ClusterSeen {  // one look at Nodes and leader leases
  Id id = 0;
  facts::ClusterSight sight;
};
struct TimerFired {
  Id id = 0;
};
enum class Choice { yes, no, all };
struct Chosen {
  Choice choice = Choice::no;
};
struct Interrupted {};
struct LockLost {  // the cluster's lock is another's, or may be
  std::string why;
};

struct Event {
  Millis now{0};  // monotonic; the run owns no clock
  std::variant<Started, Recorded, RecordFailed, NodeReplied, GatesSeen, BalancerSeen, ClusterSeen,
               ObjectPersisted, TimerFired, Chosen, Interrupted, LockLost>
      what;
};

// --- commands ---
struct Append {  // make durable, then answer Recorded
  Record record;
};
struct CallNode {
  Id id = 0;
  std::size_t node = 0;  // index into the plan's nodes
  node::Request request;
};
struct AskGates {  // one round of questions to the API server of a node
  Id id = 0;
  std::size_t node = 0;
  std::vector<facts::Expectation> questions;
};
struct AskBalancer {  // through the cluster's endpoint, by a new connection
  Id id = 0;
  facts::Expectation question;
};
struct PersistConfig {  // write an object of the API, unless somebody else has changed it
  Id id = 0;
  plan::ObjectChange change;
};
struct AskCluster {  // Nodes and leader leases, through the cluster's endpoint
  Id id = 0;
};
struct SetTimer {
  Id id = 0;
  Millis delay{0};
};
struct AskPerson {  // yes / no / all, before this node is armed (S26)
  std::size_t node = 0;
};
struct Finish {};

using Command = std::variant<Append, CallNode, AskGates, AskBalancer, AskCluster, PersistConfig, SetTimer,
                             AskPerson, Finish>;

// Collects the commands of one event and hands out ids.
class Outbox {
 public:
  void append(Record record);  // sets run and seq
  Id call(std::size_t node, node::Request request);
  Id ask(std::size_t node, std::vector<facts::Expectation> questions);
  Id ask_balancer(facts::Expectation question);
  Id persist(plan::ObjectChange change);
  Id ask_cluster();
  Id timer(Millis delay);
  void ask_person(std::size_t node) { commands_.emplace_back(AskPerson{node}); }
  void finish() { commands_.emplace_back(Finish{}); }

  [[nodiscard]] std::vector<Command> take() { return std::exchange(commands_, {}); }
  [[nodiscard]] std::uint64_t last_seq() const { return seq_; }
  void set_run(std::string run) { run_ = std::move(run); }

 private:
  std::vector<Command> commands_;
  std::string run_;
  std::uint64_t seq_ = 0;
  Id next_id_ = 1;
};

}  // namespace nightlatch::rollout
