// The splices that turn a pod's command line into the intended one.
#pragma once

#include <string>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/edit.hpp"
#include "manifest/splice.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Removes, sets and merges the flags that `intent` names; every other item stays as it is. New flags are
// inserted at their alphabetical place where the flags are sorted, else behind the last. The splices are not
// sorted. Error: layout, where an item or its list is written in a way that has no such edit.
[[nodiscard]] Result<std::vector<Splice>> edit_command_line(const Document& document, const Anatomy& anatomy,
                                                            const Intent& intent);

// One entry of a --feature-gates value: "kube:Name=true".
struct GateSetting {
  std::string component;  // "kube:" or empty
  std::string name;
  std::string value;

  bool operator==(const GateSetting&) const = default;
};
// The entries of a --feature-gates value in their order; empty entries are left out, and an entry without "="
// has an empty value. Never fails.
[[nodiscard]] std::vector<GateSetting> gate_settings(std::string_view value);

}  // namespace nightlatch::manifest
