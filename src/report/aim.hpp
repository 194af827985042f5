// What a plan is for, in the words of its page, its run and the history.
#pragma once

#include <string>

#include "plan/plan.hpp"

namespace nightlatch::report {

// "health-only"; "undoes run 20261122T0114-7f3a"; "undoes run 20261122T0130-1c2d: health-only again".
[[nodiscard]] std::string aim_of(const plan::Plan& plan);

}  // namespace nightlatch::report
