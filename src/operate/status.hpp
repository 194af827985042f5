// status: what the nodes say of a run, and who holds the cluster's lock.
#pragma once

#include <optional>
#include <string>

#include "api/lease.hpp"
#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/status.hpp"

namespace nightlatch::operate {

// The nodes decide; this workstation's journal only adds words. `run` empty: the newest that a node knows.
[[nodiscard]] Outcome<report::StatusReport> read_status(Ports& ports, const cluster::Selection& selection,
                                                        const std::string& run);
// What a node that could not be read makes of it.
[[nodiscard]] Exit exit_of(const report::StatusReport& report);

// Who holds the cluster's lock; asks no node.
[[nodiscard]] Outcome<std::optional<api::Lease>> read_lock(Ports& ports, const cluster::Selection& selection);

// Takes the lock from its holder; `reason` is kept for whoever finds it broken. Returns the lease as it was.
[[nodiscard]] Outcome<api::Lease> break_lock(Ports& ports, const cluster::Selection& selection,
                                             const std::string& reason);

}  // namespace nightlatch::operate
