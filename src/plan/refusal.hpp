// An error that has nothing but its code and its sentence.
#pragma once

#include <string>
#include <utility>

#include "util/result.hpp"

namespace nightlatch::plan {

[[nodiscard]] inline Error refusal(const ErrorCode& code, std::string message) {
  return Error{.code = code, .message = std::move(message)};
}

}  // namespace nightlatch::plan
