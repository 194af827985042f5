// SHA-256 and base64, from OpenSSL.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch {

// Lower-case hex, 64 characters.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
// Whether it is written so.
[[nodiscard]] bool is_sha256_hex(std::string_view text);

// The first 12 hex digits, as used in file names and on screens.
[[nodiscard]] std::string short_hash(std::string_view hex);

[[nodiscard]] std::string base64_encode(std::string_view bytes);
// In lines of 76 characters, as base64(1) writes them; none for no bytes.
[[nodiscard]] std::vector<std::string> base64_lines(std::string_view bytes);
// Standard alphabet with padding; white space is skipped. nullopt when it is not base64.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace nightlatch
