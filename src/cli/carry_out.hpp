// A plan is carried out: its run is written down, driven, watched and summed up. For apply and rollback
// alike. `playbook` is as -p named it, for the next commands.
#pragma once

#include <map>
#include <string>

#include "cli/cluster_lock.hpp"
#include "cli/session.hpp"
#include "plan/planner.hpp"
#include "report/run_report.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::cli {

enum class Summary { always, of_failure };

struct How {
  rollout::Prompting prompting = rollout::Prompting::ask;
  report::DryRun dry_run = report::DryRun::no;
  bool rehearse = false;  // the first node only, and nothing is changed there
  std::string playbook{};
  std::string plan_file{};         // of a plan that was reviewed
  std::string of_run{};            // the run that is undone or gone on with
  std::string login_token_file{};  // of a person, whose login must stay the same (S18)
  TakeOver take_over = TakeOver::no;
  WhenHeld when_held = WhenHeld::leave;
  Summary summary = Summary::always;  // of_failure: another part follows and sums up
};

// Before anything is read: nobody could be asked and nobody said yes (S26); a second operator is told who is
// at work (S21). A dry run asks nobody and takes nothing. `cluster` as for Session::open.
[[nodiscard]] Status may_begin(Console& console, const How& how, const std::string& cluster = {});

// The plan is shown and carried out, or told to be refused or needless.
[[nodiscard]] Exit show_and_carry_out(Console& console, const Session& session,
                                      const plan::PlanOutcome& outcome, const How& how);

// Without showing it. A dry run only tells what would come of it.
[[nodiscard]] Exit carry_out(Console& console, const Session& session, const plan::Plan& plan,
                             const std::map<std::string, plan::NodeBytes>& bytes, const How& how);

}  // namespace nightlatch::cli
