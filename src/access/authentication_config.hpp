// The AuthenticationConfiguration file that --authentication-config names (apiserver.config.k8s.io; KEP-3331,
// KEP-4633): what it says, and whether kube-apiserver would start with it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/authentication_types.hpp"
#include "access/validate_authentication.hpp"
#include "util/result.hpp"

namespace nightlatch::access {

struct AnonymousSection {
  bool enabled = false;
  std::vector<std::string> paths;  // of the conditions, as written; empty with enabled: every path
};

struct AuthenticationConfig {
  std::string api_version;  // apiserver.config.k8s.io/v1beta1
  std::optional<AnonymousSection> anonymous;
  AuthenticationConfiguration content;  // the whole file
  std::vector<CelExpression> unjudged;  // what only kube-apiserver can judge

  [[nodiscard]] bool has_jwt() const { return !content.jwt.items.empty(); }
};

// Reads the first document, as kube-apiserver does, and refuses what this kube-apiserver refuses at its
// start: by its strict decoder, and by its validation. CEL expressions are left unjudged. `file` is for
// messages. Error: bad_config with the words of kube-apiserver, its place, and in the details each further
// error with its place; also for a file of more than 1 MiB.
[[nodiscard]] Result<AuthenticationConfig> parse_authentication_config(std::string_view bytes,
                                                                       std::string_view file,
                                                                       const ServerRules& rules = {});

// The two halves of parse_authentication_config: kube-apiserver compares the file with its flags after the
// first and before the second.
[[nodiscard]] Result<AuthenticationConfig> decode_authentication_config(std::string_view bytes,
                                                                        std::string_view file,
                                                                        const ServerRules& rules);
[[nodiscard]] Status check_authentication_config(const AuthenticationConfig& config, std::string_view bytes,
                                                 std::string_view file, const ServerRules& rules);

// "FILE:LINE:COLUMN: FIELD" of each CEL expression, in the order of the file.
[[nodiscard]] std::vector<std::string> places_of_unjudged(const AuthenticationConfig& config,
                                                          std::string_view bytes, std::string_view file);

// A new file that opens the sorted `paths` and nothing else; without paths it is closed. v1beta1, the one
// version that 1.30 to 1.37 all load. The same paths give the same bytes.
[[nodiscard]] std::string render_authentication_config(const std::vector<std::string>& paths);

// "authn-<first 12 hex digits of the SHA-256 of bytes>.yaml". The name changes with the content, so the
// manifest that names the file changes, too, and the kubelet restarts the pod.
[[nodiscard]] std::string authentication_config_name(std::string_view bytes);

}  // namespace nightlatch::access
