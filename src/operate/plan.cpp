#include "operate/plan.hpp"

#include <utility>

#include "util/file.hpp"

namespace nightlatch::operate {

Outcome<plan::PlanOutcome> make_plan(Ports& ports, const cluster::Selection& selection,
                                     const PlanInput& input, const std::string& file) {
  auto planned = plan_now(ports, selection, input);
  if (!planned) return failed_planning(std::move(planned).error());
  plan::PlanOutcome& outcome = planned->outcome;
  if (!outcome.plan) return failed_planning(std::move(outcome.refusals));
  // Checks decide nothing, and are not in the hash.
  outcome.plan->checks.insert(outcome.plan->checks.end(), input.more_checks.begin(), input.more_checks.end());
  if (!file.empty()) {
    Status written = write_file_durably(file, plan::to_json(*outcome.plan));
    if (!written) return failed(std::move(written).error());
  }
  return std::move(outcome);
}

Result<plan::Plan> read_plan(const std::string& file) {
  NL_ASSIGN(std::string bytes, read_file(file));
  return plan::from_json(bytes, file);
}

}  // namespace nightlatch::operate
