// Text that stands between tags.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch::report {

// What XML and HTML escape in a text and in an attribute in double quotes. The text is made visible() first,
// which leaves no character that XML 1.0 forbids.
[[nodiscard]] std::string escaped_markup(std::string_view text);

}  // namespace nightlatch::report
