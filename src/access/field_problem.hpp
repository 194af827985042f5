// The words of a validation error of Kubernetes: k8s.io/apimachinery/pkg/util/validation/field.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch::access::field {

// `value` is quoted as Go quotes it. An empty detail is left out.
[[nodiscard]] std::string required(std::string_view path, std::string_view detail);
[[nodiscard]] std::string invalid(std::string_view path, std::string_view value, std::string_view detail);
[[nodiscard]] std::string duplicate(std::string_view path, std::string_view value);

}  // namespace nightlatch::access::field
