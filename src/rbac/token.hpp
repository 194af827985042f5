// What a bearer token says of itself. Nothing is verified: only the API server can do that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::rbac {

struct TokenSight {
  std::string issuer{};
  std::string subject{};
  std::vector<std::string> audiences{};
  std::optional<std::int64_t> expires;     // seconds since 1970
  std::optional<std::int64_t> not_before;  // the same
};

// The claims of a JWT; white space around it is ignored. nullopt: the text is no JWT.
[[nodiscard]] std::optional<TokenSight> look_at_token(std::string_view token);

}  // namespace nightlatch::rbac
