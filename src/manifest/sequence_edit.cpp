#include "manifest/sequence_edit.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "manifest/errors.hpp"

namespace nightlatch::manifest {
namespace {

Error unsupported(const SourceText& text, const SpanNode& node, std::string_view problem) {
  return text.error(manifest_errors::layout, node.begin, fmt::format("{}: {}", text.file(), problem));
}

std::string_view indent_of(const SourceText& text, std::size_t offset) {
  return text.slice(text.line_begin(offset), offset);
}

// "    - ": a dash alone before the item. Empty when the item begins otherwise.
std::string_view dash_prefix(const SourceText& text, const SpanNode& item) {
  std::string_view prefix = indent_of(text, item.begin);
  std::size_t dash = prefix.find_first_not_of(' ');
  bool good = dash != std::string_view::npos && prefix[dash] == '-' && dash + 1 < prefix.size() &&
              prefix.find_first_not_of(' ', dash + 1) == std::string_view::npos;
  return good ? prefix : std::string_view();
}

bool has_comment(std::string_view gap) {
  return gap.find('#') != std::string_view::npos;
}

// The comma after (before) an item, outside comments; npos when there is none before the limit.
std::size_t comma_between(const SourceText& text, std::size_t begin, std::size_t end) {
  for (std::size_t at = begin; at < end; ++at) {
    if (text.bytes()[at] == '#') at = std::min(text.line_end(at), end);
    if (at < end && text.bytes()[at] == ',') return at;
  }
  return std::string_view::npos;
}

Result<Splice> insert_block_item(const SourceText& text, const SpanNode& list, std::size_t anchor, Side side,
                                 const NewNode& item, std::string reason) {
  const SpanNode& neighbour = *list.children[anchor];
  std::string prefix(dash_prefix(text, neighbour));
  if (prefix.empty())
    return fail(unsupported(text, neighbour, "this item does not begin on the line of its dash"));
  std::string_view eol = text.end_of_line(neighbour.begin);
  std::string body;
  if (item.fields.empty()) {
    body = render_scalar(item.scalar, neighbour.style, Context::block);
  } else if (neighbour.kind == SpanKind::mapping && neighbour.style == SpanStyle::flow) {
    body = render_flow(item, text, &neighbour);
  } else {
    body = render_block(item, text, &neighbour, prefix.size(), eol);
  }
  if (side == Side::before) {
    std::size_t at = text.line_begin(neighbour.begin);
    return Splice{at, at, prefix + body + std::string(eol), std::move(reason)};
  }
  std::size_t at = content_line_end(text, neighbour);
  return Splice{at, at, std::string(eol) + prefix + body, std::move(reason)};
}

std::string flow_body(const SourceText& text, const SpanNode* neighbour, const NewNode& item) {
  if (!item.fields.empty()) return render_flow(item, text, neighbour);
  SpanStyle style = text.format() == Format::json ? SpanStyle::double_quoted : SpanStyle::plain;
  return render_scalar(item.scalar, neighbour == nullptr ? style : neighbour->style, Context::flow);
}

// Key columns count from the line's begin; a mapping in a list begins after its dash.
Result<std::size_t> key_column(const SourceText& text, const SpanNode& key) {
  std::string_view prefix = indent_of(text, key.begin);
  if (prefix.find_first_not_of(" -") != std::string_view::npos) {
    return fail(unsupported(text, key, "other text stands before this key on its line"));
  }
  return prefix.size();
}

// "- a: 1 ..." as the only item of a new list whose dash stands in `column`.
std::string block_list_body(const SourceText& text, std::size_t column, const NewNode& item,
                            std::string_view eol) {
  return std::string(column, ' ') + "- " + render_block(item, text, nullptr, column + 2, eol);
}

// The index of the entry behind which a new key goes.
std::size_t entry_before(const SpanNode& mapping, const std::string& key) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < mapping.entries(); ++i) keys.push_back(mapping.key(i).value);
  if (!std::is_sorted(keys.begin(), keys.end())) return keys.size() - 1;
  auto after = std::lower_bound(keys.begin(), keys.end(), key);
  return after == keys.begin() ? keys.size() - 1 : static_cast<std::size_t>(after - keys.begin()) - 1;
}

