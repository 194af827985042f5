#include "manifest/span_tree.hpp"

#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <yaml.h>

#include "manifest/errors.hpp"

namespace nightlatch::manifest {

const SpanNode* SpanNode::find_key(std::string_view key) const {
  if (kind != SpanKind::mapping) return nullptr;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    if (children[i]->kind == SpanKind::scalar && children[i]->value == key) return children[i];
  }
  return nullptr;
}

const SpanNode* SpanNode::find(std::string_view key) const {
  if (kind != SpanKind::mapping) return nullptr;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    if (children[i]->kind == SpanKind::scalar && children[i]->value == key) return children[i + 1];
  }
  return nullptr;
}

const SpanNode* resolve(const SpanNode* node) {
  return node != nullptr && node->kind == SpanKind::alias ? node->target : node;
}

const SpanNode* child(const SpanNode* node, std::string_view key) {
  node = resolve(node);
  return node == nullptr ? nullptr : resolve(node->find(key));
}

std::string text_at(const SpanNode* node, std::string_view key) {
  const SpanNode* found = child(node, key);
  return found != nullptr && found->kind == SpanKind::scalar && !is_null(*found) ? found->value
                                                                                 : std::string();
}

bool is_null(const SpanNode& node) {
  return node.kind == SpanKind::scalar && node.style == SpanStyle::plain && node.tag.empty() &&
         (node.value.empty() || node.value == "~" || node.value == "null" || node.value == "Null" ||
          node.value == "NULL");
}

namespace {

constexpr std::size_t max_depth = 64;
constexpr std::size_t max_nodes = 50'000;

std::string text_of(const yaml_char_t* chars) {
  return chars == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(chars));
}

SpanStyle scalar_style(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
      return SpanStyle::single_quoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return SpanStyle::double_quoted;
    case YAML_LITERAL_SCALAR_STYLE:
      return SpanStyle::literal;
    case YAML_FOLDED_SCALAR_STYLE:
      return SpanStyle::folded;
    default:
      return SpanStyle::plain;
  }
}

}  // namespace

class Parser {
 public:
  explicit Parser(std::string_view bytes) : ready_(yaml_parser_initialize(&parser_) == 1) {
    if (ready_) {
      yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                   bytes.size());
    }
  }
  ~Parser() {
    if (ready_) yaml_parser_delete(&parser_);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  [[nodiscard]] bool next(yaml_event_t& event) { return ready_ && yaml_parser_parse(&parser_, &event) == 1; }
  [[nodiscard]] const yaml_parser_t& state() const { return parser_; }

 private:
  yaml_parser_t parser_{};
  bool ready_;
};

class Event {
 public:
  ~Event() { yaml_event_delete(&event_); }
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  [[nodiscard]] yaml_event_t& get() { return event_; }

 private:
  yaml_event_t event_{};
};

namespace {

Error parse_error(const SourceText& text, const yaml_parser_t& parser) {
  std::string problem = parser.problem == nullptr ? "out of memory" : parser.problem;
  std::size_t at = parser.error == YAML_READER_ERROR ? parser.problem_offset
                                                     : text.offset_of_code_point(parser.problem_mark.index);
  if (at < text.bytes().size() && text.bytes()[at] == '\t') {
    return text.error(manifest_errors::tab_indentation, at,
                      fmt::format("{}: a tab stands where YAML requires spaces", text.file()));
  }
  return text.error(manifest_errors::not_yaml, at,
                    fmt::format("{}: this is not YAML: {}", text.file(), problem));
}

}  // namespace

class SpanTreeBuilder {
 public:
  explicit SpanTreeBuilder(const SourceText& text) : text_(text), parser_(text.bytes()) {}

  Result<SpanTree> build() {
    while (true) {
      Event event;
      if (!parser_.next(event.get())) return fail(parse_error(text_, parser_.state()));
      if (event.get().type == YAML_STREAM_END_EVENT) break;
      NL_TRY(take(event.get()));
    }
    if (tree_.root_ == nullptr) {
      return fail(text_.error(manifest_errors::not_yaml, 0,
                              fmt::format("{}: the file has no YAML document", text_.file())));
    }
    return std::move(tree_);
  }

