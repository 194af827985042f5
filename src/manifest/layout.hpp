// New text written as its neighbour in the file is written: quotes, indents, gaps between brackets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/span_tree.hpp"
#include "manifest/text.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Where a scalar stands: on lines of its own, or between brackets, where a comma would end it.
enum class Context { block, flow };

// `value` as a scalar in a neighbour's style. A plain one gets single quotes where some YAML reader could
// read plain text as something else; one with control characters gets double quotes. The styles literal and
// folded are written as plain. Never fails.
[[nodiscard]] std::string render_scalar(std::string_view value, SpanStyle style, Context context);

// A node to be written: a scalar, or a mapping when it has fields.
struct NewNode {
  enum class Quoting { as_neighbour, never };  // never: a bool
  std::string key{};                           // its key in the parent's fields; empty for an item
  std::string scalar{};
  Quoting quoting = Quoting::as_neighbour;
  std::vector<NewNode> fields{};
};

struct ScalarStyles {
  SpanStyle key = SpanStyle::plain;
  SpanStyle value = SpanStyle::plain;
};
// The styles of a mapping's first key and of its first scalar value that is no bool; `fallback` where it has
// none.
[[nodiscard]] ScalarStyles styles_of(const SpanNode* mapping, ScalarStyles fallback);

// `node` in flow style: a mapping in braces with the gaps of the neighbour `like`, which may be nullptr.
[[nodiscard]] std::string render_flow(const NewNode& node, const SourceText& text, const SpanNode* like);

// The text between two items of a flow sequence or two entries of a flow mapping: that of the first pair of
// `collection` without a comment between them, else ", ".
[[nodiscard]] std::string flow_gap(const SourceText& text, const SpanNode& collection);

// The fields of `node` as a block mapping whose keys begin in `column` (bytes from the line's begin). The
// first line is not indented and the last has no end of line. `like` is a neighbour to copy, or nullptr.
[[nodiscard]] std::string render_block(const NewNode& node, const SourceText& text, const SpanNode* like,
                                       std::size_t column, std::string_view end_of_line);

}  // namespace nightlatch::manifest
