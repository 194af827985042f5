// The look of every HTML page, and what a browser may do with one: draw it.
#pragma once

#include <string_view>

namespace nightlatch::report {

// No script, no image, no font, no form, no frame and no connection; only the style element below.
inline constexpr std::string_view content_security_policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

// Light by default, dark where the reader's system is, light on paper. Below 40rem a row of a table is a
// block.
extern const std::string_view html_style;

}  // namespace nightlatch::report
