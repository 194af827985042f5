// confirm: keeps the change of a run that was lost before it confirmed the change, from any workstation.
#pragma once

#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/confirm.hpp"

namespace nightlatch::operate {

// Confirms every node that waits for `run`, each when its gates hold, by a run of its own. Errors: another
// run than `run` holds the lock; nothing_to_confirm or restored_before, where no node waits;
// gates_do_not_hold or confirm_refused, where a node was not confirmed and its guard goes on.
[[nodiscard]] Outcome<report::ConfirmReport> confirm(Ports& ports, const cluster::Selection& selection,
                                                     const std::string& run);

}  // namespace nightlatch::operate
