// A word as a shell must see it to take it as it is.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch {

// In single quotes of sh, bash, zsh and fish alike.
[[nodiscard]] std::string shell_quote(std::string_view text);
// As it is where no shell sees more in it than a word, else in quotes.
[[nodiscard]] std::string shell_word(std::string_view text);

}  // namespace nightlatch
