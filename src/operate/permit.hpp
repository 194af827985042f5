// Whether a run may begin.
#pragma once

#include <memory>
#include <string>

#include "cluster/lock.hpp"
#include "operate/ports.hpp"
#include "operate/run_choices.hpp"

namespace nightlatch::operate {

// The one place that decides, before anything is read, whether a run may begin. Errors: nobody could be asked
// and nobody said yes (S26); another run holds the cluster's lock (S21). With WhenHeld::wait it returns once
// the lock is free. A dry run asks nobody and takes nothing, and so may always begin. An API that does not
// answer is told by whoever needs it.
[[nodiscard]] Status permit(Ports& ports, const cluster::Selection& selection, const RunChoices& choices);

// The cluster's lock for the run `id` of `plan`, once that is made. A rollback goes on without the lock where
// the API is away: the rollback may be what brings the API back. So does a confirmation, which restarts
// nothing, and it does not wait until the run that it takes over has heard of it: its node's lease is short.
[[nodiscard]] Result<std::unique_ptr<cluster::ClusterLock>> take_lock(Ports& ports,
                                                                      const cluster::Session& session,
                                                                      const plan::Plan& plan,
                                                                      const std::string& id,
                                                                      const RunChoices& choices);

}  // namespace nightlatch::operate
