#include "operate/rollback.hpp"

#include <utility>

#include "operate/known_plan.hpp"
#include "operate/permit.hpp"
#include "operate/planning.hpp"

namespace nightlatch::operate {

Outcome<report::RunReport> roll_back(Ports& ports, const cluster::Selection& selection,
                                     const RollbackInput& input) {
  RunChoices choices = input.choices;
  choices.of_run = input.run;
  if (Status may = permit(ports, selection, choices); !may) return failed(std::move(may).error());
  auto session = open_session(ports, selection);
  if (!session) return failed_planning(std::move(session).error());
  auto run = input.run.empty() ? plan_to_undo(*session) : plan_of_run(input.run, *session);
  if (!run) return failed(std::move(run).error());
  plan::PlanRequest request = request_of(
      ports.person, *session, {.playbook = run->plan.playbook, .accept_outage = plan::AcceptOutage::yes});
  request.to_broken = input.to_broken == ToBroken::yes;
  plan::PlanOutcome outcome = plan::make_rollback(run->plan, run->run, request);
  explain_and_date(ports.person, *session, outcome);
  choices.of_run = run->run;
  return show_and_carry_out(ports, *session, outcome, choices);
}

}  // namespace nightlatch::operate
