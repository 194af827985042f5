// The keys of a hook, which all hooks of a playbook have alike.
#pragma once

#include "spec/field.hpp"

namespace nightlatch::spec {

inline constexpr long longest_hook = 900;  // seconds

constexpr Field hook_field(std::string_view path, std::string_view doc) {
  return {.path = path, .type = Type::object, .doc = doc};
}

constexpr Field hook_command_field(std::string_view path) {
  return {
      .path = path,
      .shape = Shape::list,
      .need = Need::required,
      .min = 1,
      .doc =
          "The program and its arguments. There is no shell. The program is an absolute path, begins with "
          "`~/`, or is a name in PATH."};
}

constexpr Field hook_timeout_field(std::string_view path) {
  return {.path = path,
          .type = Type::duration,
          .fallback = "1m",
          .min = 1,
          .max = longest_hook,
          .doc = "After this time its process group is ended. On the way back a hook has at most 30 s."};
}

}  // namespace nightlatch::spec
