// How bad it is that a rule is granted to everybody.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rbac/objects.hpp"
#include "util/result.hpp"

namespace nightlatch::rbac {

enum class Severity { none, low, medium, high, critical };

// "none", "low", "medium", "high", "critical".
[[nodiscard]] std::string_view name(Severity severity);
// nullopt: another word.
[[nodiscard]] std::optional<Severity> severity_named(std::string_view word);

// One thing that a rule allows.
struct Danger {
  Severity severity = Severity::none;
  ErrorCode code{};    // of finding_codes.hpp
  std::string what{};  // behind "lets anybody": "read Secrets (get, list)"
};

// The rule as it is bound: in `name_space`, or everywhere where that is empty. Nothing for what
// system:public-info-viewer allows of the health checks, and for a rule that allows nothing.
[[nodiscard]] std::vector<Danger> dangers_of(const PolicyRule& rule, std::string_view name_space);

}  // namespace nightlatch::rbac
