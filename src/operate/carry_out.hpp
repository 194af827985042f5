// Carries a plan out as a run: with its directory, the cluster's lock, the journal, the live view and the
// report. Every command that changes a node does it here.
#pragma once

#include <map>
#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "operate/run_choices.hpp"
#include "plan/planner.hpp"
#include "report/run_report.hpp"

namespace nightlatch::operate {

// Shows the plan, then carries it out. A plan that was refused is a failure. A plan that changes nothing,
// and a dry run, have a report, too.
[[nodiscard]] Outcome<report::RunReport> show_and_carry_out(Ports& ports, const cluster::Session& session,
                                                            const plan::PlanOutcome& outcome,
                                                            const RunChoices& choices);

// The same without showing the plan. A dry run changes nothing and reports what would be changed. Errors,
// with nothing changed: the run cannot be written into the state directory; the cluster's lock cannot be
// taken (S21); the journal cannot be created.
[[nodiscard]] Outcome<report::RunReport> carry_out(Ports& ports, const cluster::Session& session,
                                                   const plan::Plan& plan,
                                                   const std::map<std::string, plan::NodeBytes>& bytes,
                                                   const RunChoices& choices);

}  // namespace nightlatch::operate
