// Error codes of this room.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::access_errors {

inline constexpr ErrorCode unknown_profile{
    1501, Exit::usage, "a profile that does not exist",
    "name one of health-only, kubeadm-join, oidc-discovery, metrics, closed, rbac-only"};
inline constexpr ErrorCode profile_alone{1502, Exit::usage, "two profiles exclude each other",
                                         "name closed alone; combine rbac-only with extra paths only"};
inline constexpr ErrorCode bad_version{1503, Exit::usage, "a text is not a Kubernetes version",
                                       "write the version as 1.34.4"};
inline constexpr ErrorCode bad_config{1504, Exit::refused,
                                      "kube-apiserver would refuse an AuthenticationConfiguration",
                                      "correct the file at the place shown"};
inline constexpr ErrorCode bad_path{1505, Exit::usage, "no request can have this path",
                                    "write an absolute path without query and wildcard, as in /livez"};

inline constexpr ErrorCode bad_oidc{
    1506, Exit::refused, "a configuration file cannot express the --oidc-* flags",
    "correct these flags, or move them by hand into jwt of the AuthenticationConfiguration"};

inline constexpr std::array all{unknown_profile, profile_alone, bad_version, bad_config, bad_path, bad_oidc};

}  // namespace nightlatch::access_errors
