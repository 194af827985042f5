// The options of a run that apply, rollback and resume share.
#pragma once

#include <optional>
#include <string>

#include "cluster/lock.hpp"
#include "operate/approvals.hpp"
#include "operate/window.hpp"
#include "report/run_report.hpp"
#include "rollout/run.hpp"

namespace nightlatch::operate {

enum class Rehearse { no, yes };  // yes: only the first node, and its manifest is not changed

struct RunChoices {
  rollout::Prompting prompting = rollout::Prompting::ask;
  report::DryRun dry_run = report::DryRun::no;
  Rehearse rehearse = Rehearse::no;
  std::string playbook{};          // as -p named it; for the next commands in the report
  std::string plan_file{};         // of the plan that was reviewed; empty: planned now
  std::string of_run{};            // the run that is undone, resumed or confirmed; empty: none
  std::string login_token_file{};  // a token file; the login of its user must stay the same (S18)
  cluster::TakeOver take_over = cluster::TakeOver::no;
  cluster::WhenHeld when_held = cluster::WhenHeld::leave;
  spec::Approvals approvals{};        // that the command line demands
  Signer signer{};                    // who applies, where approvals are demanded
  std::string approvals_directory{};  // of a resume; empty: that of the run
  ForWindow when_shut = ForWindow::leave;
  std::optional<WindowTask> window{};      // set by the verb; nullopt: a node may be begun at any time
  std::optional<ApprovalTask> approval{};  // set by the verb; nullopt: none are demanded
};

}  // namespace nightlatch::operate
