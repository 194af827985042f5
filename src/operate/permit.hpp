// Whether a run may begin, and the cluster's lock for it.
#pragma once

#include <memory>
#include <string>

#include "cluster/lock.hpp"
#include "operate/ports.hpp"
#include "operate/run_choices.hpp"

namespace nightlatch::operate {

// The one place that decides, before any node is read, whether a run may begin. Errors: nobody_to_ask, where
// there is no terminal and no --yes (S26); another run holds the cluster's lock (S21). With WhenHeld::wait
// this returns when the lock is free. A dry run asks nobody and takes no lock, so it may always begin. An
// API that does not answer is no error here: the code that reads the cluster reports it.
[[nodiscard]] Status permit(Ports& ports, const cluster::Selection& selection, const RunChoices& choices);

// Takes the cluster's lock for the run `id` of `plan`. Errors: those of cluster::ClusterLock::take. A
// rollback goes on without the lock where the API does not answer, because the rollback may bring the API
// back. A confirmation does so, too, because it restarts nothing. A confirmation also does not wait until
// the run that it takes over has noticed the loss of its lock: the lease of the guard is short, and the node
// refuses that run.
[[nodiscard]] Result<std::unique_ptr<cluster::ClusterLock>> take_lock(Ports& ports,
                                                                      const cluster::Session& session,
                                                                      const plan::Plan& plan,
                                                                      const std::string& id,
                                                                      const RunChoices& choices);

}  // namespace nightlatch::operate
