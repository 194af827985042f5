#include "operate/apply.hpp"

#include <utility>

#include <fmt/format.h>

#include "operate/errors.hpp"
#include "operate/permit.hpp"
#include "plan/estimate.hpp"

namespace nightlatch::operate {

namespace {

// A plan file belongs to one cluster (S10).
Status check_cluster(const ApplyInput& input, const cluster::Selection& selection) {
  if (!input.reviewed || selection.cluster.empty() || selection.cluster == input.reviewed->cluster) return {};
  return fail(operate_errors::plan_of_other_cluster,
              fmt::format("the plan is of cluster {}, --cluster says {}", input.reviewed->cluster,
                          selection.cluster));
}

// What was accepted for the reviewed plan is accepted, unless the command line names others.
PlanInput plan_input(const ApplyInput& input) {
  PlanInput plan = input.plan;
  if (!input.reviewed) return plan;
  plan.playbook = input.reviewed->playbook;
  plan.outside_window = input.reviewed->outside_window;
  const plan::Accepted& then = input.reviewed->accepted;
  if (plan.accepted.owners.empty()) plan.accepted.owners = then.owners;
  if (plan.accepted.inputs.empty()) plan.accepted.inputs = then.inputs;
  if (plan.accepted.versions.empty()) plan.accepted.versions = then.versions;
  return plan;
}

// What a reviewed plan does not say is not done.
Status check_override(const ApplyInput& input) {
  if (!input.reviewed || !input.plan.outside_window || input.reviewed->outside_window) return {};
  return fail(operate_errors::override_not_planned,
              fmt::format("{} does not say that it goes past the window", input.choices.plan_file));
}

// A plan that differs from the reviewed one is not applied.
Status check_reviewed(const ApplyInput& input, plan::PlanOutcome& outcome) {
  if (!input.reviewed || !outcome.plan || outcome.plan->changes_nothing()) return {};
  plan::keep_order(*outcome.plan, *input.reviewed);
  return plan::check_unchanged(*input.reviewed, *outcome.plan, input.choices.plan_file);
}

// What must be approved before the first node is read. A plan that is made now was seen by nobody.
Result<std::optional<ApprovalTask>> approval_to_apply(const Ports& ports, const spec::Cluster& cluster,
                                                      const spec::Playbook& playbook,
                                                      const ApplyInput& input) {
  std::optional<ApprovalTask> task;
  spec::ApprovalDemand demand = demand_of(cluster, playbook, input.choices.approvals);
  if (demand.required == 0) return task;
  if (!input.reviewed)
    return fail(operate_errors::nothing_to_approve,
                fmt::format("{} demanded, and a plan that is made now has none",
                            demand.required == 1 ? "an approval is"
                                                 : fmt::format("{} approvals are", demand.required)));
  task = ApprovalTask{.demand = std::move(demand),
                      .signer = input.choices.signer,
                      .plans = {input.reviewed->hash},
                      .directory = approvals_beside(input.choices.plan_file),
                      .plan_file = input.choices.plan_file,
                      .by_command_line = input.choices.approvals};
  NL_TRY(check_approvals(*task, ports.person.now()));
  return task;
}

// Approvals and the window count where a manifest is changed, and the window where the plan does not go past
// it.
Status add_conditions(const Ports& ports, const cluster::Selection& selection, const ApplyInput& input,
                      const PlanInput& wanted, RunChoices& choices) {
  bool changes = choices.dry_run == report::DryRun::no && choices.rehearse == Rehearse::no;
  if (!changes) return check_override(input);
  NL_ASSIGN(spec::Cluster cluster, cluster::cluster_of_inventory(selection));
  NL_ASSIGN(choices.approval, approval_to_apply(ports, cluster, wanted.playbook, input));
  NL_TRY(check_override(input));
  if (wanted.outside_window) return {};
  NL_ASSIGN(choices.window, window_of(ports, wanted.playbook, plan::balancer_settle(cluster)));
  return {};
}

}  // namespace

Outcome<report::RunReport> apply(Ports& ports, cluster::Selection selection, const ApplyInput& input) {
  if (Status same = check_cluster(input, selection); !same) return failed(std::move(same).error());
  if (input.reviewed) selection.planned_cluster = input.reviewed->cluster;
  RunChoices choices = input.choices;
  if (choices.rehearse == Rehearse::yes)
    choices.prompting = rollout::Prompting::assume_yes;  // a rehearsal changes no manifest
  PlanInput wanted = plan_input(input);
  if (Status may = add_conditions(ports, selection, input, wanted, choices); !may)
    return failed(std::move(may).error());
  if (Status may = permit(ports, selection, choices); !may) return failed(std::move(may).error());
  if (choices.window) {
    if (Status open = await_window(ports, *choices.window, choices.when_shut); !open)
      return failed(std::move(open).error());
  }
  auto planned = plan_now(ports, selection, wanted);
  if (!planned) return failed_planning(std::move(planned).error());
  if (Status same = check_reviewed(input, planned->outcome); !same) return failed(std::move(same).error());
  return show_and_carry_out(ports, planned->session, planned->outcome, choices);
}

}  // namespace nightlatch::operate
