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

#include "access/authentication_types.hpp"
#include "util/result.hpp"

namespace nightlatch::access {

// One flag, in the order of the command line.
struct OidcFlag {
  std::string name;                  // "oidc-issuer-url"
  std::optional<std::string> value;  // nullopt: bare

  bool operator==(const OidcFlag&) const = default;
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

// Error: bad_oidc, for flags with which kube-apiserver would not start, in its words; for a flag that does
// not exist or has no value; and for a variable, which only the kubelet would expand.
[[nodiscard]] Result<OidcSettings> read_oidc_flags(std::span<const OidcFlag> flags,
                                                   const ServerRules& rules = {});

// What kube-apiserver logs when it exits because of these flags, without --authentication-config; nullopt: it
// starts, or the flags cannot be judged. The file of --oidc-ca-file is not looked at.
[[nodiscard]] std::optional<std::string> oidc_refusal(std::span<const OidcFlag> flags,
                                                      const ServerRules& rules);

// The item of the list jwt that means the same, without places.
[[nodiscard]] JwtAuthenticatorConfig as_configured(const JwtAuthenticator& jwt);

// The nine algorithms that kube-apiserver accepts with a configuration file (AllValidSigningAlgorithms in
// plugin/pkg/auth/authenticator/token/oidc/oidc.go).
[[nodiscard]] const std::vector<std::string>& all_signing_algs();

// One item of the list jwt in block style: it begins with "- issuer:", and every line ends with a newline.
[[nodiscard]] std::string render_jwt_item(const JwtAuthenticator& jwt);

}  // namespace nightlatch::access
