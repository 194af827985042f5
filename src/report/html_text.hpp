// Text in an HTML page.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch::report {

// For text and for attributes in double quotes; what a browser would obey is shown instead.
[[nodiscard]] std::string html_escaped(std::string_view data);

}  // namespace nightlatch::report
