// validateIssuer in k8s.io/apiserver/pkg/apis/apiserver/validation.
#pragma once

#include <string_view>
#include <vector>

#include "access/authentication_types.hpp"
#include "access/config_tree.hpp"

namespace nightlatch::access {

// Appends what is wrong with the issuer; `path` is "jwt[0].issuer".
void validate_issuer(const Issuer& issuer, std::string_view path, const ServerRules& rules,
                     std::vector<TextProblem>& problems);

}  // namespace nightlatch::access
