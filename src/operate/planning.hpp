// Makes a plan from a cluster that was read and a playbook. A node that could not be read is refused with
// the error that says why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "plan/planner.hpp"

namespace nightlatch::operate {

// What a person asks to be planned.
struct PlanInput {
  spec::Playbook playbook;
  plan::AcceptOutage accept_outage = plan::AcceptOutage::no;
  plan::Accepted accepted{};
  std::optional<plan::OutsideWindow> outside_window{};  // counts where the playbook states a window
  std::string open_because{};                           // the playbook opens every path, for this reason
  std::vector<plan::PlanCheck> more_checks{};           // that are not made of the cluster: of an audit
};

struct Planned {
  cluster::Session session;
  plan::PlanOutcome outcome;
};

// The planner's request for today. `to_broken` is false.
[[nodiscard]] plan::PlanRequest request_of(const Operator& person, const cluster::Session& session,
                                           const PlanInput& input);

// Reads the cluster and plans. Refusals are in the outcome, and explained. Error: the cluster is not known.
[[nodiscard]] Result<Planned> plan_now(Ports& ports, const cluster::Selection& selection,
                                       const PlanInput& input);

// Replaces the refusals that a node or the API was not read by the errors that say why.
void explain_refusals(const cluster::Session& session, std::vector<Error>& refusals);

// Explains the refusals of an outcome, and sets the creation time of its plan.
void explain_and_date(const Operator& person, const cluster::Session& session, plan::PlanOutcome& outcome);

}  // namespace nightlatch::operate
