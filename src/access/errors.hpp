// Error codes of this room.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::access_errors {

inline constexpr ErrorCode unknown_profile{
    1501, Exit::usage, "a profile that does not exist",
    "name one of health-only, kubeadm-join, oidc-discovery, metrics, closed, rbac-only"};
inline constexpr ErrorCode profile_alone{1502, Exit::usage, "a profile combined with what it excludes",
                                         "name closed alone; rbac-only combines with extra paths alone"};
inline constexpr ErrorCode bad_version{1503, Exit::usage, "not a Kubernetes version", "write it as 1.34.4"};
inline constexpr ErrorCode bad_config{1504, Exit::refused,
                                      "an authentication configuration kube-apiserver would refuse",
                                      "repair the file at the place shown"};
inline constexpr ErrorCode bad_path{1505, Exit::usage, "a path that no request can have",
                                    "write an absolute path without query, as in /livez"};

inline constexpr ErrorCode bad_oidc{1506, Exit::refused,
                                    "--oidc-* flags that no configuration file can express",
                                    "write these flags out, or move them into jwt: by hand"};

inline constexpr std::array all{unknown_profile, profile_alone, bad_version, bad_config, bad_path, bad_oidc};

}  // namespace nightlatch::access_errors
