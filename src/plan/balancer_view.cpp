#include "plan/balancer_view.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace nightlatch::plan {

namespace {

constexpr std::size_t most_connections = 24;

// Whether every node has a certificate that no other node has.
bool can_be_told(const BalancerSight& sight) {
  std::set<std::string> different;
  for (const auto& [node, certificate] : sight.certificates) {
    if (certificate.empty() || !different.insert(certificate).second) return false;
  }
  return !different.empty();
}

std::set<std::string> nodes_seen(const BalancerSight& sight) {
  std::set<std::string> seen;
  for (const auto& [node, certificate] : sight.certificates) {
    if (std::find(sight.answers.begin(), sight.answers.end(), certificate) != sight.answers.end())
      seen.insert(node);
  }
  return seen;
}

}  // namespace

void BalancerSight::note_connection(const facts::Seen& seen) {
  ++connections;
  if (seen.as_expected()) {
    answers.push_back(seen.certificate);
  } else {
    failure =
        seen.why.empty() ? fmt::format("GET {} gave status {}", seen.question.path, seen.status) : seen.why;
  }
}

std::string_view name(BalancerKind kind) {
  switch (kind) {
    case BalancerKind::shows:
      return "shows";
    case BalancerKind::one_node:
      return "one-node";
    case BalancerKind::hides:
      return "hides";
    case BalancerKind::silent:
      return "silent";
  }
  return {};
}

facts::Expectation balancer_question() {
  return {"GET", "/readyz", facts::Credentials::admin, facts::Purpose::ready, {200}};
}

bool is_enough(const BalancerSight& sight) {
  if (sight.connections >= most_connections) return true;
  return can_be_told(sight) && nodes_seen(sight).size() == sight.certificates.size();
}

BalancerView view_of(const BalancerSight& sight) {
  if (sight.answers.empty()) return {BalancerKind::silent, {}};
  if (!can_be_told(sight)) return {BalancerKind::hides, {}};
  std::set<std::string> seen = nodes_seen(sight);
  if (seen.empty()) return {BalancerKind::hides, {}};
  bool shows = seen.size() > 1 || sight.certificates.size() == 1;
  return {shows ? BalancerKind::shows : BalancerKind::one_node, std::move(seen)};
}

bool closes_paths(const Plan& plan) {
  return std::any_of(plan.nodes.begin(), plan.nodes.end(), [&](const NodePlan& node) {
    bool stays = node.before.state == node.after.state && node.before.paths == node.after.paths;
    return plan.swaps(node) && !stays && node.after.state != access::ExposureState::open;
  });
}

bool may_explain_silence(const Plan& plan) {
  using access::ExposureState;
  return std::all_of(plan.nodes.begin(), plan.nodes.end(), [&](const NodePlan& node) {
    bool is_shut =
        node.before.state == ExposureState::closed || node.before.state == ExposureState::will_not_start;
    return is_shut || !plan.swaps(node);
  });
}

std::optional<std::string> why_a_drop_would_not_show(const BalancerView& view) {
  const std::string unseen =
      "so a run could not see that it has dropped a changed node; and nobody stated what its health check "
      "asks";
  switch (view.kind) {
    case BalancerKind::shows:
      return std::nullopt;
    case BalancerKind::hides:
      return "the load balancer does not show which node answered, " + unseen;
    case BalancerKind::one_node:
      return fmt::format("every connection through the load balancer reached {}, {}", *view.seen.begin(),
                         unseen);
    case BalancerKind::silent:
      return "no connection through the load balancer was answered, " + unseen;
  }
  return std::nullopt;
}

}  // namespace nightlatch::plan
