// status: shows what the nodes say about a run, and who holds the cluster's lock.
#pragma once

#include <optional>
#include <string>

#include "api/lease.hpp"
#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/status.hpp"

namespace nightlatch::operate {

// What the nodes say decides; the journal of this workstation only explains it. `run` empty: the newest run
// that a node knows. Nodes that cannot be read are in the report. Error: the cluster is not known.
[[nodiscard]] Outcome<report::StatusReport> read_status(Ports& ports, const cluster::Selection& selection,
                                                        const std::string& run);
// 0, or the code of exit_of_reading for the nodes that could not be read.
[[nodiscard]] Exit exit_of(const report::StatusReport& report);

// The Lease of the cluster's lock; nullopt: nobody holds it. Asks no node. Errors: those of the API.
[[nodiscard]] Outcome<std::optional<api::Lease>> read_lock(Ports& ports, const cluster::Selection& selection);

// Takes the lock from its holder. `reason` is stored in the Lease, for its holder and the next run. Returns
// the Lease as it was. Errors: not_locked; those of the API.
[[nodiscard]] Outcome<api::Lease> break_lock(Ports& ports, const cluster::Selection& selection,
                                             const std::string& reason);

}  // namespace nightlatch::operate
