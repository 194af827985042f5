// A YAML or JSON document as a tree in which every node knows its bytes.
//
// Built from libyaml's events: the kubelet's YAML reader is a port of libyaml, so that what this tree says is
// what the kubelet will read. libyaml's marks are code points; here everything is bytes.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/text.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

enum class SpanKind { scalar, sequence, mapping, alias };
enum class SpanStyle { plain, single_quoted, double_quoted, literal, folded, block, flow };

struct SpanNode {
  SpanKind kind = SpanKind::scalar;
  SpanStyle style = SpanStyle::plain;
  std::string value;  // of a scalar; the name of an alias
  std::string anchor;
  std::string tag;
  // [begin, end): quotes, brackets and an anchor included; trailing space and comments not. A block
  // collection ends where its last item does. A block scalar's end is where the next line begins.
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<const SpanNode*> children;  // items; in a mapping key, value, key, value, ...
  const SpanNode* target = nullptr;       // of an alias

  [[nodiscard]] std::size_t entries() const { return children.size() / 2; }
  [[nodiscard]] const SpanNode& key(std::size_t entry) const { return *children[2 * entry]; }
  [[nodiscard]] const SpanNode& value_at(std::size_t entry) const { return *children[2 * entry + 1]; }
  // The value of `key` in a mapping as written (an alias stays one); nullptr when absent or no mapping.
  [[nodiscard]] const SpanNode* find(std::string_view key) const;
  // The key's own node.
  [[nodiscard]] const SpanNode* find_key(std::string_view key) const;
};

// The node an alias stands for; any other node itself. nullptr stays nullptr.
[[nodiscard]] const SpanNode* resolve(const SpanNode* node);

// A scalar that YAML reads as null: plain and empty, ~ or null.
[[nodiscard]] bool is_null(const SpanNode& node);

class SpanTree {
 public:
  // Errors: not YAML, a tab as indentation, several documents, a directive, a duplicate key, absurd nesting.
  [[nodiscard]] static Result<SpanTree> parse(const SourceText& text);

  [[nodiscard]] const SpanNode& root() const { return *root_; }

  SpanTree(SpanTree&&) noexcept = default;
  SpanTree& operator=(SpanTree&&) noexcept = default;
  SpanTree(const SpanTree&) = delete;  // its nodes point at each other
  SpanTree& operator=(const SpanTree&) = delete;
  ~SpanTree() = default;

 private:
  friend class SpanTreeBuilder;
  SpanTree() = default;
  std::deque<SpanNode> nodes_;  // stable addresses
  const SpanNode* root_ = nullptr;
};

}  // namespace nightlatch::manifest
