// The strict decoding of an AuthenticationConfiguration, as loadAuthenticationConfig in
// pkg/kubeapiserver/options/authentication.go does it, 1.30 to 1.37.
#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "access/authentication_types.hpp"
#include "access/config_tree.hpp"

namespace nightlatch::access {

// Looks at form and types alone: what is decoded may still break a rule (validate_authentication.hpp). Error:
// what the server says, all of it, about the first place that is wrong. Of a file without a kind the words do
// not repeat the file.
[[nodiscard]] tl::expected<AuthenticationConfiguration, TextProblem> decode_authentication(
    std::string_view bytes, const ServerRules& rules);

}  // namespace nightlatch::access
