#include "report/runbook_values.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "access/profile.hpp"
#include "plan/check_codes.hpp"
#include "plan/estimate.hpp"
#include "report/exposure_text.hpp"
#include "report/plan.hpp"
#include "report/plan_parts.hpp"
#include "report/runbook_failures.hpp"
#include "spec/playbook.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using plan::NodePlan;
using plan::Plan;
using plan::PlanCheck;

void put_flag(RunbookValues& values, const std::string& name, bool is_so) {
  put(values, name, is_so ? "yes" : "");
}

// What requests without credentials get on every changed node; empty: the nodes differ.
std::string answers_after(const Plan& plan) {
  const access::Exposure* first = nullptr;
  for (const NodePlan& node : plan.nodes) {
    if (!plan.is_changed(node)) continue;
    if (first == nullptr) first = &node.after;
    if (node.after.state != first->state || node.after.paths != first->paths) return {};
  }
  if (first == nullptr) return {};
  if (first->state == access::ExposureState::closed) return "on no path: each one gets 401";
  if (first->state == access::ExposureState::open) return "on every path";
  return fmt::format("only on {}, and every other one with 401", join(first->paths, ", "));
}

std::string purpose_of(const Plan& plan) {
  std::string answers = answers_after(plan);
  if (answers.empty())
    return fmt::format(
        "This change limits what the API servers of cluster {} answer without credentials; the table under "
        "\"Scope\" says what each of them answers.",
        plan.cluster);
  return fmt::format(
      "This change makes the API servers of cluster {} answer requests without credentials {}{}.",
      plan.cluster, answers, plan.opens_all() ? fmt::format(" ({})", plan.reason) : "");
}

std::string after_text(const Plan& plan) {
  std::string answers = answers_after(plan);
  return answers.empty() ? "What they answer without credentials is limited."
                         : fmt::format("They answer requests without credentials {}.", answers);
}

// Whether -p takes the playbook's name, and means this playbook.
bool is_shipped(const spec::Playbook& playbook) {
  std::vector<std::string> names = split(playbook.name, ',');
  return playbook.paths.empty() && names == playbook.profiles &&
         std::all_of(names.begin(), names.end(), [](const std::string& name) {
           const auto& shipped = spec::shipped_playbooks();
           return std::any_of(shipped.begin(), shipped.end(),
                              [&](const auto& one) { return one.name == name; });
         });
}

void add_plan(const Runbook& runbook, RunbookValues& values) {
  const Plan& plan = runbook.plan;
  put(values, "CHANGE", runbook.change.empty() ? "plan " + plan.short_hash() : runbook.change);
  put(values, "PURPOSE", purpose_of(plan));
  put(values, "AFTER_TEXT", after_text(plan));
  put(values, "CLUSTER", plan.cluster);
  put(values, "ENDPOINT", plan.endpoint);
  put(values, "PLAN", plan.short_hash());
  put(values, "PLAN_HASH", plan.hash);
  put(values, "PLAN_FILE", runbook.plan_file);
  put(values, "PLANNED", plan.created.empty() ? "at a time that it does not say" : plan.created);
  put_flag(values, "INVENTORY", !runbook.options.empty());
  put(values, "PLAYBOOK", plan.playbook.name);
  put_flag(values, "SHIPPED", is_shipped(plan.playbook));
  put(values, "EXPOSURE", join(exposure_changes(plan), "; "));
  std::vector<std::string> order;
  std::vector<std::string> watched;
  for (const NodePlan& node : plan.nodes) (plan.is_changed(node) ? order : watched).push_back(node.name);
  put(values, "ORDER", join(order, ", then "));
  put(values, "WATCHED", join(watched, ", "));
  put(values, "CHANGING", fmt::format("{}", plan.changing_nodes()));
  put_flag(values, "ONE_NODE", plan.nodes.size() == 1);
  if (plan.outside_window) {
    put(values, "OVERRIDE", plan.outside_window->reason);
    put(values, "TICKET", plan.outside_window->ticket);
  }
}

// For whoever reads it in another zone.
std::string with_utc(calendar::sys_seconds when, const calendar::Zone& zone) {
  std::string text = calendar::text_of(when, zone);
  if (zone.span_at(when).offset.count() == 0) return text;
  return fmt::format("{} ({})", text, calendar::text_of(when, calendar::utc()));
}

