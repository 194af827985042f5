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
  std::string_view summary;        // for `nightlatch playbook list`
  std::vector<std::string> paths;  // sorted; exact, case-sensitive
};

// health-only, kubeadm-join, oidc-discovery, metrics, closed, rbac-only; in this order.
[[nodiscard]] const std::vector<Profile>& profiles();
// nullptr: no profile has this name.
[[nodiscard]] const Profile* find_profile(std::string_view name);

// The paths of the named profiles and `extra`, sorted, each once. Errors: unknown_profile, with "did you
// mean"; profile_alone, for closed beside anything else and for rbac-only beside another profile; bad_path,
// for an extra path that no request can have.
[[nodiscard]] Result<std::vector<std::string>> combine(std::span<const std::string> names,
                                                       std::span<const std::string> extra);

}  // namespace nightlatch::access
