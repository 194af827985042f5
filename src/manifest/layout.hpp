// How a manifest is written: quotes, indents, gaps. New text is written as its neighbour is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/span_tree.hpp"
#include "manifest/text.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

enum class Context { block, flow };

// A scalar in a neighbour's style; plain becomes quoted where plain would mean something else. Block scalar
// styles become plain.
[[nodiscard]] std::string render_scalar(std::string_view value, SpanStyle style, Context context);

// A node to be written: a scalar, or a mapping when it has fields.
struct NewNode {
  enum class Quoting { as_neighbour, never };  // never: a bool
  std::string key;                             // its key in the parent's fields; empty for an item
  std::string scalar;
  Quoting quoting = Quoting::as_neighbour;
  std::vector<NewNode> fields;
};

struct ScalarStyles {
  SpanStyle key = SpanStyle::plain;
  SpanStyle value = SpanStyle::plain;
};
// Of a mapping's first key and its first scalar value that is text; `fallback` where there is none.
[[nodiscard]] ScalarStyles styles_of(const SpanNode* mapping, ScalarStyles fallback);

// Mappings in braces, with the neighbour's gaps; `like` may be nullptr.
[[nodiscard]] std::string render_flow(const NewNode& node, const SourceText& text, const SpanNode* like);

// What separates two items of a flow sequence or two entries of a flow mapping: cloned from a pair without a
// comment between them, else ", ".
[[nodiscard]] std::string flow_gap(const SourceText& text, const SpanNode& collection);

// The fields of a block mapping whose keys stand in `column`; the first line has no indent, the last no end.
[[nodiscard]] std::string render_block(const NewNode& node, const SourceText& text, const SpanNode* like,
                                       std::size_t column, std::string_view end_of_line);

}  // namespace nightlatch::manifest
