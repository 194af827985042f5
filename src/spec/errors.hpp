// Error codes of this room: inventories and playbooks that cannot be used.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::spec_errors {

inline constexpr ErrorCode not_yaml{1101, Exit::usage, "an inventory or playbook is not YAML",
                                    "correct the file at the place shown"};
// The message lists the known profiles, so there is no next step.
inline constexpr ErrorCode unknown_profile{1102, Exit::usage, "a playbook names an unknown profile", ""};
inline constexpr ErrorCode unknown_key{1103, Exit::usage, "a key does not exist",
                                       "docs/reference lists every key"};
inline constexpr ErrorCode wrong_type{1104, Exit::usage, "a value has the wrong type",
                                      "docs/reference lists the type of every key"};
inline constexpr ErrorCode bad_value{1105, Exit::usage, "a value is malformed or out of range",
                                     "docs/reference lists the range of every key"};
inline constexpr ErrorCode missing_key{1106, Exit::usage, "a required key is missing", "add the key"};
inline constexpr ErrorCode duplicate_key{1107, Exit::usage, "a key is written twice", "keep one of the two"};
inline constexpr ErrorCode reserved_key{1108, Exit::refused, "a key is reserved for a later version",
                                        "remove the key: this version cannot do what the key asks for"};
inline constexpr ErrorCode unwanted_yaml{1109, Exit::usage,
                                         "a file has anchors, aliases, tags or several documents",
                                         "write the values themselves, in one document"};
inline constexpr ErrorCode wrong_kind{1110, Exit::usage,
                                      "a file has another apiVersion or kind than expected",
                                      "give the file that the command expects"};
inline constexpr ErrorCode listed_twice{1111, Exit::usage, "a cluster, node, host or path is listed twice",
                                        "keep one of the two"};
inline constexpr ErrorCode no_control_plane_group{
    1112, Exit::usage, "an Ansible inventory has no control-plane group",
    "put the control-plane nodes into a group kube_control_plane"};

inline constexpr std::array all{not_yaml,      unknown_profile, unknown_key,   wrong_type,
                                bad_value,     missing_key,     duplicate_key, reserved_key,
                                unwanted_yaml, wrong_kind,      listed_twice,  no_control_plane_group};

}  // namespace nightlatch::spec_errors
