// What others wrote (nodes, files, kubeconfigs) as text that a reader sees and no terminal obeys.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nightlatch::report {

// ascii: a terminal that may take a byte over 127 for a control character.
enum class Charset { utf8, ascii };
enum class Tabs { shown, kept };

// Valid UTF-8. ESC becomes \x1b, a newline \n, a byte that is no UTF-8 \xff; what turns or hides text without
// being seen (C1, bidi overrides U+202A-E and U+2066-9, zero width, line separators) \u202e.
[[nodiscard]] std::string visible(std::string_view text, Charset charset = Charset::utf8,
                                  Tabs tabs = Tabs::shown);

// The columns that valid UTF-8 takes on a terminal: two for East Asian wide characters and emoji, none for
// combining marks.
[[nodiscard]] std::size_t columns_of(std::string_view text);

// The bytes of the longest beginning that takes at most `columns`.
[[nodiscard]] std::size_t bytes_within(std::string_view text, std::size_t columns);

}  // namespace nightlatch::report
