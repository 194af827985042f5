// The one script that a page may have, and what a browser may do with a page: draw it, and run that script.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch::report {

// Offers a button at each element of the class "copy". Where no script runs, its lines stand there as text,
// and are selected like any other.
extern const std::string_view copy_script;

// No image, no font, no form, no frame and no connection; the style element of the page, and of scripts this
// one alone, by its hash. Empty: none.
[[nodiscard]] std::string content_security_policy(std::string_view script);

}  // namespace nightlatch::report
