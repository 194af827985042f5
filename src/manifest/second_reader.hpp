// The second, independent reader: yaml-cpp for YAML, nlohmann's strict parser for JSON. What it reads must be
// what the span tree says; a manifest on which two parsers differ is not edited.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/span_tree.hpp"
#include "manifest/text.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// A document without places. Scalars keep their text: the readers are compared as strings, not as types.
struct Value {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  bool quoted = false;       // "true" is not true
  std::string text;          // of a scalar
  std::vector<Value> items;  // in a mapping key, value, key, value, ...

  bool operator==(const Value&) const = default;
  // The value of `key` in a mapping; nullptr when absent or no mapping.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
};

// Aliases are followed. Errors: aliases that blow up.
[[nodiscard]] Result<Value> value_of(const SpanTree& tree, const SourceText& text);

// Errors: the parser refuses the text.
[[nodiscard]] Result<Value> second_read(const SourceText& text);

}  // namespace nightlatch::manifest
