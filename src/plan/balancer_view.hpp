// What the load balancer shows of the API servers behind it (docs/safety.md, S17). The serving certificate
// tells which node answered, because kubeadm gives each API server its own. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "facts/probe.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// What was asked: every node for its certificate, and then new connections through the load balancer.
struct BalancerSight {
  std::map<std::string, std::string> certificates{};  // by node; empty: its certificate could not be seen
  std::vector<std::string> answers{};  // certificates of the good answers through the load balancer
  std::size_t connections = 0;         // how many were tried
  std::string failure{};               // why the last connection that failed had no good answer

  // Counts one connection through the load balancer and keeps what it showed.
  void note_connection(const facts::Seen& seen);
};

// shows: the answers came from at least two nodes, or from the only one. one_node: all came from one of
// several nodes: it is active while the others stand by, or the others are out, or it keeps a client with one
// node. hides: which node answered cannot be told, because the load balancer ends TLS itself or nodes share a
// certificate. silent: there was no good answer.
enum class BalancerKind { shows, one_node, hides, silent };
// "shows", "one-node", "hides", "silent".
[[nodiscard]] std::string_view name(BalancerKind kind);

// How the health check of a load balancer is known. stated: somebody said what it asks, and the planner has
// found that it stays open. held: the endpoint's address belongs to a node (keepalived, kube-vip), so there
// is no health check that could fail.
enum class HealthCheck { unstated, stated, held };

struct BalancerView {
  BalancerKind kind = BalancerKind::silent;
  std::set<std::string> seen{};  // names of the nodes that answered; empty unless shows or one_node
};

// One connection through the load balancer, or to a node: GET /readyz with an administrator's credentials.
[[nodiscard]] facts::Expectation balancer_question();

// Whether more connections would tell nothing new: every node was seen, or 24 were tried. Where connections
// are spread at random over three nodes, one of them is missed in 0.02 % of the cases.
[[nodiscard]] bool is_enough(const BalancerSight& sight);

[[nodiscard]] BalancerView view_of(const BalancerSight& sight);

// Whether a change of this plan makes an API server answer 401 to a path that is answered without credentials
// today, or may do so: a health check of the load balancer may ask just that path.
[[nodiscard]] bool closes_paths(const Plan& plan);

// Whether none of the API servers that the plan changes answers anything without credentials today: a load
// balancer whose health check has none may have no server left, and such a plan repairs that (S13).
[[nodiscard]] bool may_explain_silence(const Plan& plan);

// Why it could not be seen through the load balancer that it uses a changed node no more; nullopt: it would
// be seen.
[[nodiscard]] std::optional<std::string> why_a_drop_would_not_show(const BalancerView& view);

}  // namespace nightlatch::plan
