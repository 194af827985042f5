// The OIDC arguments of kubeadm's configuration that no API server has. kubeadm-config is given what the API
// servers say, so such arguments would go, and with them logins that stand nowhere else. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/version.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/rewrite.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// What is known about the logins of one API server.
struct KnownLogins {
  std::vector<manifest::Flag> flags;  // --oidc-* before the change
  std::vector<std::string> issuers;   // of jwt in the configuration file after the change
};

[[nodiscard]] KnownLogins known_logins(const Rewrite& rewrite);

// Refuses a ClusterConfiguration with --oidc-* arguments that the API server neither has as flags nor, by
// their issuer, in its configuration file, and shows them. Arguments without an issuer let nobody in, and do
// not count. `file` is for messages. Errors: kubeadm_logins; those of manifest::kubeadm_arguments.
[[nodiscard]] Status check_kubeadm_logins(std::string_view bytes, std::string_view file,
                                          const KnownLogins& known);

}  // namespace nightlatch::plan
