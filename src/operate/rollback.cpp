#include "operate/rollback.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "operate/errors.hpp"
#include "operate/known_plan.hpp"
#include "operate/permit.hpp"
#include "operate/planning.hpp"
#include "plan/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

// No word came from the machine that nightlatch could act on. Any other error says that the machine works and
// what to correct: its host key, its user, its sudo.
bool is_silent(const Error& error) {
  constexpr std::array silent{node_errors::unreachable.number, node_errors::connection_refused.number,
                              node_errors::handshake_failed.number, node_errors::session_cut.number,
                              node_errors::script_failed.number};
  return std::find(silent.begin(), silent.end(), error.code.number) != silent.end();
}

Error answers(const std::string& node, std::string next) {
  return Error{.code = plan_errors::skip_answers,
               .message = fmt::format("{} answers, so it is not skipped", node),
               .next = std::move(next)};
}

// The planner refuses to skip a node that was read. Here the others are judged: those that were not read,
// although their machine answers, and those that the inventory does not have (any more).
std::vector<Error> check_skipped(Ports& ports, const cluster::Session& session, const KnownPlan& run,
                                 const std::vector<std::string>& skip) {
  std::vector<Error> refusals;
  for (const plan::NodePlan& node : run.plan.nodes) {
    if (!is_among(node.name, skip)) continue;
    const cluster::Member* member = session.find(node.name);
    std::optional<cluster::Member> asked;
    if (member == nullptr) {
      asked = cluster::connect_and_read(ports.connections, session.cluster,
                                        {.name = node.name, .host = node.host}, node::SwapTrial::no);
      member = &*asked;
    }
    if (asked && asked->facts)
      refusals.push_back(answers(node.name, "add it to the inventory, then roll back without --skip for it"));
    if (!member->error || is_silent(*member->error)) continue;
    refusals.push_back(answers(node.name,
                               "correct what the other error names, then roll back without --skip "
                               "for it; or cut the machine off, and skip it then"));
    refusals.push_back(*member->error);
  }
  return refusals;
}

// The errors of skipped nodes are expected; those of other silent nodes name the rollback that leaves the
// node.
void name_ways_past(const cluster::Session& session, const KnownPlan& run,
                    const std::vector<std::string>& skip, std::vector<Error>& refusals) {
  for (const cluster::Member& member : session.members) {
    if (!member.error) continue;
    auto is_same = [&](const Error& error) {
      return error.code.number == member.error->code.number && error.message == member.error->message;
    };
    if (is_among(member.node.name, skip) && is_silent(*member.error)) std::erase_if(refusals, is_same);
    auto found = std::find_if(refusals.begin(), refusals.end(), is_same);
    if (found != refusals.end() && is_silent(*found))
      found->next = plan::way_past(member.node.name, run.run, skip);
  }
}

// Going back needs no approval, but undoing a rollback makes the change again, and that is none.
Status check_again(const spec::Cluster& cluster, const plan::PlanOutcome& outcome,
                   const RunChoices& choices) {
  bool changes = outcome.plan && outcome.plan->redoes() && choices.dry_run == report::DryRun::no;
  if (!changes || demand_of(cluster, outcome.plan->playbook, {}).required == 0) return {};
  return fail(operate_errors::nothing_to_approve,
              fmt::format("undoing the rollback {} makes the change again, which needs approvals",
                          outcome.plan->of_run));
}

}  // namespace

Outcome<report::RunReport> roll_back(Ports& ports, const cluster::Selection& selection,
                                     const RollbackInput& input) {
  RunChoices choices = input.choices;
  choices.of_run = input.run;
  if (Status may = permit(ports, selection, choices); !may) return failed(std::move(may).error());
  auto session = open_session(ports, selection, node::SwapTrial::yes);
  if (!session) return failed_planning(std::move(session).error());
  auto run = input.run.empty() ? plan_to_undo(*session) : plan_of_run(input.run, *session);
  if (!run && run.error().code.number == operate_errors::nothing_to_undo.number) {
    std::string sentence = fmt::format(
        "No run of {} has left a change that could be undone: nothing was changed.", session->cluster.name);
    return nothing_there(*session, plan::Direction::rollback, std::move(sentence), std::move(run).error());
  }
  if (!run) return failed(std::move(run).error());
  if (auto refusals = check_skipped(ports, *session, *run, input.skip); !refusals.empty())
    return failed_planning(std::move(refusals));
  // The way back of a whole run may take the only API server away: the run itself has done so.
  auto outage = input.skip.empty() ? plan::AcceptOutage::yes : input.accept_outage;
  plan::Accepted accepted = run->plan.accepted;
  accepted.versions.insert(accepted.versions.end(), input.accepted_versions.begin(),
                           input.accepted_versions.end());
  plan::PlanRequest request =
      request_of(ports.person, *session,
                 {.playbook = run->plan.playbook, .accept_outage = outage, .accepted = accepted});
  request.to_broken = input.to_broken == ToBroken::yes;
  request.skipped = input.skip;
  plan::PlanOutcome outcome = plan::make_rollback(run->plan, run->run, request);
  explain_and_date(ports.person, *session, outcome);
  name_ways_past(*session, *run, input.skip, outcome.refusals);
  choices.of_run = run->run;
  if (Status may = check_again(session->cluster, outcome, choices); !may)
    return failed(std::move(may).error());
  return show_and_carry_out(ports, *session, outcome, choices);
}

Outcome<report::RunReport> open_again(Ports& ports, const cluster::Selection& selection,
                                      const OpeningInput& input) {
  if (Status may = permit(ports, selection, input.choices); !may) return failed(std::move(may).error());
  auto planned = plan_now(ports, selection,
                          {.playbook = spec::opening_playbook(),
                           .accept_outage = input.accept_outage,
                           .accepted = input.accepted,
                           .open_because = input.because});
  if (!planned) return failed_planning(std::move(planned).error());
  return show_and_carry_out(ports, planned->session, planned->outcome, input.choices);
}

}  // namespace nightlatch::operate
