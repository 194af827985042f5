// The rules of ValidateAuthenticationConfiguration in k8s.io/apiserver/pkg/apis/apiserver/validation, 1.30 to
// 1.37, with the words of the version that is asked about.
#pragma once

#include <string>
#include <vector>

#include "access/authentication_types.hpp"
#include "access/config_tree.hpp"

namespace nightlatch::access {

// A CEL expression. kube-apiserver compiles it at its start; nightlatch cannot.
struct CelExpression {
  std::string field;  // "jwt[0].claimMappings.username.expression"
  std::string text;
  std::size_t at = 0;

  bool operator==(const CelExpression&) const = default;
};

// Every rule that is broken, each once, in the order in which kube-apiserver names them. CEL is not looked
// at.
[[nodiscard]] std::vector<TextProblem> validate_authentication(const AuthenticationConfiguration& config,
                                                               const ServerRules& rules);

// The same for one authenticator, as jwt[0].
[[nodiscard]] std::vector<TextProblem> validate_authenticator(const JwtAuthenticatorConfig& jwt,
                                                              const ServerRules& rules);

// The CEL expressions of the file, in its order.
[[nodiscard]] std::vector<CelExpression> cel_expressions(const AuthenticationConfiguration& config);

}  // namespace nightlatch::access
