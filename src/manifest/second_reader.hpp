// The second, independent reader: yaml-cpp for YAML, nlohmann's strict parser for JSON. What it reads must
// equal the span tree; a file that two parsers read differently is not edited.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/span_tree.hpp"
#include "manifest/text.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// A document without positions. Scalars keep their text: the readers are compared as strings, not as types.
struct Value {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  bool quoted = false;       // of a scalar: "true" in quotes is a string, not a bool
  std::string text;          // of a scalar
  std::vector<Value> items;  // in a mapping key, value, key, value, ...

  bool operator==(const Value&) const = default;
  // The value of `key`; nullptr when the key is absent or this is no mapping.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
};

// The scalar at `key`; empty when there is none.
[[nodiscard]] std::string text_at(const Value& mapping, std::string_view key);

// The span tree without positions, aliases followed. Error: too_deep, when the aliases expand to more than
// 50,000 values.
[[nodiscard]] Result<Value> value_of(const SpanTree& tree, const SourceText& text);

// The text as the second reader reads it. Errors: readers_disagree or not_json, where that reader refuses
// what the first one read; too_deep.
[[nodiscard]] Result<Value> second_read(const SourceText& text);

}  // namespace nightlatch::manifest
