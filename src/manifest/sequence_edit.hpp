// The three edits of a list: an item in, items out, a list that was not there.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/layout.hpp"
#include "manifest/span_tree.hpp"
#include "manifest/splice.hpp"
#include "manifest/text.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Where a node's last line ends; a block scalar's span reaches into the lines after it.
[[nodiscard]] std::size_t content_line_end(const SourceText& text, const SpanNode& node);

enum class Side { before, after };

// Beside the item `anchor`, in its indent, quotes and end of line. Errors: layout.
[[nodiscard]] Result<Splice> insert_item(const SourceText& text, const SpanNode& list, std::size_t anchor,
                                         Side side, const NewNode& item, std::string reason);

// The first item of an empty list ([], nothing or null). `key` is the key whose value the list is.
[[nodiscard]] Result<Splice> insert_first_item(const SourceText& text, const SpanNode& key,
                                               const SpanNode& value, std::size_t dash_indent,
                                               const NewNode& item, std::string reason);

// A key with a list of one item into a mapping: at its sorted place when the keys are sorted, else last.
// `dash_indent`: how far the file indents a list's dashes under its key.
[[nodiscard]] Result<Splice> insert_list(const SourceText& text, const SpanNode& mapping,
                                         const std::string& key, std::size_t dash_indent, const NewNode& item,
                                         std::string reason);

// Items of one list; comments on lines of their own stay. Errors: layout; the list would become empty.
[[nodiscard]] Result<std::vector<Splice>> erase_items(const SourceText& text, const SpanNode& list,
                                                      const std::set<std::size_t>& items,
                                                      const std::string& reason);

}  // namespace nightlatch::manifest
