#include "operate/grants.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "access/exposure.hpp"
#include "cluster/askers.hpp"
#include "plan/check_codes.hpp"
#include "plan/errors.hpp"

namespace nightlatch::operate {

namespace {

constexpr std::string_view metrics = "/metrics";

// One command for a shell, as kubectl takes it.
constexpr std::string_view grant =
    "kubectl create clusterrole nightlatch-metrics --verb=get --non-resource-url=/metrics && "
    "kubectl create clusterrolebinding nightlatch-metrics --clusterrole=nightlatch-metrics "
    "--group=system:unauthenticated";

}  // namespace

void look_for_metrics_grant(const cluster::Session& session, plan::PlanOutcome& outcome) {
  if (!outcome.plan) return;
  plan::Plan& plan = *outcome.plan;
  auto node = std::find_if(plan.nodes.begin(), plan.nodes.end(), [&](const plan::NodePlan& one) {
    return plan.swaps(one) && access::lets_in(one.after, metrics) && access::lets_in(one.before, metrics);
  });
  if (node == plan.nodes.end()) return;
  auto server = cluster::ask_node(session, *session.find(node->name), {node->api_host, node->api_port},
                                  {.tls_name = node->api_tls_name});
  facts::Seen seen =
      server->ask({"GET", std::string(metrics), facts::Credentials::none, facts::Purpose::stays_open, {200}});
  if (seen.status == 403) {
    outcome.refusals.push_back(
        Error{plan_errors::metrics_ungranted,
              fmt::format("{}: GET /metrics without credentials is answered 403 today, and would be after "
                          "the change",
                          node->name),
              {},
              {},
              fmt::format("take the profile metrics out of the playbook, or make the grant: {}", grant),
              {}});
    outcome.plan.reset();
  } else if (seen.status == 200) {
    std::erase_if(plan.checks, [](const plan::PlanCheck& one) {
      return one.code == plan_checks::metrics_need_a_grant.number;
    });
    plan.checks.push_back({plan::PlanCheck::Grade::ok,
                           "metrics: RBAC lets requests without credentials get /metrics",
                           0,
                           {.path = std::string(metrics)}});
  }
}

}  // namespace nightlatch::operate
