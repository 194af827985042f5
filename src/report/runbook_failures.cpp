#include "report/runbook_failures.hpp"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "plan/estimate.hpp"
#include "rollout/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

namespace checks = plan_checks;
namespace codes = rollout_errors;

constexpr std::size_t shown_failures = 5;
constexpr int brought_forward = 60;  // by a check of this plan: before whatever can happen in every roll

class Failures {
 public:
  explicit Failures(const plan::Plan& plan) : plan_(plan) {}

  // `weight` orders the failures that no check speaks for; 0: it is no failure of this plan without one.
  void add(const ErrorCode& code, int weight, std::string because,
           std::initializer_list<ErrorCode> raised_by) {
    for (const plan::PlanCheck& check : plan_.checks) {
      bool raises = std::any_of(raised_by.begin(), raised_by.end(),
                                [&](const ErrorCode& one) { return one.number == check.code; });
      if (!raises) continue;
      weight += brought_forward;
      because = check.text;
      break;
    }
    if (weight > 0) found_.push_back({weight, {code, std::move(because)}});
  }

  std::vector<LikelyFailure> take() {
    std::stable_sort(found_.begin(), found_.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<LikelyFailure> likely;
    for (auto& [weight, failure] : found_) {
      if (likely.size() < shown_failures) likely.push_back(std::move(failure));
    }
    return likely;
  }

 private:
  const plan::Plan& plan_;
  std::vector<std::pair<int, LikelyFailure>> found_;
};

bool places_a_file(const plan::Plan& plan) {
  return std::any_of(plan.nodes.begin(), plan.nodes.end(), [&](const plan::NodePlan& node) {
    const plan::ManifestChange* change = plan.change_of(node);
    return change != nullptr && !change->config_path.empty();
  });
}

std::string restart_against_timeout(const plan::Plan& plan) {
  std::chrono::seconds longest{0};
  for (const plan::NodePlan& node : plan.nodes) {
    if (plan.is_changed(node)) longest = std::max(longest, plan::shortest_restart(node));
  }
  return fmt::format("a restart takes about {}, and the checks must hold within {}", human_duration(longest),
                     human_duration(plan.playbook.gates.timeout));
}

// A node that is being changed.
void add_on_the_node(const plan::Plan& plan, Failures& failures) {
  failures.add(
      codes::api_server_exited, places_a_file(plan) ? 50 : 20,
      places_a_file(plan) ? "kube-apiserver reads a configuration file that it has not read before"
                          : "kube-apiserver starts with other arguments than before",
      {checks::version_accepted, checks::expression_unjudged, checks::input_accepted, checks::file_readable,
       checks::logins_move, checks::ca_inlined, checks::gate_ends, checks::mount_left});
  failures.add(codes::gates_late, 45, restart_against_timeout(plan),
               {checks::image_unknown, checks::etcd_member_missing});
  failures.add(codes::not_balanced, 30,
               "the health check of a load balancer decides whether a changed node gets requests again",
               {checks::balancer_partial});
  failures.add(codes::login_differs, 0, {}, {checks::login_untested, checks::more_algorithms});
  failures.add(codes::guard_restored, 15,
               "a connection that breaks for longer than the guard waits ends in its restore",
               {checks::may_reboot});
  failures.add(codes::still_open, 5, "every path that must be closed is asked", {checks::authorizer_unread});
}

// Before a node, or between two.
void add_around_nodes(const plan::Plan& plan, int required_approvals, Failures& failures) {
  failures.add(codes::balancer_unstated, 0, {}, {checks::balancer_unknown});
  failures.add(codes::preflight_changed, 40,
               "a person, a kubeadm upgrade or a tool may write a manifest between the plan and the change",
               {checks::owner_accepted, checks::controller_unknown});
  failures.add(codes::preflight_peer, plan.nodes.size() > 1 ? 25 : 0,
               "a node is begun only while every other API server is ready", {checks::api_server_down});
  failures.add(codes::etcd_away, 10, "a node is begun only while etcd has its quorum",
               {checks::etcd_without_quorum, checks::etcd_quorum_unknown});
  failures.add(codes::not_recovered, plan.changing_nodes() > 1 ? 28 : 10,
               "leader leases and Nodes must be as before when the next node is begun",
               {checks::leases_move});
  failures.add(codes::preflight_lost, 22, "each node is reached by SSH from one workstation", {});
  failures.add(codes::window_ended, plan.playbook.window.is_stated() && !plan.outside_window ? 35 : 0,
               "the plan has a window, and a node is begun only if it fits in before its end",
               {checks::window_short});
  failures.add(plan_errors::approvals_missing, required_approvals > 0 ? 48 : 0,
               "the plan is applied only with its approvals, and they expire", {});
  failures.add(codes::object_left, plan.object_changes().empty() ? 0 : 18,
               "an object of the API is changed with the nodes, and others may write it, too",
               {checks::kubeadm_config_unread, checks::kubeadm_config_changed});
}

}  // namespace

std::vector<LikelyFailure> likely_failures(const plan::Plan& plan, int required_approvals) {
  Failures failures(plan);
  add_on_the_node(plan, failures);
  add_around_nodes(plan, required_approvals, failures);
  return failures.take();
}

std::string what_nightlatch_does(const ErrorCode& code) {
  if (code.number == codes::object_left.number)
    return "It leaves that object as it is. Every node is changed and healthy (exit 10)";
  bool before_all = code.number == codes::balancer_unstated.number;
  if (before_all || code.number == plan_errors::approvals_missing.number)
    return "It refuses to begin, and touches no node (exit 3)";
  switch (code.exit) {
    case Exit::rolled_back:
      return "It puts the old manifest of that node back, waits until its API server is healthy, and begins "
             "no "
             "other node. Nodes that were changed before stay changed (exit 4, or 10 if there are any)";
    case Exit::mixed:
      return "It stops between two nodes. Every API server is healthy; changed nodes stay changed (exit 10)";
    case Exit::window:
      return "It pauses between two nodes. Every API server is healthy; changed nodes stay changed (exit 10, "
             "or "
             "8 before the first node)";
    case Exit::needs_person:
      return "It stops, and needs a person (exit 5)";
    default:
      return "It does not begin the node, and touches nothing there. Nodes that were changed before stay "
             "changed (exit 3, or 10 if there are any)";
  }
}

}  // namespace nightlatch::report