void add_times(const Runbook& runbook, RunbookValues& values) {
  const Plan& plan = runbook.plan;
  const spec::Gates& gates = plan.playbook.gates;
  plan::Estimate all = plan::estimate(plan);
  std::chrono::seconds restart{0};
  plan::Estimate longest;
  for (const NodePlan& node : plan.nodes) {
    if (!plan.is_changed(node)) continue;
    plan::Estimate one = plan::estimate_node(plan, node);
    restart = std::max(restart, plan::shortest_restart(node));
    longest = {std::max(longest.usual, one.usual), std::max(longest.worst, one.worst)};
  }
  put(values, "USUAL", human_duration(all.usual));
  put(values, "WORST", human_duration(all.worst));
  put(values, "NODE_TIME", human_duration(longest.usual));
  put(values, "NODE_TIME_AT_WORST", human_duration(longest.worst));
  put(values, "RESTART", human_duration(restart));
  put(values, "LEASE", human_duration(plan.playbook.rollback.lease));
  put(values, "TIMEOUT", human_duration(gates.timeout));
  put(values, "CONSECUTIVE", fmt::format("{}", gates.consecutive));
  put(values, "INTERVAL", human_duration(gates.interval));
  put(values, "SOAK", human_duration(gates.soak));
  if (gates.canary_soak > gates.soak) put(values, "FIRST_SOAK", human_duration(gates.canary_soak));
  if (!runbook.window) return;
  const RunbookWindow& window = *runbook.window;
  put_flag(values, "WINDOW", true);
  put(values, "WINDOW_ZONE", window.zone.name());
  put(values, "WINDOW_NEEDS", human_duration(window.needed));
  if (!window.opening) return;
  put(values, "WINDOW_OPENS", with_utc(window.opening->begin, window.zone));
  put(values, "WINDOW_ENDS", with_utc(window.opening->end, window.zone));
  put_flag(values, "WINDOW_TOO_SHORT", window.opening->end - window.earliest < all.worst);
}

void add_approvals(const Runbook& runbook, RunbookValues& values) {
  const spec::ApprovalDemand& demand = runbook.approvals;
  if (demand.required == 0) return;
  put(values, "REQUIRED", count(static_cast<std::size_t>(demand.required), "approval"));
  put(values, "SIGNERS", join(demand.allowed_signers, ", "));
  put_flag(values, "SELF", demand.self == spec::SelfApproval::allow);
  std::vector<Block> blocks = approvals_section(runbook.approved).blocks;
  if (!blocks.empty()) blocks.erase(blocks.begin());  // its heading
  values.values["APPROVED"].blocks = std::move(blocks);
}

void add_checks(const Plan& plan, RunbookValues& values) {
  for (const char* name : {"RISKS", "FACTS", "CALLERS"}) values.values[name] = {};
  for (const PlanCheck& check : plan.checks) {
    if (check.code == plan_checks::window_shut.number) continue;  // the timetable says when it opens
    bool of_callers =
        check.code == plan_checks::callers_lose.number || check.subject.object == plan::audit_subject;
    const char* name = of_callers ? "CALLERS" : check.grade == PlanCheck::Grade::ok ? "FACTS" : "RISKS";
    values.values[name].blocks.emplace_back(check_of(check));
  }
}

void add_playbook(const spec::Playbook& playbook, RunbookValues& values) {
  for (const std::string& name : playbook.profiles) {
    RunbookValues& item = values.lists["PROFILES"].emplace_back();
    const access::Profile* profile = access::find_profile(name);
    put(item, "PROFILE", name);
    put(item, "PROFILE_OPENS", profile == nullptr ? "" : std::string(profile->summary));
  }
  for (const spec::ExtraPath& path : playbook.paths) {
    RunbookValues& item = values.lists["PATHS"].emplace_back();
    put(item, "PATH", path.path);
    put(item, "PATH_OWNER", path.owner);
    put(item, "PATH_REASON", path.reason);
    put(item, "PATH_EXPIRES", path.expires);
  }
}

void add_failures(const Runbook& runbook, RunbookValues& values) {
  for (const LikelyFailure& failure : likely_failures(runbook.plan, runbook.approvals.required)) {
    RunbookValues& item = values.lists["FAILURES"].emplace_back();
    put(item, "FAILURE", code_name(failure.code.number));
    put(item, "FAILURE_TITLE", std::string(failure.code.title));
    put(item, "FAILURE_BECAUSE", failure.because);
    put(item, "FAILURE_DOES", what_nightlatch_does(failure.code));
    put(item, "FAILURE_ADVICE", std::string(failure.code.next));
  }
}

}  // namespace

std::string RunbookClock::at(std::chrono::seconds offset) const {
  if (window_ && window_->opening) return calendar::text_of(window_->earliest + offset, window_->zone);
  return offset.count() == 0 ? "T" : "T + " + human_duration(offset);
}

RunbookValues values_of(const Runbook& runbook) {
  RunbookValues values;
  add_plan(runbook, values);
  add_times(runbook, values);
  add_approvals(runbook, values);
  add_checks(runbook.plan, values);
  add_playbook(runbook.plan.playbook, values);
  add_failures(runbook, values);
  add_machines(runbook, values);
  return values;
}

}  // namespace nightlatch::report