class Eraser {
 public:
  Eraser(const SourceText& text, const SpanNode& list, const std::set<std::size_t>& items,
         const std::string& reason)
      : text_(text), list_(list), items_(items), reason_(reason) {}

  Result<std::vector<Splice>> erase() {
    if (items_.size() == list_.children.size()) {
      return fail(unsupported(text_, list_, "the edit would leave this list empty"));
    }
    if (list_.style == SpanStyle::flow) {
      erase_flow();
    } else {
      for (std::size_t item : items_) NL_TRY(erase_line(*list_.children[item]));
    }
    return std::move(splices_);
  }

 private:
  void cut(std::size_t begin, std::size_t end) { splices_.push_back({begin, end, {}, reason_}); }

  // Erases whole lines, so that comments on other lines stay. Where the text has no final newline, its last
  // line goes with the newline before it.
  Status erase_line(const SpanNode& item) {
    if (dash_prefix(text_, item).empty() || item.style == SpanStyle::literal ||
        item.style == SpanStyle::folded) {
      return fail(
          unsupported(text_, item, "this item shares a line with something else or is a block scalar"));
    }
    std::size_t begin = text_.line_begin(item.begin);
    std::size_t end = text_.next_line(item.end);
    bool last_without_newline = end == text_.bytes().size() && !text_.bytes().ends_with('\n');
    cut(last_without_newline ? end_of_line_before(begin) : begin, end);
    return {};
  }

  std::size_t end_of_line_before(std::size_t begin) const {
    return begin - (text_.slice(0, begin).ends_with("\r\n") ? 2U : 1U);
  }

  // Neighbouring items are erased together with the gap after them; at the list's end with the gap before
  // them.
  void erase_flow() {
    const auto& children = list_.children;
    for (auto first = items_.begin(); first != items_.end();) {
      auto last = first;
      while (std::next(last) != items_.end() && *std::next(last) == *last + 1) ++last;
      bool tail = *last + 1 == children.size();
      std::size_t begin = tail ? children[*first - 1]->end : children[*first]->begin;
      std::size_t end = tail ? children[*last]->end : children[*last + 1]->begin;
      if (gaps_have_comments(*first, *last, tail ? Side::before : Side::after)) {
        for (std::size_t item = *first; item <= *last; ++item)
          erase_alone(item, tail ? Side::before : Side::after);
      } else {
        cut(begin, end);
      }
      first = std::next(last);
    }
  }

  bool gaps_have_comments(std::size_t first, std::size_t last, Side side) const {
    const auto& children = list_.children;
    if (side == Side::before) --first;
    if (side == Side::after) ++last;
    for (std::size_t i = first; i < last; ++i) {
      if (has_comment(text_.slice(children[i]->end, children[i + 1]->begin))) return true;
    }
    return false;
  }

  // Erases the item and its comma and leaves the comments around them.
  void erase_alone(std::size_t item, Side comma_side) {
    const auto& children = list_.children;
    const SpanNode& node = *children[item];
    if (comma_side == Side::after) {
      cut(node.begin, comma_between(text_, node.end, children[item + 1]->begin) + 1);
      return;
    }
    std::size_t comma = comma_between(text_, children[item - 1]->end, node.begin);
    cut(comma, comma + 1);
    cut(node.begin, node.end);
  }

  const SourceText& text_;
  const SpanNode& list_;
  const std::set<std::size_t>& items_;
  const std::string& reason_;
  std::vector<Splice> splices_;
};

}  // namespace

std::size_t content_line_end(const SourceText& text, const SpanNode& node) {
  std::size_t end = node.end;
  while (end > node.begin && (text.bytes()[end - 1] == '\n' || text.bytes()[end - 1] == '\r')) --end;
  return text.line_end(end);
}

