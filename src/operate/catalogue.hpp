// Every code that nightlatch prints: docs/errors.md for `nightlatch explain NL3112`.
#pragma once

#include <optional>

#include "util/result.hpp"

namespace nightlatch::operate {

// nullopt: there is none of this number.
[[nodiscard]] std::optional<ErrorCode> find_code(int number);

}  // namespace nightlatch::operate
