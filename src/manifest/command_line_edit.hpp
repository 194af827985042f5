// From an intended command line to splices of its words.
#pragma once

#include <string>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/edit.hpp"
#include "manifest/splice.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

[[nodiscard]] Result<std::vector<Splice>> edit_command_line(const Document& document, const Anatomy& anatomy,
                                                            const Intent& intent);

// One entry of a --feature-gates value; the component prefix ("kube:") is kept apart.
struct GateSetting {
  std::string component;  // "kube:" or empty
  std::string name;
  std::string value;

  bool operator==(const GateSetting&) const = default;
};
[[nodiscard]] std::vector<GateSetting> gate_settings(std::string_view value);

}  // namespace nightlatch::manifest
