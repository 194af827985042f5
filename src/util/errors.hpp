// Error codes of this room: files of this workstation, what ssh-keygen signs, templates.
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

inline constexpr ErrorCode no_ssh_keygen{1004, Exit::usage, "ssh-keygen cannot be run",
                                         "install OpenSSH's client, 8.9 or newer"};
inline constexpr ErrorCode not_signed{
    1005, Exit::refused, "ssh-keygen has not signed",
    "name the file of a key with --key: a private one, or a public one whose private half is in the agent"};
inline constexpr ErrorCode bad_signature{1006, Exit::refused, "ssh-keygen does not accept a signature",
                                         "ask the person who is named there to sign again"};

inline constexpr ErrorCode bad_template{1008, Exit::usage, "a template says what nobody can fill in",
                                        "correct the file; docs/runbook.md lists the names and directives"};

inline constexpr ErrorCode bad_archive{1041, Exit::usage, "a file is no archive of plain files",
                                       "ask for the file again"};
inline constexpr ErrorCode archive_unwritable{1042, Exit::usage, "an archive cannot be made",
                                              "correct what the message names"};

inline constexpr std::array all{file_unreadable, file_unwritable, no_room,     no_ssh_keygen,     not_signed,
                                bad_signature,   bad_template,    bad_archive, archive_unwritable};

}  // namespace nightlatch::util_errors
