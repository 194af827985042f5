#include "cli/planning.hpp"

#include <algorithm>
#include <utility>

#include "plan/errors.hpp"
#include "util/clock.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

plan::PlanRequest request_of(const Session& session, const spec::Playbook& playbook,
                             plan::AcceptOutage accept_outage, std::vector<std::string> accepted_owners) {
  plan::PlanRequest request;
  request.cluster = session.cluster;
  request.playbook = playbook;
  request.facts = session.facts();
  request.accept_outage = accept_outage;
  request.accepted_owners = std::move(accepted_owners);
  request.today = utc_timestamp(wall_clock()).substr(0, 10);
  return request;
}

Result<Planned> plan_now(Console& console, const spec::Playbook& playbook, plan::AcceptOutage accept_outage,
                         std::vector<std::string> accepted_owners, const std::string& cluster) {
  NL_ASSIGN(Session session, Session::open(console, cluster));
  plan::PlanOutcome outcome =
      plan::make_plan(request_of(session, playbook, accept_outage, std::move(accepted_owners)));
  complete(session, outcome);
  return Planned{std::move(session), std::move(outcome)};
}

std::vector<std::string> names_in(const std::string& argument) {
  std::vector<std::string> names;
  for (const std::string& word : split(argument, ',')) {
    if (std::string_view name = trim(word); !name.empty()) names.emplace_back(name);
  }
  return names;
}

void explain_refusals(const Session& session, std::vector<Error>& refusals) {
  std::vector<Error> known;
  for (const Member& member : session.members) {
    if (member.error) known.push_back(*member.error);
  }
  auto drop = [&](const ErrorCode& code) {
    std::erase_if(refusals, [&](const Error& error) { return error.code.number == code.number; });
  };
  if (!known.empty()) drop(plan_errors::node_unreadable);
  if (session.api_error) {
    drop(plan_errors::api_needed);
    known.push_back(*session.api_error);
  }
  refusals.insert(refusals.begin(), known.begin(), known.end());
}

void complete(const Session& session, plan::PlanOutcome& outcome) {
  explain_refusals(session, outcome.refusals);
  if (outcome.plan) outcome.plan->created = utc_timestamp(wall_clock());
}

}  // namespace nightlatch::cli
