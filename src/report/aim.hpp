// What a plan is for, in the words of its page, its run and the history.
#pragma once

#include <string>

#include "plan/plan.hpp"

namespace nightlatch::report {

// "health-only"; "opens every path again: the exporter of team A"; "undoes run 20261122T0114-7f3a"; "undoes
// run 20261122T0130-1c2d: health-only again".
[[nodiscard]] std::string aim_of(const plan::Plan& plan);

// The command that opens every path again for the reason of `plan`.
[[nodiscard]] std::string opening_command(const plan::Plan& plan);

}  // namespace nightlatch::report
