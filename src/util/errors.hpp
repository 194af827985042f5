// Error codes of this room: files of this workstation.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::util_errors {

inline constexpr ErrorCode file_unreadable{1001, Exit::usage, "a file cannot be read",
                                           "check the path and its permissions"};
inline constexpr ErrorCode file_unwritable{1002, Exit::usage, "a file cannot be written",
                                           "check the directory, its permissions and the free space"};

inline constexpr ErrorCode no_room{1003, Exit::refused, "there is no room for a file",
                                   "free space on the file system of the path in the message"};

inline constexpr std::array all{file_unreadable, file_unwritable, no_room};

}  // namespace nightlatch::util_errors
