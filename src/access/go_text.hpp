// Text as Go's standard library writes it into messages.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch::access {

// strconv.Quote, which also %q is: in double quotes, with what cannot be printed escaped.
[[nodiscard]] std::string go_quoted(std::string_view text);

// A JSON string as json.Marshal writes it, which escapes <, > and &.
[[nodiscard]] std::string go_json_string(std::string_view text);

// UTF-8 with each byte that is part of no code point replaced by U+FFFD, as encoding/json does.
[[nodiscard]] std::string valid_utf8(std::string_view text);

// Appends the code point as UTF-8; U+FFFD for a surrogate and what is no code point.
void append_utf8(std::string& text, char32_t code_point);

}  // namespace nightlatch::access
