#include "access/profile.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "access/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::access {

const std::vector<Profile>& profiles() {
  // The discovery paths: bootstrappolicy/policy.go of kube-apiserver. cluster-info:
  // kubeadm/app/discovery/token.
  static const std::vector<Profile> table{
      {"health-only",
       "the health endpoints, which kubelets and load balancers ask for",
       {"/healthz", "/livez", "/readyz"}},
      {"kubeadm-join",
       "health, and the cluster-info ConfigMap that kubeadm join by token reads",
       {"/api/v1/namespaces/kube-public/configmaps/cluster-info", "/healthz", "/livez", "/readyz"}},
      {"oidc-discovery",
       "health, and the service account issuer's discovery documents",
       {"/.well-known/openid-configuration", "/healthz", "/livez", "/openid/v1/jwks", "/readyz"}},
      {"metrics",
       "health and /metrics; needs a ClusterRole and a binding besides",
       {"/healthz", "/livez", "/metrics", "/readyz"}},
      {"closed", "no path: --anonymous-auth=false", {}},
      {"rbac-only",
       "no change of the manifest; narrows the default binding, which this version does not do",
       {}},
  };
  return table;
}

const Profile* find_profile(std::string_view name) {
  const auto& table = profiles();
  auto found =
      std::find_if(table.begin(), table.end(), [&](const Profile& profile) { return profile.name == name; });
  return found == table.end() ? nullptr : &*found;
}

namespace {

Error unknown_profile(std::string_view name) {
  std::vector<std::string> names;
  for (const Profile& profile : profiles()) names.emplace_back(profile.name);
  Error error{.code = access_errors::unknown_profile,
              .message = fmt::format("no profile is named {:?}", name)};
  if (auto close = did_you_mean(name, names)) error.hint = fmt::format("did you mean {}?", *close);
  return error;
}

// Whether a request can have this path. kube-apiserver compares conditions with URL.Path exactly
// (k8s.io/apiserver/pkg/authentication/request/anonymous), which has no query, no fragment and no escapes.
bool can_match(std::string_view path) {
  return path.starts_with('/') && std::none_of(path.begin(), path.end(), [](char c) {
           return c == '?' || c == '#' || c == '%' || c == '*' || static_cast<unsigned char>(c) <= ' ' ||
                  c == '\x7F';
         });
}

}  // namespace

Result<std::vector<std::string>> combine(std::span<const std::string> names,
                                         std::span<const std::string> extra) {
  std::set<std::string> paths;
  for (const std::string& name : names) {
    const Profile* profile = find_profile(name);
    if (profile == nullptr) return fail(unknown_profile(name));
    if ((name == "closed" && (names.size() > 1 || !extra.empty())) ||
        (name == "rbac-only" && names.size() > 1)) {
      return fail(access_errors::profile_alone,
                  fmt::format("the profile {} cannot be combined with others", name));
    }
    paths.insert(profile->paths.begin(), profile->paths.end());
  }
  for (const std::string& path : extra) {
    if (!can_match(path)) {
      return fail(
          access_errors::bad_path,
          fmt::format("no request has the path {:?}: paths are compared exactly, without query and wildcards",
                      path));
    }
    paths.insert(path);
  }
  return std::vector<std::string>(paths.begin(), paths.end());
}

}  // namespace nightlatch::access
