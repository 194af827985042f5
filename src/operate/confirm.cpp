#include "operate/confirm.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "operate/carry_out.hpp"
#include "operate/errors.hpp"
#include "operate/header.hpp"
#include "operate/known_plan.hpp"
#include "operate/permit.hpp"
#include "plan/confirmation.hpp"
#include "rollout/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

namespace codes = rollout_errors;
using rollout::NodeOutcome;

// The run is named, and it is the one to be shut out: no other lock is taken over.
RunChoices choices_for(const std::string& run) {
  RunChoices choices;
  choices.prompting = rollout::Prompting::assume_yes;  // whoever names a run to be confirmed has said yes
  choices.of_run = run;
  choices.take_over = cluster::TakeOver::yes;
  return choices;
}

Error error_of(const ErrorCode& code, std::string message) {
  return Error{code, std::move(message), {}, {}, {}, {}};
}

// "cp3  not read: no route to host". The node may be the one that waits: its own words say what mends it.
std::string unread_line(const cluster::Member& member) {
  const std::string& name = member.node.name;
  if (!member.error) return name + "  not read";
  std::string_view why = member.error->message;
  if (why.starts_with(name + ": ")) why.remove_prefix(name.size() + 2);
  return fmt::format("{}  not read: {}", name, why);
}

// Why no node waits for this run.
Error nothing_waits(const cluster::Session& session, const std::string& run) {
  Error error = error_of(operate_errors::nothing_to_confirm,
                         fmt::format("no node waits for a confirmation of run {}", run));
  for (const cluster::Member& member : session.members) {
    if (!member.facts) {
      error.details.push_back(unread_line(member));
      continue;
    }
    std::string text = "untouched by this run";
    for (const facts::NodeRun& one : member.facts->runs) {
      if (one.run != run) continue;
      text = fmt::format("{} since {}", one.step, one.time);
      if (one.step != "restored" && one.step != "restoring") continue;
      error.code = operate_errors::restored_before;
      error.message = fmt::format("{}: already restored at {}", member.node.name, one.time);
    }
    error.details.push_back(fmt::format("{}  {}", member.node.name, text));
  }
  return error;
}

// The run's plan, as it lies on the nodes that wait.
Result<plan::Plan> plan_left_behind(const cluster::Session& session, const std::string& run) {
  std::optional<plan::Plan> found;
  for (const cluster::Member& member : session.members) {
    if (!member.facts || !plan::waits_for_confirmation(*member.facts, run)) continue;
    const std::string& name = member.node.name;
    NL_ASSIGN(plan::Plan plan, plan::from_json(member.facts->plan, fmt::format("{}: plan.json", name)));
    bool is_known = std::any_of(plan.nodes.begin(), plan.nodes.end(), [&](const plan::NodePlan& one) {
      return one.name == name && plan.is_changed(one);
    });
    if (!is_known)
      return fail(operate_errors::confirm_refused,
                  fmt::format("{} has another name in the plan that lies on it", name));
    found = std::move(plan);
  }
  if (!found) return fail(nothing_waits(session, run));
  NL_TRY(check_copies(session, run));
  return *std::move(found);
}

// In the words of this command: what failed in the run that was to confirm.
ErrorCode code_for(const rollout::Trouble& trouble) {
  constexpr std::array gates{codes::not_restarted.number, codes::api_server_exited.number,
                             codes::gates_late.number,    codes::restarted_again.number,
                             codes::still_open.number,    codes::probe_unauthorized.number,
                             codes::config_differs.number};
  if (codes::is_restored_already(trouble.code)) return operate_errors::restored_before;
  bool is_gate = std::find(gates.begin(), gates.end(), trouble.code) != gates.end();
  return is_gate ? operate_errors::gates_do_not_hold : operate_errors::confirm_refused;
}

// Of the run as a whole, where no node tells it.
Error error_of_run(const rollout::RunResult& result, const std::string& run) {
  if (!result.trouble)
    return error_of(codes::interrupted, fmt::format("run {} still waits for its confirmation", run));
  const ErrorCode* code = codes::find(result.trouble->code);
  return error_of(code == nullptr ? operate_errors::confirm_refused : *code, result.trouble->why);
}

Outcome<report::ConfirmReport> sum_up(report::ConfirmReport report, const report::RunReport& run) {
  std::vector<Error> errors;
  bool is_whole = true;
  for (std::size_t i = 0; i < run.plan.nodes.size(); ++i) {
    if (!run.plan.finishes_confirm(run.plan.nodes[i])) continue;
    const rollout::NodeResult& node = run.result.nodes[i];
    if (node.outcome == NodeOutcome::confirmed) {
      report.confirmed.push_back(node.node);
      continue;
    }
    is_whole = false;
    if (node.trouble) errors.push_back(error_of(code_for(*node.trouble), node.trouble->why));
  }
  bool lacks_journal = run.result.trouble && run.result.trouble->code == codes::journal_unwritable.number;
  if (lacks_journal || (errors.empty() && !is_whole)) {
    Error of_run = error_of_run(run.result, report.run);
    errors.insert(errors.begin(), std::move(of_run));
  }
  if (errors.empty()) return report;
  Exit exit = errors.front().code.exit;
  return tl::unexpected<Failure>(Failure{std::move(errors), exit});
}

}  // namespace

Outcome<report::ConfirmReport> confirm(Ports& ports, const cluster::Selection& selection,
                                       const std::string& run) {
  RunChoices choices = choices_for(run);
  if (Status may = permit(ports, selection, choices); !may) return failed(std::move(may).error());
  auto session = open_session(ports, selection);
  if (!session) return failed_planning(std::move(session).error());
  auto original = plan_left_behind(*session, run);
  if (!original) return failed(std::move(original).error());
  plan::Plan plan = plan::make_confirmation(*original, run, session->facts());
  plan.created = utc_timestamp(ports.person.now());
  std::map<std::string, plan::NodeBytes> none;  // nothing leaves this machine: all of it lies on the nodes
  for (const plan::NodePlan& node : plan.nodes) none[node.name] = {};
  auto carried = carry_out(ports, *session, plan, none, choices);
  if (!carried) return tl::unexpected<Failure>(std::move(carried).error());
  return sum_up({.cluster = header_of(*session), .run = run, .confirmed = {}}, *carried);
}

}  // namespace nightlatch::operate
