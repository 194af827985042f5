// confirm: keeps a change whose run cannot confirm it any more, from any workstation.
#pragma once

#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/confirm.hpp"

namespace nightlatch::operate {

// Confirms every node that waits for `run`, each once its gates hold, by a run of its own. Errors: the lock
// is another run's than `run`; no node waits; a node did not take it, and its guard goes on.
[[nodiscard]] Outcome<report::ConfirmReport> confirm(Ports& ports, const cluster::Selection& selection,
                                                     const std::string& run);

}  // namespace nightlatch::operate