Result<Splice> insert_item(const SourceText& text, const SpanNode& list, std::size_t anchor, Side side,
                           const NewNode& item, std::string reason) {
  if (list.style != SpanStyle::flow)
    return insert_block_item(text, list, anchor, side, item, std::move(reason));
  const SpanNode& neighbour = *list.children[anchor];
  std::string body = flow_body(text, &neighbour, item);
  std::string gap = flow_gap(text, list);
  if (side == Side::before) return Splice{neighbour.begin, neighbour.begin, body + gap, std::move(reason)};
  return Splice{neighbour.end, neighbour.end, gap + body, std::move(reason)};
}

Result<Splice> insert_first_item(const SourceText& text, const SpanNode& key, const SpanNode& value,
                                 std::size_t dash_indent, const NewNode& item, std::string reason) {
  std::string flow = flow_body(text, nullptr, item);
  if (value.kind == SpanKind::sequence) {
    if (text.slice(value.begin + 1, value.end - 1).find_first_not_of(" \t\r\n") != std::string_view::npos) {
      return fail(unsupported(text, value, "this empty list contains a comment"));
    }
    return Splice{value.begin, value.end, "[" + flow + "]", std::move(reason)};
  }
  if (value.begin != value.end) return Splice{value.begin, value.end, "[" + flow + "]", std::move(reason)};
  NL_ASSIGN(std::size_t column, key_column(text, key));
  std::string_view eol = text.end_of_line(key.begin);
  std::size_t at = text.line_end(key.end);
  return Splice{at, at, std::string(eol) + block_list_body(text, column + dash_indent, item, eol),
                std::move(reason)};
}

Result<Splice> insert_list(const SourceText& text, const SpanNode& mapping, const std::string& key,
                           std::size_t dash_indent, const NewNode& item, std::string reason) {
  std::size_t entry = entry_before(mapping, key);
  const SpanNode& before = mapping.value_at(entry);
  if (mapping.style == SpanStyle::flow) {
    ScalarStyles styles = styles_of(&mapping, {});
    std::string colon = text.format() == Format::json && flow_gap(text, mapping) == "," ? ":" : ": ";
    return Splice{before.end, before.end,
                  flow_gap(text, mapping) + render_scalar(key, styles.key, Context::flow) + colon + "[" +
                      flow_body(text, nullptr, item) + "]",
                  std::move(reason)};
  }
  NL_ASSIGN(std::size_t column, key_column(text, mapping.key(entry)));
  std::string_view eol = text.end_of_line(before.begin);
  std::size_t at = content_line_end(text, before);
  return Splice{at, at,
                std::string(eol) + std::string(column, ' ') + key + ":" + std::string(eol) +
                    block_list_body(text, column + dash_indent, item, eol),
                std::move(reason)};
}

Result<std::vector<Splice>> erase_items(const SourceText& text, const SpanNode& list,
                                        const std::set<std::size_t>& items, const std::string& reason) {
  return Eraser(text, list, items, reason).erase();
}

Result<Splice> erase_entry(const SourceText& text, const SpanNode& mapping, const std::string& key,
                           std::string reason) {
  const SpanNode& name = *mapping.find_key(key);
  bool is_alone = indent_of(text, name.begin).find_first_not_of(' ') == std::string_view::npos;
  if (mapping.style == SpanStyle::flow || mapping.entries() == 1 || !is_alone)
    return fail(unsupported(text, name, "the edit would leave this list empty"));
  // The end of line before the key goes, not the one behind its value: it may be missing at the end.
  std::size_t begin = text.line_begin(name.begin);
  std::size_t end = content_line_end(text, *mapping.find(key));
  if (begin == 0) return fail(unsupported(text, name, "the edit would leave this list empty"));
  begin -= text.slice(0, begin).ends_with("\r\n") ? 2U : 1U;
  return Splice{begin, end, {}, std::move(reason)};
}

}  // namespace nightlatch::manifest
