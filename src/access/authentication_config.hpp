// The AuthenticationConfiguration file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::access {

struct AnonymousSection {
  bool enabled = false;
  std::vector<std::string> paths;  // conditions; empty with enabled means every path
};

struct AuthenticationConfig {
  std::string api_version;  // apiserver.config.k8s.io/v1beta1
  std::optional<AnonymousSection> anonymous;
  bool has_jwt = false;
};

// Errors: not an AuthenticationConfiguration, unknown or duplicate key (the API server decodes strictly).
[[nodiscard]] Result<AuthenticationConfig> parse_authentication_config(std::string_view bytes,
                                                                       std::string_view file);

// A new file that opens `paths` (sorted) and nothing else; v1beta1, the one version 1.30-1.37 all load.
// Byte-stable: the same paths give the same bytes.
[[nodiscard]] std::string render_authentication_config(const std::vector<std::string>& paths);

// "authn-<first 12 of its SHA-256>.yaml": the name changes with the content, so the pod restarts with it.
[[nodiscard]] std::string authentication_config_name(std::string_view bytes);

}  // namespace nightlatch::access
