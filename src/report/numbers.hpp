// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace nightlatch::report {

// "1,284,310"
[[nodiscard]] std::string thousands(std::uint64_t number);

}  // namespace nightlatch::report
