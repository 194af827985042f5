// A plan is carried out: its run is written down, driven, followed and summed up. For apply, rollback and
// resume alike.
#pragma once

#include <map>
#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "operate/run_choices.hpp"
#include "plan/planner.hpp"
#include "report/run_report.hpp"

namespace nightlatch::operate {

// Shows the plan, then carries it out. A plan that was refused is a failure; one that changes nothing, or is
// only rehearsed or dry, has a report all the same.
[[nodiscard]] Outcome<report::RunReport> show_and_carry_out(Ports& ports, const cluster::Session& session,
                                                            const plan::PlanOutcome& outcome,
                                                            const RunChoices& choices);

// Without showing it. A dry run only tells what would come of it. Errors, with nothing changed: the state
// directory; the cluster's lock; the journal.
[[nodiscard]] Outcome<report::RunReport> carry_out(Ports& ports, const cluster::Session& session,
                                                   const plan::Plan& plan,
                                                   const std::map<std::string, plan::NodeBytes>& bytes,
                                                   const RunChoices& choices);

}  // namespace nightlatch::operate
