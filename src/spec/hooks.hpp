// The hooks of a playbook, as spec.hooks states them: programs on the workstation that a run calls.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::spec {

class Section;

struct Hook {
  std::vector<std::string> command;  // the program, then its arguments
  std::chrono::seconds timeout{60};  // 1-900
  bool operator==(const Hook&) const = default;
};

struct Hooks {
  std::optional<Hook> before;  // nullopt: none is stated
  std::optional<Hook> before_node;
  std::optional<Hook> after_node;
  std::optional<Hook> after;
  std::optional<Hook> on_failure;
  bool operator==(const Hooks&) const = default;
};

// Of a checked document. Errors, with their places: bad_value, for a program that is named by a relative
// path, whose meaning would depend on where a command is typed.
[[nodiscard]] Result<Hooks> read_hooks(const Section& root);

}  // namespace nightlatch::spec
