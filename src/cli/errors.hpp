// Error codes of the command line: 1051 and 1059.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::cli_errors {

inline constexpr ErrorCode bad_arguments{1051, Exit::usage, "the command line cannot be understood",
                                         "nightlatch --help"};
inline constexpr ErrorCode unexpected{1059, Exit::bug, "nightlatch ended in a way it should not",
                                      "please report it with the command line and this message"};

inline constexpr std::array all{bad_arguments, unexpected};

}  // namespace nightlatch::cli_errors
