// An AuthenticationConfiguration as kube-apiserver holds it after decoding (pkg/apis/apiserver/types.go of
// k8s.io/apiserver), each part with its place in the file. A part that is not written has the place of what
// it is missing in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace nightlatch::access {

struct PlacedText {
  std::string text;
  std::size_t at = 0;

  [[nodiscard]] bool empty() const { return text.empty(); }
};

template <class T>
struct PlacedList {
  std::vector<T> items;
  std::size_t at = 0;
};

struct Issuer {
  std::size_t at = 0;
  PlacedText url;
  PlacedText discovery_url;
  PlacedText certificate_authority;
  PlacedList<PlacedText> audiences;
  PlacedText audience_match_policy;
  PlacedText egress_selector_type;
};

struct ClaimValidationRule {
  std::size_t at = 0;
  PlacedText claim;
  PlacedText required_value;
  PlacedText expression;
  PlacedText message;
};

struct PrefixedClaimOrExpression {
  std::size_t at = 0;
  PlacedText claim;
  std::optional<PlacedText> prefix;
  PlacedText expression;
};

struct ClaimOrExpression {
  std::size_t at = 0;
  PlacedText claim;
  PlacedText expression;
};

struct ExtraMapping {
  std::size_t at = 0;
  PlacedText key;
  PlacedText value_expression;
};

struct ClaimMappings {
  std::size_t at = 0;
  PrefixedClaimOrExpression username;
  PrefixedClaimOrExpression groups;
  ClaimOrExpression uid;
  PlacedList<ExtraMapping> extra;
};

struct UserValidationRule {
  std::size_t at = 0;
  PlacedText expression;
  PlacedText message;
};

struct JwtAuthenticatorConfig {
  std::size_t at = 0;
  Issuer issuer;
  PlacedList<ClaimValidationRule> claim_validation_rules;
  ClaimMappings claim_mappings;
  PlacedList<UserValidationRule> user_validation_rules;
};

struct AnonymousCondition {
  std::size_t at = 0;
  PlacedText path;
};

struct AnonymousAuthConfig {
  std::size_t at = 0;
  bool enabled = false;
  PlacedList<AnonymousCondition> conditions;
};

struct AuthenticationConfiguration {
  std::string api_version;  // "apiserver.config.k8s.io/v1beta1"
  PlacedList<JwtAuthenticatorConfig> jwt;
  std::optional<AnonymousAuthConfig> anonymous;
};

// What decides how a kube-apiserver judges the file, beside the file.
struct ServerRules {
  int minor = 34;                                      // of Kubernetes 1.x
  bool egress_selector = true;                         // the gate of issuer.egressSelectorType, from 1.34 on
  std::vector<std::string> service_account_issuers{};  // of --service-account-issuer
};

}  // namespace nightlatch::access
