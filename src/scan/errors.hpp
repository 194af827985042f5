// Error codes of this room: 5001 to 5009.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::scan_errors {

inline constexpr ErrorCode no_log{5001, Exit::usage, "there is no log at the path",
                                  "give the file of --audit-log-path, a directory with logs, or - for stdin"};
inline constexpr ErrorCode filter_missed{
    5002, Exit::coverage, "the search for candidates missed a request",
    "run again with --every-line, and please report it with the line that the message describes"};

inline constexpr std::array all{no_log, filter_missed};

}  // namespace nightlatch::scan_errors
