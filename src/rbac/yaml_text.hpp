// Parts of YAML that nightlatch writes for kubectl apply.
#pragma once

#include <string>
#include <string_view>

#include "rbac/objects.hpp"

namespace nightlatch::rbac {

// In double quotes, escaped: any text stays one value.
[[nodiscard]] std::string quoted_yaml(std::string_view text);
// One item of a binding's subjects, with its line end.
[[nodiscard]] std::string subject_yaml(const Subject& subject);

}  // namespace nightlatch::rbac
