// What is wrong with the credentials of a request that was answered 401.
#pragma once

#include "rbac/explain.hpp"

namespace nightlatch::rbac {

// From the token that was given, or from what kube-apiserver logged. Whether the reason was found; the
// explanation has it, and the way to a new token.
bool tell_token(const Refusal& refusal, const Surroundings& known, Explanation& made);

// Where a valid credential comes from.
[[nodiscard]] std::vector<Fix> fixes_for_credentials(const Surroundings& known);

}  // namespace nightlatch::rbac
