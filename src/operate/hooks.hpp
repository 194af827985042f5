// The hooks of a playbook as programs of this workstation.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "rollout/question.hpp"
#include "util/bounded_child.hpp"

namespace nightlatch::operate {

// Whether the programs of all hooks that a run of this plan calls are there and may be run. Error:
// hook_unusable. What leads back is not held up by a program that is missing.
[[nodiscard]] Status check_hooks(const plan::Plan& plan);

// The nodes for which the runs of this workstation have called beforeNode and never afterNode, by their
// journals: such a run was killed, or lost its journal.
[[nodiscard]] std::vector<std::string> hooks_owed(const std::string& cluster);

class HookRunner {
 public:
  // Blocks until the hook has ended, or was killed at its limit. `time`: UTC timestamp.
  [[nodiscard]] rollout::HookEnded call(const plan::Plan& plan, const std::string& run, std::string time,
                                        const rollout::CallHook& call);
  // From another thread: kills the hook that runs now, if any.
  void kill_now() const { child_.kill_now(); }

 private:
  BoundedChild child_;
};

}  // namespace nightlatch::operate
