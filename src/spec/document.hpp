// A YAML document as a plain tree that knows the place of every key and value. The one file that touches
// yaml-cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::spec {

struct Value {
  enum class Kind { null, scalar, list, object };

  Kind kind = Kind::null;
  std::string text;         // scalar
  bool quoted = false;      // scalar
  std::size_t offset = 0;   // first byte, counted after a byte order mark
  std::vector<Value> keys;  // object: scalars, as long as `items`, none twice
  std::vector<Value> items;

  [[nodiscard]] const Value* find(std::string_view key) const;
};

struct Document {
  std::string_view bytes;  // without a byte order mark; belongs to the caller
  std::string file;
  Value root;

  [[nodiscard]] SourcePlace place(const Value& value) const;
};

// Refuses what is not YAML (NL1101), a key written twice (NL1107), and anchors, aliases, tags and several
// documents (NL1109): a file that decides over a control plane should read as it is written.
[[nodiscard]] Result<Document> parse_document(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::spec
