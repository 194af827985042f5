#include "plan/kubeadm_logins.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "access/authentication_config.hpp"
#include "manifest/kubeadm_config_edit.hpp"
#include "plan/rewrite_errors.hpp"

namespace nightlatch::plan {

KnownLogins known_logins(const Rewrite& rewrite) {
  KnownLogins known{.flags = rewrite.pod.flags_with_prefix("oidc-"), .issuers = {}};
  if (!rewrite.config_read) return known;
  auto config = access::decode_authentication_config(*rewrite.config_read, "config", {});
  if (!config) return known;
  for (const auto& authenticator : config->content.jwt.items)
    known.issuers.push_back(authenticator.issuer.url.text);
  return known;
}

Status check_kubeadm_logins(std::string_view bytes, std::string_view file, const KnownLogins& known) {
  NL_ASSIGN(manifest::Arguments arguments, manifest::kubeadm_arguments(bytes, file));
  std::string issuer;
  std::vector<std::string> alone;
  for (const auto& [written, value] : arguments) {
    std::string name = manifest::normalised(written);
    if (!name.starts_with("oidc-")) continue;
    if (name == "oidc-issuer-url") issuer = value;
    bool is_known = std::any_of(known.flags.begin(), known.flags.end(), [&](const manifest::Flag& flag) {
      return flag.name == name && flag.value.value_or("") == value;
    });
    if (!is_known) alone.push_back(fmt::format("--{}={}", name, value));
  }
  bool is_in_the_file = std::find(known.issuers.begin(), known.issuers.end(), issuer) != known.issuers.end();
  // Flags that an earlier run moved into the file are still in a kubeadm-config that was left unchanged.
  bool moved_before = is_in_the_file && known.flags.empty();
  if (issuer.empty() || alone.empty() || moved_before) return {};
  return fail(plan_rewrite_errors::kubeadm_logins,
              fmt::format("{}: these OIDC arguments stand only in kubeadm's configuration, and no API server "
                          "has them",
                          file),
              std::move(alone));
}

}  // namespace nightlatch::plan
