#include "access/field_problem.hpp"

#include <fmt/format.h>

#include "access/go_text.hpp"

namespace nightlatch::access::field {

std::string required(std::string_view path, std::string_view detail) {
  return fmt::format("{}: Required value{}{}", path, detail.empty() ? "" : ": ", detail);
}

std::string invalid(std::string_view path, std::string_view value, std::string_view detail) {
  return fmt::format("{}: Invalid value: {}: {}", path, go_quoted(value), detail);
}

std::string duplicate(std::string_view path, std::string_view value) {
  return fmt::format("{}: Duplicate value: {}", path, go_quoted(value));
}

}  // namespace nightlatch::access::field
