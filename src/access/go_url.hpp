// url.Parse of Go, as far as the validation of an issuer looks at its result (net/url/url.go, Go 1.24
// to 1.26).
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace nightlatch::access {

struct GoUrl {
  std::string scheme;  // in lower case
  bool has_user = false;
  bool has_query = false;     // more than a question mark
  bool has_fragment = false;  // more than a hash
};

// Error: Go's words, as in `parse "https://a b": invalid character " " in host name`.
[[nodiscard]] tl::expected<GoUrl, std::string> parse_go_url(std::string_view text);

}  // namespace nightlatch::access
