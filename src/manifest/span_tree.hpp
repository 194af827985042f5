// A YAML or JSON document as a tree in which every node knows its bytes.
//
// The tree is built from libyaml's events: the kubelet's YAML reader (sigs.k8s.io/yaml) is a port of libyaml,
// so this tree is what the kubelet will read. libyaml's marks count code points; every offset here counts
// bytes.
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
// How the text writes a node: the first five are of scalars, block and flow (in brackets) of collections.
enum class SpanStyle { plain, single_quoted, double_quoted, literal, folded, block, flow };

// A node of the tree, with the bytes that it was read from.
struct SpanNode {
  SpanKind kind = SpanKind::scalar;
  SpanStyle style = SpanStyle::plain;
  std::string value;  // of a scalar; the name of an alias
  std::string anchor;
  std::string tag;
  // The bytes [begin, end): with quotes, brackets and an anchor, without trailing blanks and comments. A
  // block collection ends where its last item ends; a block scalar ends where the next line begins.
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<const SpanNode*> children;  // items; in a mapping key, value, key, value, ...
  const SpanNode* target = nullptr;       // of an alias

  [[nodiscard]] std::size_t entries() const { return children.size() / 2; }
  [[nodiscard]] const SpanNode& key(std::size_t entry) const { return *children[2 * entry]; }
  [[nodiscard]] const SpanNode& value_at(std::size_t entry) const { return *children[2 * entry + 1]; }
  // The value of `key` as written, an alias not followed; nullptr when absent or when this is no mapping.
  [[nodiscard]] const SpanNode* find(std::string_view key) const;
  // The node of the key itself; nullptr in the same cases.
  [[nodiscard]] const SpanNode* find_key(std::string_view key) const;
};

// The node that an alias names; any other node itself; nullptr for nullptr.
[[nodiscard]] const SpanNode* resolve(const SpanNode* node);

// The value of `key` in the mapping that `node` is or names, aliases followed; nullptr when there is none.
[[nodiscard]] const SpanNode* child(const SpanNode* node, std::string_view key);

// The scalar at `key`; empty when there is none, or none but a null.
[[nodiscard]] std::string text_at(const SpanNode* node, std::string_view key);

// Whether YAML reads this scalar as null: it is plain, without a tag, and empty, ~ or null.
[[nodiscard]] bool is_null(const SpanNode& node);

class SpanTree {
 public:
  // `text` need not outlive the tree. Errors: not_yaml, tab_indentation, several_documents, yaml_directive,
  // duplicate_key, indirection (!!binary), too_deep (more than 64 levels or 50,000 nodes).
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
