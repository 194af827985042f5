// A YAML document as a plain tree that knows the position of every key and value. Only document.cpp uses
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
  std::string text;         // of a scalar
  bool quoted = false;      // of a scalar
  std::size_t offset = 0;   // of its first byte, counted after a byte order mark
  std::vector<Value> keys;  // of an object: scalars, as many as `items`, none twice
  std::vector<Value> items;

  // The value of `key` in an object; nullptr when absent or no object.
  [[nodiscard]] const Value* find(std::string_view key) const;
};

struct Document {
  std::string_view bytes;  // without a byte order mark; the caller keeps them alive
  std::string file;
  Value root;

  [[nodiscard]] SourcePlace place(const Value& value) const;
};

// `file` is for messages; `bytes` must outlive the document. Errors: not_yaml, also for more than 1 MiB and
// for an empty file; duplicate_key; wrong_type, for a key that is no string and for more than 32 levels;
// unwanted_yaml, for anchors, aliases, tags and several documents: a file that decides about a control plane
// must mean what it says at the first reading.
[[nodiscard]] Result<Document> parse_document(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::spec
