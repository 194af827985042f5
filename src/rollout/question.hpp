// The questions of a run and the answers to them (A2). Values only; both variants are closed.
//
// The driver, the simulator and the tests visit Question with one overload for each kind, so a kind without
// an answer does not compile. Nodes are named as in the plan.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "facts/client_sight.hpp"
#include "facts/cluster_sight.hpp"
#include "facts/object_change.hpp"
#include "facts/probe.hpp"
#include "node/protocol.hpp"
#include "plan/hooks.hpp"
#include "plan/plan.hpp"
#include "rollout/errors.hpp"

namespace nightlatch::rollout {

using Millis = std::chrono::milliseconds;

// --- answers

// One round of an API server's answers.
struct ApiServerAnswers {
  std::vector<facts::Seen> seen;

  // The answer to this question; where there is none, status 0 with the reason "no answer".
  [[nodiscard]] facts::Seen to(const facts::Expectation& question) const;
  // The answers to these questions, in this order.
  [[nodiscard]] std::vector<facts::Seen> to(const std::vector<facts::Expectation>& questions) const;
};
// The answer over one new connection through the cluster's endpoint.
struct BalancerAnswer {
  facts::Seen seen;
};
using facts::ObjectWritten;
using facts::WriteResult;
struct PauseEnded {};
enum class Choice { no, yes, all };  // all: this node and all that follow
// Whether a node may be begun at this moment. Without a reason why not: it may.
struct Permission {
  std::optional<ErrorCode> why_not = rollout_errors::approval_ended;
  std::string why{};  // one line for a person

  [[nodiscard]] static Permission given() { return {.why_not = std::nullopt, .why = {}}; }
};
// What a hook came to.
struct HookEnded {
  std::string problem = "no answer";  // one line for a person; empty: it has ended well
  std::string note{};    // what else a person should know: "it left sleep (pid 4711) running, ..."
  std::string output{};  // the beginning and the end of what it said

  [[nodiscard]] static HookEnded well() { return {.problem = {}}; }
};

using Answer = std::variant<node::Reply, ApiServerAnswers, BalancerAnswer, facts::ClusterSight, ObjectWritten,
                            PauseEnded, Choice, Permission, HookEnded, facts::ClientSight>;

// Whether no answer came from the node or the API, so that the same question may be asked again.
[[nodiscard]] bool is_lost(const Answer& answer);

// --- questions. Each names the kind of its answer.

// A request of docs/protocol.md. Without a run id it is sent for this run (Outbox::ask).
struct CallNode {
  using Answer = node::Reply;
  std::string node;
  node::Request request;
};
// Asked of the API server on this node, from the node's place in the network (S16).
struct AskApiServer {
  using Answer = ApiServerAnswers;
  std::string node;
  std::vector<facts::Expectation> questions;
};
// Asked through the cluster's endpoint, by a new connection.
struct AskBalancer {
  using Answer = BalancerAnswer;
  facts::Expectation question;
};
// Nodes and leader leases, asked through the cluster's endpoint.
struct LookAtCluster {
  using Answer = facts::ClusterSight;
};
// The write of docs/safety.md S20: only over the text from which the plan was made. Asked again, it finds
// what it wrote.
struct PutObject {
  using Answer = ObjectWritten;
  plan::ObjectChange change;
};
// Answered after the delay.
struct Pause {
  using Answer = PauseEnded;
  Millis delay{0};
};
// Whether this node may be changed: asked before it is armed (S26).
struct AskOperator {
  using Answer = Choice;
  std::string node;
};

// Whether this node may be begun now: asked at the end of its preflight check, each time, because a person's
// answer or a suspended workstation may lie between two of them.
struct AskToBegin {
  using Answer = Permission;
  std::string node;
  bool is_first = false;  // no node of this run was begun before
};

// Calls a hook of the playbook, which has `limit` to end.
struct CallHook {
  using Answer = HookEnded;
  plan::HookEvent event = plan::HookEvent::before;
  std::chrono::seconds limit{0};
  std::string node{};     // of beforeNode and afterNode
  std::string outcome{};  // of afterNode: what became of the node; of after and onFailure: of the run
  std::string cluster{};  // of after and onFailure: "old", "new", "mixed", "unknown"
  int code = 0;           // of onFailure: the number of the error that ended the run; 0: none
  std::string why{};      // of that
  std::vector<std::string> done{};  // the nodes that this run has changed
};

// What the run's own client has seen since it was heard the last time. Answered at once.
struct HearClient {
  using Answer = facts::ClientSight;
};

using Question = std::variant<CallNode, AskApiServer, AskBalancer, LookAtCluster, PutObject, Pause,
                              AskOperator, AskToBegin, CallHook, HearClient>;

// The answer of this kind that says nothing.
template <class Asked>
[[nodiscard]] typename Asked::Answer no_answer() {
  return {};
}
template <>
[[nodiscard]] inline facts::ClusterSight no_answer<LookAtCluster>() {
  return {.nodes_unknown = "no answer", .control_plane = {}, .leases_unknown = "no answer", .leases = {}};
}

// `answer` as one to a question of this kind; no_answer() when it is of another kind.
template <class Asked>
[[nodiscard]] typename Asked::Answer answer_of(const Answer& answer) {
  const auto* own = std::get_if<typename Asked::Answer>(&answer);
  return own == nullptr ? no_answer<Asked>() : *own;
}

}  // namespace nightlatch::rollout
