#include "operate/plan.hpp"

#include <utility>

#include "operate/window.hpp"
#include "plan/estimate.hpp"
#include "util/file.hpp"

namespace nightlatch::operate {

namespace {

Status add_window_checks(const Ports& ports, const cluster::Session& session, plan::Plan& plan) {
  if (plan.outside_window || plan.changes_nothing()) return {};
  NL_ASSIGN(std::optional<WindowTask> window,
            window_of(ports, plan.playbook, plan::balancer_settle(session.cluster)));
  if (!window) return {};
  auto now = std::chrono::floor<std::chrono::seconds>(ports.person.now());
  for (plan::PlanCheck& check : window_checks(*window, plan, now)) plan.checks.push_back(std::move(check));
  return {};
}

}  // namespace

Outcome<plan::PlanOutcome> make_plan(Ports& ports, const cluster::Selection& selection,
                                     const PlanInput& input, const std::string& file) {
  auto planned = plan_now(ports, selection, input);
  if (!planned) return failed_planning(std::move(planned).error());
  plan::PlanOutcome& outcome = planned->outcome;
  if (!outcome.plan) return failed_planning(std::move(outcome.refusals));
  if (Status checked = add_window_checks(ports, planned->session, *outcome.plan); !checked)
    return failed(std::move(checked).error());
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
