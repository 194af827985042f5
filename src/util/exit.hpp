// Exit codes of the command line, fixed for scripts (docs/exit-codes.md).
#pragma once

#include <initializer_list>

namespace nightlatch {

enum class Exit : int {
  done = 0,           // done, or nothing to do
  bug = 1,            // unexpected error: says how to report it
  usage = 2,          // usage, or input that cannot be read
  refused = 3,        // unsafe, unsupported or unreachable; nothing was changed
  rolled_back = 4,    // failed and rolled back; the cluster is wholly as before
  needs_person = 5,   // failed and needs a person
  findings = 6,       // findings at or over --fail-on
  coverage = 7,       // could not see enough to judge
  window = 8,         // outside the change window
  locked = 9,         // another run holds the lock
  mixed = 10,         // stopped between nodes: healthy, some old, some new
  interrupted = 130,  // interrupted; state is safe
};

// The most important of several exit codes for a script, in this order: 5, 1, 130, 10, 4, 9, 3, 8, 2, 6, 7,
// 0.
[[nodiscard]] Exit worst(std::initializer_list<Exit> all);

}  // namespace nightlatch
