// Lines of somebody else's file on a screen: a probe in a manifest may carry a token.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch {

// What follows Bearer or Basic, and what looks like a JWT, as stars: one a byte, so that columns stay.
[[nodiscard]] std::string masked(std::string_view line);

}  // namespace nightlatch
