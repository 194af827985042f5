// The checks before a node is touched: the manifest of every node is the planned one or the one that this run
// wrote (S12), no run is in mid-change on any node, and every other API server is ready and reaches the
// quorum of etcd (S14). It also records how this API server answers now, because a restored one must answer
// the same (S2).
//
// A node that was left in mid-change is put back whatever the manifests of its peers are. Their API servers
// must be ready for this, too.
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

// It asks nothing itself: NodeSwap asks for the states of whose_state() until that is nullopt, then sends
// questions() to whom() until complete().
class Preflight {
 public:
  // Why the node is not touched. Codes: preflight_changed, preflight_busy, node_refused, preflight_peer,
  // login_ended, etcd_away, login_unknown.
  struct Refusal {
    const ErrorCode* code = nullptr;
    std::string why;
  };

  // `plan` outlives this object. `node` and `begun` as in NodeSwap. `login`: there is a token, and its user
  // must be known before the change (S18).
  Preflight(const plan::Plan& plan, std::size_t node, std::set<std::size_t> begun, bool login)
      : plan_(&plan), node_(node), begun_(std::move(begun)), login_(login) {}

  // The node whose reply to `state` is needed next, as an index in plan.nodes: this node first, then its
  // peers; nullopt: no more.
  [[nodiscard]] std::optional<std::size_t> whose_state() const;
  // Takes that reply, which is not a lost one. nullopt: go on.
  [[nodiscard]] std::optional<Refusal> on_state(const node::Reply& reply);
  // Takes the answers of whom() to questions(). nullopt: go on. A peer that is not ready is asked three
  // times.
  [[nodiscard]] std::optional<Refusal> on_answers(const ApiServerAnswers& answers);

  // Whom to ask next, as an index in plan.nodes, and what: the peers whether they are ready, then this node
  // its own gates.
  [[nodiscard]] bool complete() const { return complete_; }
  // The last answer was "not ready" and may not be the last word: the same is asked again, after a pause.
  [[nodiscard]] bool is_to_be_asked_again() const { return unready_answers_ > 0 && !complete_; }
  [[nodiscard]] std::size_t whom() const { return peer_ < plan_->nodes.size() ? peer_ : node_; }
  [[nodiscard]] std::vector<facts::Expectation> questions() const;

  // The results, meaningful once complete: the pod of this node, and the gates of a restored node (S2).
  [[nodiscard]] const facts::PodView& pod() const { return pod_; }
  [[nodiscard]] const std::vector<facts::Expectation>& as_before() const { return as_before_; }
  // What this API server answered to its gates before the change.
  [[nodiscard]] const std::vector<facts::Seen>& answers() const { return answers_; }
  // The user of the token, as Seen::identity; empty: not asked.
  [[nodiscard]] const std::string& identity() const { return identity_; }
  // What could not be determined, but does not block the roll; may be empty.
  [[nodiscard]] const std::string& note() const { return note_; }
  // finish_restore: the new manifest still lies on the node, so the kubelet may have started its pod.
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
  std::size_t state_peer_ = 0;  // the peer whose state is compared next
  std::size_t peer_ = 0;        // the peer whose API server is asked next
  int unready_answers_ = 0;
  bool complete_ = false;
  bool manifest_is_new_ = false;
  std::string note_;
  facts::PodView pod_;
  std::vector<facts::Expectation> as_before_;
  std::vector<facts::Seen> answers_;
  std::string identity_;
};

}  // namespace nightlatch::rollout
