// Error codes of this room: 7100 to 7109.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::monitor_errors {

inline constexpr ErrorCode bad_job{7100, Exit::usage, "the name of a scrape job cannot be used",
                                   "use letters, digits and . _ - / : only, as in kube-apiserver"};

inline constexpr ErrorCode bad_target{7101, Exit::usage, "a target cannot be used",
                                      "write HOST:PORT, as in 10.0.0.11:6443 or [fd00::1]:6443"};

inline constexpr std::array all{bad_job, bad_target};

}  // namespace nightlatch::monitor_errors
