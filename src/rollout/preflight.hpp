// Before a node is touched: its manifest is the planned one, nobody else is at work on it, every other API
// server is ready; and how this one answers now, so that a restore can be measured against it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
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

  // `login`: a token is there, and who it is must be known before (S18).
  Preflight(const plan::Plan& plan, std::size_t node, bool login)
      : plan_(&plan), node_(node), login_(login) {}

  // The node's answer to `state`; then questions() go out until there are none.
  [[nodiscard]] std::optional<Refusal> on_state(const node::Reply& reply);
  [[nodiscard]] std::optional<Refusal> on_seen(const std::vector<facts::Seen>& seen);

  // Whom to ask next and what: a peer's readiness, at last this node's own gates.
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] std::size_t whom() const { return peer_ < plan_->nodes.size() ? peer_ : node_; }
  [[nodiscard]] std::vector<facts::Expectation> questions() const;

  // What was learnt.
  [[nodiscard]] const facts::PodView& pod() const { return pod_; }
  [[nodiscard]] const std::vector<facts::Expectation>& as_before() const { return as_before_; }
  // Who the token is; empty: not asked.
  [[nodiscard]] const std::string& identity() const { return identity_; }
  // The kubelet has, or may have, seen the new manifest already: a run that ended left it there.
  [[nodiscard]] bool manifest_is_new() const { return manifest_is_new_; }

 private:
  void next_peer();
  [[nodiscard]] bool asks_for_login() const;
  [[nodiscard]] const plan::NodePlan& self() const { return plan_->nodes[node_]; }

  const plan::Plan* plan_;
  std::size_t node_;
  bool login_;
  std::size_t peer_ = 0;
  int unready_answers_ = 0;
  bool complete_ = false;
  bool manifest_is_new_ = false;
  facts::PodView pod_;
  std::vector<facts::Expectation> as_before_;
  std::string identity_;
};

}  // namespace nightlatch::rollout
