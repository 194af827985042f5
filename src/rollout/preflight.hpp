// Before a node is touched: every node's manifest is the planned one or what this run made of it (S12),
// nobody else is at work on this one, every other API server is ready and reaches etcd's quorum (S14); and
// how this one answers now, so that a restore can be measured against it.
//
// A node that was left in mid-change is put back whatever its peers hold.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plan/plan.hpp"
#include "rollout/event.hpp"

namespace nightlatch::rollout {

class Preflight {
 public:
  struct Refusal {
    const ErrorCode* code = nullptr;
    std::string why;
  };

  // `begun`: the nodes that this run has been through. `login`: a token is there, and who it is must be known
  // before (S18).
  Preflight(const plan::Plan& plan, std::size_t node, std::set<std::size_t> begun, bool login)
      : plan_(&plan), node_(node), begun_(std::move(begun)), login_(login) {}

  // Whose answer to `state` comes next: the node's own first, then its peers'; nullopt: no more.
  [[nodiscard]] std::optional<std::size_t> whose_state() const;
  [[nodiscard]] std::optional<Refusal> on_state(const node::Reply& reply);
  // Then questions() go out until it is complete.
  [[nodiscard]] std::optional<Refusal> on_answers(const ApiServerAnswers& answers);

  // Whom to ask next and what: a peer's readiness, at last this node's own gates.
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] std::size_t whom() const { return peer_ < plan_->nodes.size() ? peer_ : node_; }
  [[nodiscard]] std::vector<facts::Expectation> questions() const;

  // What was learnt.
  [[nodiscard]] const facts::PodView& pod() const { return pod_; }
  [[nodiscard]] const std::vector<facts::Expectation>& as_before() const { return as_before_; }
  // Who the token is; empty: not asked.
  [[nodiscard]] const std::string& identity() const { return identity_; }
  // What could not be determined, but does not block the roll; may be empty.
  [[nodiscard]] const std::string& note() const { return note_; }
  // The kubelet has, or may have, seen the new manifest already: a run that ended left it there.
  [[nodiscard]] bool manifest_is_new() const { return manifest_is_new_; }

 private:
  [[nodiscard]] std::optional<Refusal> on_own_state(const node::Reply& reply);
  [[nodiscard]] std::optional<Refusal> on_peer_state(const node::Reply& reply) const;
  [[nodiscard]] std::optional<Refusal> on_own_answers(const ApiServerAnswers& answers);
  [[nodiscard]] std::optional<Refusal> on_peer_answers(const ApiServerAnswers& answers);
  [[nodiscard]] bool asks_etcd() const;
  [[nodiscard]] std::size_t after(std::size_t peer) const;
  [[nodiscard]] bool asks_for_login() const;
  [[nodiscard]] const plan::NodePlan& self() const { return plan_->nodes[node_]; }

  const plan::Plan* plan_;
  std::size_t node_;
  std::set<std::size_t> begun_;
  bool login_;
  bool own_state_seen_ = false;
  std::size_t state_peer_ = 0;  // whose state is compared next
  std::size_t peer_ = 0;        // who is asked next
  int unready_answers_ = 0;
  bool complete_ = false;
  bool manifest_is_new_ = false;
  std::string note_;
  facts::PodView pod_;
  std::vector<facts::Expectation> as_before_;
  std::string identity_;
};

}  // namespace nightlatch::rollout
