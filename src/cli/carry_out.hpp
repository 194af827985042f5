// A plan is carried out: its run is written down, driven, watched and summed up. For apply and rollback
// alike. `playbook` is as -p named it, for the next commands.
#pragma once

#include <map>
#include <string>

#include "cli/cluster_lock.hpp"
#include "cli/session.hpp"
#include "plan/planner.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::cli {

enum class Summary { always, of_failure };

struct How {
  rollout::Prompting prompting = rollout::Prompting::ask;
  std::string playbook{};
  std::string of_run{};  // the run that is undone or gone on with
  TakeOver take_over = TakeOver::no;
  WhenHeld when_held = WhenHeld::leave;
  Summary summary = Summary::always;  // of_failure: another part follows and sums up
};

// Before anything is read: a second operator is told who is at work (S21). `cluster` as for Session::open.
[[nodiscard]] Status look_at_lock(Console& console, const How& how, const std::string& cluster = {});

[[nodiscard]] Exit carry_out(Console& console, const Session& session, const plan::Plan& plan,
                             const std::map<std::string, plan::NodeBytes>& bytes, const How& how);

// The same plan, only told.
[[nodiscard]] Exit tell_dry(Console& console, const plan::Plan& plan, const std::string& playbook = {});
[[nodiscard]] Exit tell_nothing_to_do(Console& console, const plan::Plan& plan,
                                      const std::string& playbook = {});

// S26: nobody can be asked, and nobody said yes beforehand.
[[nodiscard]] Status check_prompting(rollout::Prompting prompting);

}  // namespace nightlatch::cli
