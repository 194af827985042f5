// A cluster that was read and a playbook become a plan, with what stands against it in the words of whoever
// found it.
#pragma once

#include <string>
#include <vector>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "plan/planner.hpp"

namespace nightlatch::operate {

// What a person wants planned.
struct PlanInput {
  spec::Playbook playbook;
  plan::AcceptOutage accept_outage = plan::AcceptOutage::no;
  std::vector<std::string> accepted_owners{};  // who else may look after the manifests
};

struct Planned {
  cluster::Session session;
  plan::PlanOutcome outcome;
};

[[nodiscard]] plan::PlanRequest request_of(const Operator& person, const cluster::Session& session,
                                           const PlanInput& input);

// Reads the cluster and plans.
[[nodiscard]] Result<Planned> plan_now(Ports& ports, const cluster::Selection& selection,
                                       const PlanInput& input);

// Puts why a node or the API could not be read in the place of the planner's refusal that it was not read.
void explain_refusals(const cluster::Session& session, std::vector<Error>& refusals);

// Explains the refusals of an outcome, and dates its plan.
void explain_and_date(const Operator& person, const cluster::Session& session, plan::PlanOutcome& outcome);

}  // namespace nightlatch::operate
