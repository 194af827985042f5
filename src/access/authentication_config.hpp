// The AuthenticationConfiguration file that --authentication-config names (apiserver.config.k8s.io; KEP-3331,
// KEP-4633).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::access {

struct AnonymousSection {
  bool enabled = false;
  std::vector<std::string> paths;  // of the conditions, as written; empty with enabled: every path
};

struct AuthenticationConfig {
  std::string api_version;  // apiserver.config.k8s.io/v1beta1
  std::optional<AnonymousSection> anonymous;
  bool has_jwt = false;
};

// Reads the first document, as kube-apiserver does, and refuses what its strict decoder refuses
// (loadAuthenticationConfig in pkg/kubeapiserver/options/authentication.go). `file` is for messages. Error:
// bad_config, with the line and column where there is one: no AuthenticationConfiguration, an unknown or a
// repeated key, more than 1 MiB.
[[nodiscard]] Result<AuthenticationConfig> parse_authentication_config(std::string_view bytes,
                                                                       std::string_view file);

// A new file that opens the sorted `paths` and nothing else; without paths it is closed. v1beta1, the one
// version that 1.30 to 1.37 all load. The same paths give the same bytes.
[[nodiscard]] std::string render_authentication_config(const std::vector<std::string>& paths);

// "authn-<first 12 hex digits of the SHA-256 of bytes>.yaml". The name changes with the content, so the
// manifest that names the file changes, too, and the kubelet restarts the pod.
[[nodiscard]] std::string authentication_config_name(std::string_view bytes);

}  // namespace nightlatch::access
