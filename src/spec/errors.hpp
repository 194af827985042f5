// Error codes of this room.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::spec_errors {

inline constexpr ErrorCode not_yaml{1101, Exit::usage, "a file is not YAML that can be read",
                                    "mend the file at this place"};
// Says what is known itself, so it needs no further step.
inline constexpr ErrorCode unknown_profile{1102, Exit::usage, "a playbook names an unknown profile", ""};
inline constexpr ErrorCode unknown_key{1103, Exit::usage, "an unknown key",
                                       "see docs/reference for every key"};
inline constexpr ErrorCode wrong_type{1104, Exit::usage, "a value of the wrong type",
                                      "see docs/reference for the type of every key"};
inline constexpr ErrorCode bad_value{1105, Exit::usage, "a value that is malformed or out of range",
                                     "see docs/reference for the range of every key"};
inline constexpr ErrorCode missing_key{1106, Exit::usage, "a required key is missing", "add the key"};
inline constexpr ErrorCode duplicate_key{1107, Exit::usage, "a key is written twice", "keep one of the two"};
inline constexpr ErrorCode reserved_key{1108, Exit::refused, "a key that is reserved for a later version",
                                        "remove the key: this version does not do what it asks for"};
inline constexpr ErrorCode unwanted_yaml{
    1109, Exit::usage, "YAML that these files do not use: anchors, aliases, tags, several documents",
    "write the values out, in one document"};
inline constexpr ErrorCode wrong_kind{1110, Exit::usage, "not the kind of file that was asked for",
                                      "name the right file"};
inline constexpr ErrorCode listed_twice{1111, Exit::usage, "a cluster, node, host or path is listed twice",
                                        "keep one of the two"};
inline constexpr ErrorCode no_control_plane_group{1112, Exit::usage,
                                                  "an Ansible inventory without a control-plane group",
                                                  "put the nodes into a group kube_control_plane"};

inline constexpr std::array all{not_yaml,      unknown_profile, unknown_key,   wrong_type,
                                bad_value,     missing_key,     duplicate_key, reserved_key,
                                unwanted_yaml, wrong_kind,      listed_twice,  no_control_plane_group};

}  // namespace nightlatch::spec_errors
