#include "plan/time_limits.hpp"

#include <fmt/format.h>

#include "plan/errors.hpp"
#include "plan/estimate.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace codes = plan_errors;

std::vector<Error> check_timeout(std::chrono::seconds timeout, const std::vector<PlannedNode>& nodes) {
  std::vector<Error> refusals;
  for (const PlannedNode& one : nodes) {
    std::chrono::seconds needed = shortest_restart(one.node);
    if (!one.change || timeout >= needed) continue;
    std::chrono::seconds grace(one.node.grace_seconds);
    refusals.push_back(
        Error{codes::timeout_short,
              fmt::format("{}: a restart takes {} ({} grace period + {} start), gates.timeout is {}",
                          one.node.name, human_duration(needed), human_duration(grace),
                          human_duration(needed - grace), human_duration(timeout)),
              {},
              {},
              {},
              {}});
  }
  return refusals;
}

std::vector<Error> check_ceiling(const Plan& plan) {
  if (plan.nodes.empty() || !plan.playbook.rollback.ceiling) return {};
  Ceiling least = least_ceiling(plan, Turn::first);  // the first node soaks longest
  if (*plan.playbook.rollback.ceiling >= least.sum()) return {};
  Error error{codes::ceiling_short,
              fmt::format("spec.rollback.ceiling is {}, and one node may take {}",
                          human_duration(*plan.playbook.rollback.ceiling), human_duration(least.sum())),
              {fmt::format("restart and gates  {}  (gates.timeout)", human_duration(least.gates)),
               fmt::format("soak               {}", human_duration(least.soak))},
              {},
              {},
              {}};
  if (least.hook.count() > 0)
    error.details.push_back(fmt::format("hook afterNode     {}", human_duration(least.hook)));
  error.details.push_back(fmt::format("margin             {}", human_duration(least.margin)));
  return {std::move(error)};
}

}  // namespace nightlatch::plan
