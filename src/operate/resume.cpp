#include "operate/resume.hpp"

#include <cctype>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "operate/errors.hpp"
#include "operate/known_plan.hpp"
#include "operate/permit.hpp"
#include "operate/planning.hpp"
#include "operate/run_store.hpp"
#include "plan/estimate.hpp"
#include "plan/resume.hpp"
#include "spec/words.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

// The rollback that was begun here and is newer than all that the nodes know: it ends what `run` left in
// mid-change under the id of that run. Empty: there is none, or the nodes know it.
std::optional<report::PastRun> rollback_of(const std::string& run, const cluster::Session& session) {
  for (report::PastRun& past : past_runs(session.cluster.name)) {
    if (past.run <= run) break;
    if (report::relation_of(past) == plan::Relation::undoes && past.progress.of == run)
      return std::move(past);
  }
  return std::nullopt;
}

// What put back or confirmed only what another run left in mid-change has nothing of its own to go on with.
Result<KnownPlan> plan_to_go_on_with(const std::string& run, const cluster::Session& session) {
  NL_ASSIGN(KnownPlan known, plan_of_run(run, session));
  plan::Relation relation = known.plan.relation;
  bool ends_another = relation == plan::Relation::puts_back || relation == plan::Relation::confirms;
  if (!ends_another) return known;
  return plan_of_run(known.plan.of_run, session);
}

Result<KnownPlan> choose_run(const std::string& wanted, const cluster::Session& session) {
  if (!wanted.empty()) return plan_to_go_on_with(wanted, session);
  std::string run = newest_run(session);
  if (run.empty())
    return fail(operate_errors::nothing_to_undo,
                fmt::format("no node of {} knows a run to go on with", session.cluster.name));
  if (auto rollback = rollback_of(run, session)) {
    if (report::outcome_of(*rollback) == "done")
      return fail(
          operate_errors::nothing_to_undo,
          fmt::format("run {} has undone run {}, the newest that the nodes know", rollback->run, run));
    run = rollback->run;
  }
  return plan_to_go_on_with(run, session);
}

// Accepts what was accepted for that run.
plan::PlanRequest request(const Operator& person, const cluster::Session& session, const KnownPlan& run) {
  return request_of(person, session,
                    {.playbook = run.plan.playbook,
                     .accept_outage = plan::AcceptOutage::yes,
                     .accepted = run.plan.accepted,
                     .outside_window = run.plan.outside_window,
                     .open_because = run.plan.reason});
}

// The rest of the run's plan, planned from what is there now.
plan::PlanOutcome plan_rest(const Operator& person, const cluster::Session& session, const KnownPlan& run) {
  if (run.plan.relation == plan::Relation::undoes) {
    plan::PlanRequest as_begun = request(person, session, run);
    as_begun.to_broken = true;  // the run would not have begun without --to-broken where it is needed
    return plan::make_rollback(plan::undone_by(run.plan), run.plan.of_run, as_begun);
  }
  plan::PlanOutcome outcome = plan::make_plan(request(person, session, run));
  if (!outcome.plan) return outcome;
  if (Status same = plan::check_resumable(run.plan, *outcome.plan, run.run); !same) {
    outcome.refusals.push_back(std::move(same).error());
    outcome.plan.reset();
  } else {
    plan::go_on(*outcome.plan, run.plan, run.run);
  }
  return outcome;
}

// The hash of the run's plan, and of those whose rest it is: the approval of one of them covers the rest.
std::vector<std::string> hashes_of(const KnownPlan& run, const cluster::Session& session) {
  std::vector<std::string> hashes{run.plan.hash};
  plan::Plan plan = run.plan;
  while (plan.relation == plan::Relation::goes_on_with) {
    auto earlier = plan_of_run(plan.of_run, session);
    if (!earlier || is_among(earlier->plan.hash, hashes)) break;
    plan = std::move(earlier->plan);
    hashes.push_back(plan.hash);
  }
  return hashes;
}

