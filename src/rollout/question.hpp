// What a run asks of the world, and what it is answered. Values only; both variants are closed.
//
// Whoever carries a run out (the driver, the simulator, a test) visits Question with one overload for each
// kind: a kind that nobody answers does not compile. Nodes are told by their name in the plan.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "facts/cluster_sight.hpp"
#include "facts/object_change.hpp"
#include "facts/probe.hpp"
#include "node/protocol.hpp"
#include "plan/plan.hpp"

namespace nightlatch::rollout {

using Millis = std::chrono::milliseconds;

// --- answers

// One round of an API server's answers.
struct ApiServerAnswers {
  std::vector<facts::Seen> seen;

  // The answer to this question. Status 0 where it was not answered: nothing is concluded from that.
  [[nodiscard]] facts::Seen to(const facts::Expectation& question) const;
  // The answers to these, in this order.
  [[nodiscard]] std::vector<facts::Seen> to(const std::vector<facts::Expectation>& questions) const;
};
// One fresh connection through the cluster's endpoint.
struct BalancerAnswer {
  facts::Seen seen;
};
using facts::ObjectWritten;
using facts::WriteResult;
struct PauseEnded {};
enum class Choice { no, yes, all };

using Answer = std::variant<node::Reply, ApiServerAnswers, BalancerAnswer, facts::ClusterSight, ObjectWritten,
                            PauseEnded, Choice>;

// No answer came, so the same question may be asked again.
[[nodiscard]] bool is_lost(const Answer& answer);

// --- questions. Each names the kind of its answer.

struct CallNode {
  using Answer = node::Reply;
  std::string node;
  node::Request request;
};
// Asked of the API server on this node, from the node's own network place.
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
// Written only over what the plan was made from. The same question again finds what it wrote.
struct PutObject {
  using Answer = ObjectWritten;
  plan::ObjectChange change;
};
struct Pause {
  using Answer = PauseEnded;
  Millis delay{0};
};
// Whether this node may be changed: asked before it is armed (S26).
struct AskOperator {
  using Answer = Choice;
  std::string node;
};

using Question =
    std::variant<CallNode, AskApiServer, AskBalancer, LookAtCluster, PutObject, Pause, AskOperator>;

// What a question is answered with as long as nobody answers it: nothing can be concluded from it.
template <class Asked>
[[nodiscard]] typename Asked::Answer no_answer() {
  return {};
}
template <>
[[nodiscard]] inline facts::ClusterSight no_answer<LookAtCluster>() {
  return {.nodes_unknown = "no answer", .control_plane = {}, .leases_unknown = "no answer", .leases = {}};
}

// An answer to a question of this kind. Whoever carries a run out answers each kind with its own; anything
// else is no answer.
template <class Asked>
[[nodiscard]] typename Asked::Answer answer_of(const Answer& answer) {
  const auto* own = std::get_if<typename Asked::Answer>(&answer);
  return own == nullptr ? no_answer<Asked>() : *own;
}

}  // namespace nightlatch::rollout
