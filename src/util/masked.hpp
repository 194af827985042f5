// Lines of a file without its secrets, for the screen: a probe in a manifest may have a token.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch {

// `line` with one star for each byte of the word after Bearer or Basic and of words that look like a JWT, so
// that columns keep their position.
[[nodiscard]] std::string masked(std::string_view line);

}  // namespace nightlatch
