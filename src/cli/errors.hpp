// Error codes of the command line: 1051, 1059 and 1072.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::cli_errors {

inline constexpr ErrorCode bad_arguments{1051, Exit::usage, "the command line cannot be understood",
                                         "nightlatch --help"};
inline constexpr ErrorCode unexpected{1059, Exit::bug, "nightlatch ended in a way it should not",
                                      "please report it with the command line and this message"};

inline constexpr ErrorCode password_unreadable{
    1072, Exit::usage, "the password for sudo cannot be read",
    "type it at a terminal with --ask-become-pass, or give an open descriptor: --become-pass-fd 3 3<FILE"};

inline constexpr std::array all{bad_arguments, unexpected, password_unreadable};

}  // namespace nightlatch::cli_errors