 private:
  Status take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        return begin_document(event);
      case YAML_SCALAR_EVENT:
        return scalar(event);
      case YAML_ALIAS_EVENT:
        return alias(event);
      case YAML_SEQUENCE_START_EVENT:
        return open(
            event, SpanKind::sequence,
            event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE ? SpanStyle::flow : SpanStyle::block,
            event.data.sequence_start.anchor, event.data.sequence_start.tag);
      case YAML_MAPPING_START_EVENT:
        return open(
            event, SpanKind::mapping,
            event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ? SpanStyle::flow : SpanStyle::block,
            event.data.mapping_start.anchor, event.data.mapping_start.tag);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return close(event);
      default:
        return {};
    }
  }

  std::size_t byte(const yaml_mark_t& mark) const { return text_.offset_of_code_point(mark.index); }

  Status begin_document(const yaml_event_t& event) {
    std::size_t at = byte(event.start_mark);
    if (tree_.root_ != nullptr) {
      return fail(text_.error(manifest_errors::several_documents, at,
                              fmt::format("{}: a second YAML document begins here", text_.file()), 3));
    }
    const auto& start = event.data.document_start;
    if (start.version_directive != nullptr || start.tag_directives.start != start.tag_directives.end) {
      return fail(text_.error(manifest_errors::yaml_directive, at,
                              fmt::format("{}: a YAML directive stands before the document", text_.file())));
    }
    return {};
  }

  Result<SpanNode*> add(SpanNode node) {
    if (tree_.nodes_.size() >= max_nodes || open_.size() >= max_depth) {
      return fail(text_.error(manifest_errors::too_deep, node.begin,
                              fmt::format("{}: the file has more than {} levels of nesting or {} values",
                                          text_.file(), max_depth, max_nodes)));
    }
    SpanNode* added = &tree_.nodes_.emplace_back(std::move(node));
    if (open_.empty()) {
      tree_.root_ = added;
    } else {
      NL_TRY(check_key(*added));
      open_.back()->children.push_back(added);
    }
    if (!added->anchor.empty()) anchors_[added->anchor] = added;
    return added;
  }

  Status check_key(const SpanNode& node) {
    SpanNode& parent = *open_.back();
    bool merged = parent.kind == SpanKind::mapping && parent.children.size() % 2 == 1 &&
                  parent.children.back()->value == "<<" && parent.children.back()->style == SpanStyle::plain;
    if (merged && resolve(&node)->kind == SpanKind::scalar) {
      return fail(text_.error(
          manifest_errors::not_yaml, node.begin,
          fmt::format("{}: the merge key << needs a mapping, and this is a single value", text_.file())));
    }
    bool is_key = parent.kind == SpanKind::mapping && parent.children.size() % 2 == 0;
    if (is_key && (node.kind == SpanKind::mapping || node.kind == SpanKind::sequence)) {
      return fail(text_.error(
          manifest_errors::not_yaml, node.begin,
          fmt::format("{}: this key is a mapping or a list, which Kubernetes refuses", text_.file())));
    }
    if (!is_key || node.kind != SpanKind::scalar || keys_.back().insert(node.value).second) return {};
    return fail(text_.error(
        manifest_errors::duplicate_key, node.begin,
        fmt::format("{}: the key {:?} is written twice in this mapping", text_.file(), node.value),
        node.end - node.begin));
  }

  Status scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    SpanNode node;
    node.style = scalar_style(data.style);
    node.value.assign(reinterpret_cast<const char*>(data.value), data.length);
    node.anchor = text_of(data.anchor);
    node.tag = text_of(data.tag);
    node.begin = byte(event.start_mark);
    node.end = byte(event.end_mark);
    if (node.tag == "tag:yaml.org,2002:binary") {
      return fail(text_.error(
          manifest_errors::indirection, node.begin,
          fmt::format("{}: this value has the tag !!binary, and Kubernetes would decode it", text_.file())));
    }
    NL_TRY(add(std::move(node)));
    return {};
  }

  Status alias(const yaml_event_t& event) {
    SpanNode node;
    node.kind = SpanKind::alias;
    node.value = text_of(event.data.alias.anchor);
    node.begin = byte(event.start_mark);
    node.end = byte(event.end_mark);
    auto found = anchors_.find(node.value);
    bool inside_itself = false;
    for (const SpanNode* parent : open_) inside_itself |= found != anchors_.end() && parent == found->second;
    if (found == anchors_.end() || inside_itself) {
      return fail(text_.error(manifest_errors::not_yaml, node.begin,
                              fmt::format("{}: the alias *{} follows no complete node with the anchor &{}",
                                          text_.file(), node.value, node.value),
                              node.end - node.begin));
    }
    node.target = found->second;
    NL_TRY(add(std::move(node)));
    return {};
  }

  Status open(const yaml_event_t& event, SpanKind kind, SpanStyle style, const yaml_char_t* anchor,
              const yaml_char_t* tag) {
    SpanNode node;
    node.kind = kind;
    node.style = style;
    node.anchor = text_of(anchor);
    node.tag = text_of(tag);
    node.begin = byte(event.start_mark);
    node.end = byte(event.end_mark);
    NL_ASSIGN(SpanNode * added, add(std::move(node)));
    open_.push_back(added);
    keys_.emplace_back();
    return {};
  }

  Status close(const yaml_event_t& event) {
    SpanNode& node = *open_.back();
    if (node.style == SpanStyle::flow) {
      node.end = byte(event.end_mark);
    } else if (!node.children.empty()) {
      node.end = node.children.back()->end;
    }
    open_.pop_back();
    keys_.pop_back();
    return {};
  }

  const SourceText& text_;
  Parser parser_;
  SpanTree tree_;
  std::vector<SpanNode*> open_;
  std::vector<std::set<std::string>> keys_;
  std::map<std::string, SpanNode*> anchors_;
};

Result<SpanTree> SpanTree::parse(const SourceText& text) {
  return SpanTreeBuilder(text).build();
}

}  // namespace nightlatch::manifest
