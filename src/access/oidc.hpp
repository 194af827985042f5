// The --oidc-* flags as the JWT authenticator that they mean, and the text of it in an
// AuthenticationConfiguration. Source of the rules: ToAuthenticationConfig in
// pkg/kubeapiserver/options/authentication.go, 1.30 to 1.36.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::access {

// One flag, in the order of the command line.
struct OidcFlag {
  std::string name;                  // "oidc-issuer-url"
  std::optional<std::string> value;  // nullopt: bare
};

struct JwtAuthenticator {
  std::string issuer_url;
  std::string audience;
  std::string certificate_authority;  // PEM text; empty: the roots of the kube-apiserver image
  std::string username_claim;
  std::string username_prefix;
  std::string groups_claim;  // empty: tokens carry no groups
  std::string groups_prefix;
  std::vector<std::pair<std::string, std::string>> required_claims;  // claim and value, sorted by claim

  bool operator==(const JwtAuthenticator&) const = default;
};

struct OidcSettings {
  JwtAuthenticator authenticator;         // without the certificate authority
  std::string ca_file;                    // path inside the container; empty: none
  std::vector<std::string> signing_algs;  // that the flags accept; a configuration file accepts all nine
};

// Error: bad_oidc, for an issuer without a client or the reverse, an issuer that is no https URL, a flag that
// does not exist or has no value, and a variable, which only the kubelet would expand.
[[nodiscard]] Result<OidcSettings> read_oidc_flags(std::span<const OidcFlag> flags);

// The nine algorithms that kube-apiserver accepts with a configuration file (AllValidSigningAlgorithms in
// plugin/pkg/auth/authenticator/token/oidc/oidc.go).
[[nodiscard]] const std::vector<std::string>& all_signing_algs();

// One item of the list jwt in block style: it begins with "- issuer:", and every line ends with a newline.
[[nodiscard]] std::string render_jwt_item(const JwtAuthenticator& jwt);

}  // namespace nightlatch::access
