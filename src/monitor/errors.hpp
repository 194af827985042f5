// Error codes of this room: 7100 to 7109.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::monitor_errors {

inline constexpr ErrorCode bad_job{7100, Exit::usage, "the name of a scrape job cannot be used",
                                   "use letters, digits and . _ - / : only, as in kube-apiserver"};

inline constexpr std::array all{bad_job};

}  // namespace nightlatch::monitor_errors
