#include "plan/balancer_check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "plan/holder.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

using Grade = PlanCheck::Grade;

std::vector<std::string> names_of(const Plan& plan, const BalancerView& view, bool seen) {
  std::vector<std::string> names;
  for (const NodePlan& node : plan.nodes)
    if (view.seen.contains(node.name) == seen) names.push_back(node.name);
  return names;
}

PlanCheck check_of(const Plan& plan, const BalancerView& view, HealthCheck check,
                   std::chrono::seconds settle) {
  PlanCheck result{Grade::ok, {}, 0, {.object = "load balancer"}};
  bool unstated = check == HealthCheck::unstated;
  switch (view.kind) {
    case BalancerKind::shows: {
      result.text = "load balancer: it leads to " + join(names_of(plan, view, true), ", ");
      std::vector<std::string> unseen = names_of(plan, view, false);
      if (unstated) {
        result.grade = Grade::unknown;
        result.code = plan_checks::balancer_unknown.number;
        result.text += fmt::format(
            "; its health check is not stated, so each node must still be reached {} after its change, or "
            "goes back",
            human_duration(settle));
      } else if (!unseen.empty()) {
        result.grade = Grade::warning;
        result.code = plan_checks::balancer_partial.number;
      }
      if (!unseen.empty()) result.text += fmt::format("; {} was not reached", join(unseen, " and "));
      return result;
    }
    case BalancerKind::one_node:
      result = {Grade::unknown,
                fmt::format("load balancer: every connection reached {}; after each node the run waits {}",
                            *view.seen.begin(), human_duration(settle)),
                plan_checks::balancer_partial.number,
                {.object = "load balancer"}};
      return result;
    case BalancerKind::hides:
    case BalancerKind::silent:
      return {
          Grade::unknown,
          view.kind == BalancerKind::hides
              ? fmt::format("load balancer: it does not show which node answered; after each node the run "
                            "waits {}",
                            human_duration(settle))
              : std::string("load balancer: no connection through it was answered"),
          plan_checks::balancer_partial.number,
          {.object = "load balancer"}};
  }
  return result;
}

}  // namespace

HealthCheck health_check_of(const spec::Cluster& cluster, const Plan& plan,
                            const std::vector<std::string>& endpoint,
                            const std::vector<std::vector<std::string>>& addresses) {
  if (cluster.load_balancer && cluster.load_balancer->states_probe()) return HealthCheck::stated;
  return holders(endpoint, fixed_addresses(plan), addresses).empty() ? HealthCheck::unstated
                                                                     : HealthCheck::held;
}

void note_balancer(const BalancerView& view, HealthCheck check, std::chrono::seconds settle,
                   PlanOutcome& outcome) {
  Plan& plan = *outcome.plan;
  auto why = why_a_drop_would_not_show(view);
  if (check == HealthCheck::unstated && why && closes_paths(plan)) {
    outcome.refusals.push_back(Error{plan_errors::balancer_unstated, *why, {}, {}, {}, {}});
    outcome.plan.reset();
    return;
  }
  std::erase_if(plan.checks,
                [](const PlanCheck& one) { return one.code == plan_checks::balancer_unknown.number; });
  plan.checks.push_back(check_of(plan, view, check, settle));
}

}  // namespace nightlatch::plan
