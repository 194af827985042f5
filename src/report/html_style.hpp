// The look of every HTML page.
#pragma once

#include <string_view>

namespace nightlatch::report {

// Light by default, dark where the reader's system is, light on paper. Below 40rem a row of a table is a
// block.
extern const std::string_view html_style;

}  // namespace nightlatch::report
