// Profiles: named sets of paths that stay open without credentials.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::access {

struct Profile {
  std::string_view name;
  std::string_view summary;
  std::vector<std::string> paths;  // sorted; exact, case-sensitive
};

// health-only, kubeadm-join, oidc-discovery, metrics, closed, rbac-only.
[[nodiscard]] const std::vector<Profile>& profiles();
[[nodiscard]] const Profile* find_profile(std::string_view name);

// The union of the named profiles' paths and `extra`, sorted and unique. Errors: unknown name (with
// "did you mean"), closed or rbac-only combined with another profile.
[[nodiscard]] Result<std::vector<std::string>> combine(std::span<const std::string> names,
                                                       std::span<const std::string> extra);

}  // namespace nightlatch::access
