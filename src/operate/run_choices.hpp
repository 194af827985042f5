// How a run is to go: what apply, rollback and resume are told alike.
#pragma once

#include <string>

#include "cluster/lock.hpp"
#include "report/run_report.hpp"
#include "rollout/run.hpp"

namespace nightlatch::operate {

enum class Rehearse { no, yes };  // yes: the first node only, and nothing is changed there

struct RunChoices {
  rollout::Prompting prompting = rollout::Prompting::ask;
  report::DryRun dry_run = report::DryRun::no;
  Rehearse rehearse = Rehearse::no;
  std::string playbook{};          // as -p named it, for the next commands
  std::string plan_file{};         // of a plan that was reviewed
  std::string of_run{};            // the run that is undone or gone on with
  std::string login_token_file{};  // of a person, whose login must stay the same (S18)
  cluster::TakeOver take_over = cluster::TakeOver::no;
  cluster::WhenHeld when_held = cluster::WhenHeld::leave;
};

}  // namespace nightlatch::operate
