// A JWT authenticator as rows of field and value, to compare two of them and to show how they differ.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/authentication_types.hpp"

namespace nightlatch::access {

using AuthenticatorRows = std::vector<std::pair<std::string, std::string>>;

// Every field that is set and means something, as "claimMappings.username.claim"; texts are quoted. Two
// authenticators that let the same tokens in as the same users have the same rows: the order of
// claimValidationRules and audiences is left out, and so is what audienceMatchPolicy says about one audience.
// A certificateAuthority is shown by its hash.
[[nodiscard]] AuthenticatorRows authenticator_rows(const JwtAuthenticatorConfig& jwt);

// A table of the fields in which the two differ, a line each, below the names of both sides. Empty: they are
// equal.
[[nodiscard]] std::vector<std::string> side_by_side(std::string_view left_name, const AuthenticatorRows& left,
                                                    std::string_view right_name,
                                                    const AuthenticatorRows& right);

}  // namespace nightlatch::access
