// A session and a playbook become a plan, with what stands against it in the words of whoever found it.
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "plan/planner.hpp"

namespace nightlatch::cli {

struct Planned {
  Session session;
  plan::PlanOutcome outcome;
};

[[nodiscard]] plan::PlanRequest request_of(const Session& session, const spec::Playbook& playbook,
                                           plan::AcceptOutage accept_outage,
                                           std::vector<std::string> accepted_owners = {});

[[nodiscard]] Result<Planned> plan_now(Console& console, const spec::Playbook& playbook,
                                       plan::AcceptOutage accept_outage,
                                       std::vector<std::string> accepted_owners,
                                       const std::string& cluster = {});

// The names of --accept-owner, and what its help says.
[[nodiscard]] std::vector<std::string> names_in(const std::string& argument);

// "cp2 could not be read" says less than why: the session knows.
void explain_refusals(const Session& session, std::vector<Error>& refusals);

// The same for an outcome made elsewhere than in plan_now, and the time it was made.
void complete(const Session& session, plan::PlanOutcome& outcome);

}  // namespace nightlatch::cli
