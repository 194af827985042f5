#include "manifest/layout.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace nightlatch::manifest {
namespace {

constexpr std::string_view white_space = " \t\r\n";

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/' ||
         c == '.';
}

// The keys and values that nightlatch writes into volumes and volumeMounts.
bool is_field_word(std::string_view value) {
  constexpr std::array<std::string_view, 8> words{"hostPath", "path",      "type",     "Directory",
                                                  "name",     "mountPath", "readOnly", "volumes"};
  return value == "volumeMounts" || std::find(words.begin(), words.end(), value) != words.end();
}

// Whether every YAML reader reads this plain text as just this string. Only texts of four forms are let
// through: a flag, an absolute path, a lower-case name with a dash, and the field names that nightlatch
// writes. None of them can be a bool, a null or a number.
bool safe_plain(std::string_view value, Context context) {
  bool flag = value.starts_with("--") && value.size() > 2 && is_word_character(value[2]);
  bool path = value.starts_with('/');
  bool name =
      !value.empty() && value[0] >= 'a' && value[0] <= 'z' && value.find('-') != std::string_view::npos;
  if (!(flag || path || name || is_field_word(value)) || value.back() == ':') return false;
  std::string_view also = context == Context::flow ? "-=@%+" : "-=@%+,:";
  for (std::size_t i = 0; i < value.size(); ++i) {
    bool allowed = is_word_character(value[i]) || also.find(value[i]) != std::string_view::npos;
    if (!allowed && !(value[i] == ':' && value[i + 1] == '/')) return false;
  }
  return true;
}

std::string single_quoted(std::string_view value) {
  std::string out = "'";
  for (char c : value) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string double_quoted(std::string_view value) {
  std::string out = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

bool needs_escapes(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// The bytes between two nodes when they are white space and the characters of `mark` only, else the fallback.
std::string clean(std::string_view gap, std::string_view mark, std::string_view fallback) {
  std::size_t marks = 0;
  for (char c : gap) {
    if (mark.find(c) != std::string_view::npos) {
      ++marks;
    } else if (white_space.find(c) == std::string_view::npos) {
      return std::string(fallback);
    }
  }
  return std::string(marks == mark.size() ? gap : fallback);
}

bool is_word(const SpanNode& node) {
  return node.kind == SpanKind::scalar && node.style != SpanStyle::literal && node.style != SpanStyle::folded;
}

struct FlowGaps {
  std::string open;
  std::string colon = ": ";
  std::string close;
};

FlowGaps flow_gaps(const SourceText& text, const SpanNode* like) {
  FlowGaps gaps;
  if (like == nullptr || like->kind != SpanKind::mapping || like->style != SpanStyle::flow ||
      like->children.empty()) {
    return gaps;
  }
  gaps.open = clean(text.slice(like->begin + 1, like->key(0).begin), "", "");
  gaps.colon = clean(text.slice(like->key(0).end, like->value_at(0).begin), ":", ": ");
  gaps.close = clean(text.slice(like->children.back()->end, like->end - 1), "", "");
  return gaps;
}

const SpanNode* nested_like(const SpanNode* like, std::string_view key) {
  const SpanNode* nested = like == nullptr ? nullptr : like->find(key);
  return nested != nullptr && nested->kind == SpanKind::mapping ? nested : nullptr;
}

std::string render_value(const NewNode& node, SpanStyle style, Context context) {
  return node.quoting == NewNode::Quoting::never ? node.scalar : render_scalar(node.scalar, style, context);
}

}  // namespace

std::string render_scalar(std::string_view value, SpanStyle style, Context context) {
  if (style == SpanStyle::double_quoted || needs_escapes(value)) return double_quoted(value);
  if (style != SpanStyle::single_quoted && safe_plain(value, context)) return std::string(value);
  return single_quoted(value);
}

ScalarStyles styles_of(const SpanNode* mapping, ScalarStyles fallback) {
  if (mapping == nullptr || mapping->kind != SpanKind::mapping || mapping->children.empty()) return fallback;
  ScalarStyles styles = fallback;
  if (is_word(mapping->key(0))) styles.key = mapping->key(0).style;
  for (std::size_t i = 0; i < mapping->entries(); ++i) {
    const SpanNode& value = mapping->value_at(i);
    if (!is_word(value) || value.value == "true" || value.value == "false") continue;
    styles.value = value.style;
    break;
  }
  return styles;
}

std::string flow_gap(const SourceText& text, const SpanNode& collection) {
  std::size_t step = collection.kind == SpanKind::mapping ? 2 : 1;
  for (std::size_t i = step; i < collection.children.size(); i += step) {
    std::string gap =
        clean(text.slice(collection.children[i - 1]->end, collection.children[i]->begin), ",", "");
    if (!gap.empty()) return gap;
  }
  if (collection.children.empty()) return ", ";
  std::string open = clean(text.slice(collection.begin + 1, collection.children[0]->begin), "", "");
  return open.find('\n') != std::string::npos ? "," + open : ", ";
}

std::string render_flow(const NewNode& node, const SourceText& text, const SpanNode* like) {
  SpanStyle plain = text.format() == Format::json ? SpanStyle::double_quoted : SpanStyle::plain;
  ScalarStyles styles = styles_of(like, {plain, plain});
  if (node.fields.empty()) return render_value(node, styles.value, Context::flow);
  FlowGaps gaps = flow_gaps(text, like);
  bool cloned = like != nullptr && like->kind == SpanKind::mapping && like->style == SpanStyle::flow;
  std::string between = cloned ? flow_gap(text, *like) : ", ";
  std::string out = "{" + gaps.open;
  for (const NewNode& field : node.fields) {
    if (&field != &node.fields.front()) out += between;
    out += render_scalar(field.key, styles.key == SpanStyle::plain && !cloned ? plain : styles.key,
                         Context::flow);
    out += gaps.colon;
    out += field.fields.empty() ? render_value(field, styles.value, Context::flow)
                                : render_flow(field, text, nested_like(like, field.key));
  }
  return out + gaps.close + "}";
}

std::string render_block(const NewNode& node, const SourceText& text, const SpanNode* like,
                         std::size_t column, std::string_view end_of_line) {
  ScalarStyles styles = styles_of(like, {});
  std::string out;
  for (const NewNode& field : node.fields) {
    if (&field != &node.fields.front()) out += std::string(end_of_line) + std::string(column, ' ');
    out += render_scalar(field.key, styles.key, Context::block) + ":";
    if (field.fields.empty()) {
      out += " " + render_value(field, styles.value, Context::block);
      continue;
    }
    const SpanNode* nested = nested_like(like, field.key);
    std::size_t indent = column + 2;
    if (nested != nullptr && nested->style == SpanStyle::block && !nested->children.empty()) {
      std::size_t found = nested->key(0).begin - text.line_begin(nested->key(0).begin);
      std::size_t parent = like->key(0).begin - text.line_begin(like->key(0).begin);
      if (found > parent) indent = column + (found - parent);
    }
    out += std::string(end_of_line) + std::string(indent, ' ') +
           render_block(field, text, nested, indent, end_of_line);
  }
  return out;
}

}  // namespace nightlatch::manifest
