// The three edits of a list: insert an item, erase items, add a list that is missing.
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

// The offset at which the node's last line ends, before its end of line. A block scalar's span includes the
// empty lines after it; they do not count.
[[nodiscard]] std::size_t content_line_end(const SourceText& text, const SpanNode& node);

enum class Side { before, after };

// Inserts `item` beside the item with index `anchor`, with that item's indent, quotes and end of line.
// `reason` is Splice::reason. Error: layout.
[[nodiscard]] Result<Splice> insert_item(const SourceText& text, const SpanNode& list, std::size_t anchor,
                                         Side side, const NewNode& item, std::string reason);

// Inserts the first item of an empty list: [], null or nothing. `key` is the key that has the list as its
// value. Error: layout.
[[nodiscard]] Result<Splice> insert_first_item(const SourceText& text, const SpanNode& key,
                                               const SpanNode& value, std::size_t dash_indent,
                                               const NewNode& item, std::string reason);

// Inserts `key` with a list of one item into a mapping: at its alphabetical position when the keys are
// sorted, else last. `dash_indent`: by how many columns the file indents a list's dashes under its key.
// Error: layout.
[[nodiscard]] Result<Splice> insert_list(const SourceText& text, const SpanNode& mapping,
                                         const std::string& key, std::size_t dash_indent, const NewNode& item,
                                         std::string reason);

// Erases the items with these indices; comments on lines of their own stay. Error: layout, also where the
// list would become empty.
[[nodiscard]] Result<std::vector<Splice>> erase_items(const SourceText& text, const SpanNode& list,
                                                      const std::set<std::size_t>& items,
                                                      const std::string& reason);

// Erases a key of a block mapping with its value, by whole lines. Error: layout, where the key shares its
// line with something else, is the only one, or stands between brackets.
[[nodiscard]] Result<Splice> erase_entry(const SourceText& text, const SpanNode& mapping,
                                         const std::string& key, std::string reason);

}  // namespace nightlatch::manifest