// What must be approved still. What leads back needs no approval. What the command line of the run demanded
// is demanded again.
Result<std::optional<ApprovalTask>> approval_to_resume(Ports& ports, const cluster::Session& session,
                                                       const KnownPlan& run, const RunChoices& choices) {
  std::optional<ApprovalTask> task;
  bool changes = choices.dry_run == report::DryRun::no && run.plan.direction == plan::Direction::apply;
  if (!changes) return task;
  spec::ApprovalDemand demand = demand_of(session.cluster, run.plan.playbook, choices.approvals);
  spec::Approvals lasting = choices.approvals;
  std::string directory = choices.approvals_directory;
  std::string plan_file;
  if (auto past = find_run(session.cluster.name, run.run)) {
    spec::Approvals then{.required = static_cast<int>(spec::read_integer(past->progress.demands).value_or(0)),
                         .allowed_signers = past->progress.demand_signers,
                         .self = choices.approvals.self};
    demand.add(then);
    if (lasting.required < then.required) lasting = then;
    plan_file = past->directory + "/plan.json";
  }
  if (demand.required == 0) return task;
  if (directory.empty() && !plan_file.empty()) directory = approvals_beside(plan_file).string();
  task = ApprovalTask{.demand = std::move(demand),
                      .signer = choices.signer,
                      .plans = hashes_of(run, session),
                      .directory = directory,
                      .plan_file = plan_file,
                      .by_command_line = lasting};
  NL_TRY(check_approvals(*task, ports.person.now()));
  return task;
}

Outcome<report::RunReport> go_on(Ports& ports, const cluster::Session& session, const KnownPlan& run,
                                 const RunChoices& choices) {
  if (Status may = plan::may_go_on(run.plan, run.run); !may) return failed(std::move(may).error());
  plan::PlanOutcome outcome = plan_rest(ports.person, session, run);
  explain_and_date(ports.person, session, outcome);
  return show_and_carry_out(ports, session, outcome, choices);
}

// A run that leads back goes on at any time, and so does one whose plan goes past the window.
Result<std::optional<WindowTask>> window_to_resume(Ports& ports, const cluster::Session& session,
                                                   const KnownPlan& run, const RunChoices& choices) {
  bool changes = choices.dry_run == report::DryRun::no && run.plan.direction == plan::Direction::apply;
  if (!changes || run.plan.outside_window) return std::optional<WindowTask>();
  NL_ASSIGN(std::optional<WindowTask> task,
            window_of(ports, run.plan.playbook, plan::balancer_settle(session.cluster)));
  if (task) NL_TRY(await_window(ports, *task, choices.when_shut));
  return task;
}

Outcome<report::RunReport> put_back(Ports& ports, const cluster::Session& session, const KnownPlan& run,
                                    const plan::PlanOutcome& finish, const RunChoices& choices) {
  const std::string& node = finish.plan->nodes.front().name;
  ports.person.say(
      fmt::format("{} was left in mid-change by run {}: the manifest from before that run is put back first",
                  node, run.run));
  return carry_out(ports, session, *finish.plan, finish.bytes, choices);
}

}  // namespace

Outcome<report::RunReport> resume(Ports& ports, const cluster::Selection& selection,
                                  const ResumeInput& input) {
  RunChoices choices = input.choices;
  choices.of_run = input.run;
  if (Status may = permit(ports, selection, choices); !may) return failed(std::move(may).error());
  auto session = open_session(ports, selection, node::SwapTrial::yes);
  if (!session) return failed_planning(std::move(session).error());
  auto run = choose_run(input.run, *session);
  if (!run && run.error().code.number == operate_errors::nothing_to_undo.number) {
    std::string sentence = run.error().message + ": nothing was changed.";
    sentence.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence.front())));
    return nothing_there(*session, plan::Direction::apply, std::move(sentence), std::move(run).error());
  }
  if (!run) return failed(std::move(run).error());
  choices.of_run = run->run;
  auto approval = approval_to_resume(ports, *session, *run, choices);
  if (!approval) return failed(std::move(approval).error());
  RunChoices approved = choices;  // what is put back first needs no approval and no window
  approved.approval = *std::move(approval);
  auto window = window_to_resume(ports, *session, *run, choices);
  if (!window) return failed(std::move(window).error());
  approved.window = *std::move(window);
  plan::PlanOutcome finish = plan::make_finish(run->plan, run->run, request(ports.person, *session, *run));
  explain_refusals(*session, finish.refusals);
  if (!finish.plan) return failed_planning(std::move(finish.refusals));
  if (finish.plan->changing_nodes() == 0) return go_on(ports, *session, *run, approved);
  auto back = put_back(ports, *session, *run, finish, choices);
  bool is_all = !back || back->result.exit != Exit::done || choices.dry_run == report::DryRun::yes ||
                run->plan.rehearsal;
  if (is_all) return back;
  auto again = open_session(ports, selection, node::SwapTrial::yes);
  if (!again) return failed_planning(std::move(again).error());
  return go_on(ports, *again, *run, approved);
}

}  // namespace nightlatch::operate
