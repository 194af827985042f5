// Templates: texts with the names of values in them, such as @JOB@.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nightlatch {

// The template with each name replaced by its value. A value is not looked into again, so that it cannot
// bring in another one.
[[nodiscard]] std::string filled(std::string_view text,
                                 const std::vector<std::pair<std::string_view, std::string>>& values);

}  // namespace nightlatch
