// The --oidc-* flags as what they mean: one JWT authenticator, and how an AuthenticationConfiguration writes
// it. Source of the rules: ToAuthenticationConfig in pkg/kubeapiserver/options/authentication.go, 1.30
// to 1.36.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::access {

// One flag of the command line, in its order.
struct OidcFlag {
  std::string name;                  // "oidc-issuer-url"
  std::optional<std::string> value;  // nullopt: bare
};

struct JwtAuthenticator {
  std::string issuer_url;
  std::string audience;
  std::string certificate_authority;  // the PEM itself; empty: the roots that kube-apiserver finds
  std::string username_claim;
  std::string username_prefix;
  std::string groups_claim;  // empty: tokens carry no groups
  std::string groups_prefix;
  std::vector<std::pair<std::string, std::string>> required_claims;  // by claim; claim, value

  bool operator==(const JwtAuthenticator&) const = default;
};

struct OidcSettings {
  JwtAuthenticator authenticator;         // without the certificate authority
  std::string ca_file;                    // as kube-apiserver sees it; empty: none
  std::vector<std::string> signing_algs;  // accepted so far; a configuration file accepts all nine
};

// Errors (access_errors::bad_oidc): an issuer without a client or the reverse, an issuer that is no https
// URL, a flag that does not exist or has no value, a variable that only the kubelet would expand.
[[nodiscard]] Result<OidcSettings> read_oidc_flags(std::span<const OidcFlag> flags);

// The nine that kube-apiserver accepts with a configuration file, whatever --oidc-signing-algs said.
[[nodiscard]] const std::vector<std::string>& all_signing_algs();

// One item of the list jwt, block style: begins with "- issuer:", each line ends with a newline.
[[nodiscard]] std::string render_jwt_item(const JwtAuthenticator& jwt);

}  // namespace nightlatch::access
