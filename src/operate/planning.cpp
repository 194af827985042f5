#include "operate/planning.hpp"

#include <utility>

#include "operate/balancer.hpp"
#include "operate/grants.hpp"
#include "plan/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

plan::PlanRequest request_of(const Operator& person, const cluster::Session& session,
                             const PlanInput& input) {
  plan::PlanRequest request;
  request.cluster = session.cluster;
  request.playbook = input.playbook;
  request.facts = session.facts();
  request.accept_outage = input.accept_outage;
  request.accepted = input.accepted;
  request.open_because = input.open_because;
  if (input.playbook.window.is_stated()) request.outside_window = input.outside_window;
  request.today = today(person);
  return request;
}

Result<Planned> plan_now(Ports& ports, const cluster::Selection& selection, const PlanInput& input) {
  NL_ASSIGN(cluster::Session session, open_session(ports, selection, node::SwapTrial::yes));
  plan::PlanOutcome outcome = plan::make_plan(request_of(ports.person, session, input));
  look_for_metrics_grant(session, outcome);
  look_through_balancer(session, outcome);
  explain_and_date(ports.person, session, outcome);
  return Planned{std::move(session), std::move(outcome)};
}

void explain_refusals(const cluster::Session& session, std::vector<Error>& refusals) {
  std::vector<Error> known;
  for (const cluster::Member& member : session.members) {
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

void explain_and_date(const Operator& person, const cluster::Session& session, plan::PlanOutcome& outcome) {
  explain_refusals(session, outcome.refusals);
  if (outcome.plan) outcome.plan->created = utc_timestamp(person.now());
}

}  // namespace nightlatch::operate
