// The YAML half of config_tree.hpp. libyaml gives the events, because the parser of kube-apiserver is a port
// of it; the rest is decode.go of go.yaml.in/yaml/v2, v2.4.2.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <yaml.h>

#include "access/config_tree.hpp"
#include "access/go_text.hpp"
#include "access/yaml_scalar.hpp"

namespace nightlatch::access {
namespace {

using Kind = ConfigValue::Kind;
using Read = tl::expected<ConfigValue, TextProblem>;

// Aliases make a small file expand to a large one. No configuration comes near this number of values.
constexpr std::size_t most_values = 100'000;

class Parser {
 public:
  explicit Parser(std::string_view bytes) : ready_(yaml_parser_initialize(&parser_) == 1) {
    if (!ready_) return;
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                 bytes.size());
  }
  ~Parser() {
    if (has_event_) yaml_event_delete(&event_);
    if (ready_) yaml_parser_delete(&parser_);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // The event becomes event(); false: it cannot be parsed.
  [[nodiscard]] bool next() {
    if (has_event_) yaml_event_delete(&event_);
    has_event_ = ready_ && yaml_parser_parse(&parser_, &event_) == 1;
    return has_event_;
  }
  [[nodiscard]] const yaml_event_t& event() const { return event_; }
  [[nodiscard]] const yaml_parser_t& state() const { return parser_; }

 private:
  yaml_parser_t parser_{};
  yaml_event_t event_{};
  bool ready_;
  bool has_event_ = false;
};

std::string_view text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

// The byte at which each code point begins, as libyaml counts them: a byte order mark is not counted.
class CodePoints {
 public:
  explicit CodePoints(std::string_view bytes) : size_(bytes.size()) {
    std::size_t first = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    for (std::size_t i = first; i < bytes.size(); ++i) {
      if ((static_cast<unsigned char>(bytes[i]) & 0xC0U) != 0x80U)
        begins_.push_back(static_cast<std::uint32_t>(i));
    }
  }
  [[nodiscard]] std::size_t offset(std::size_t index) const {
    return index < begins_.size() ? begins_[index] : size_;
  }

 private:
  std::size_t size_;
  std::vector<std::uint32_t> begins_;
};

// A mapping key as go-yaml compares it: 1 and "1" are two keys.
struct Key {
  std::string text;
  bool is_string = true;
  bool is_merge = false;
  std::size_t at = 0;
};

class YamlReader {
 public:
  explicit YamlReader(std::string_view bytes) : bytes_(bytes), parser_(bytes), places_(bytes) {}

  tl::expected<ConfigTree, TextProblem> read() {
    for (yaml_event_type_t expected : {YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT}) {
      if (!parser_.next()) return tl::unexpected(syntax_problem());
      if (parser_.event().type == YAML_STREAM_END_EVENT) return std::move(tree_);
      if (parser_.event().type != expected) return tl::unexpected(problem("yaml: no document"));
    }
    auto root = next_value(0);
    if (!root) return tl::unexpected(root.error());
    // go-yaml reads on to the end of the document, and no further.
    if (!parser_.next()) return tl::unexpected(syntax_problem());
    tree_.root = *std::move(root);
    return std::move(tree_);
  }

 private:
  TextProblem problem(std::string words) const { return {std::move(words), here()}; }
  std::size_t here() const { return places_.offset(parser_.event().start_mark.index); }

  // parser.fail() of go-yaml, with its lines, which are sometimes one too low.
  TextProblem syntax_problem() const {
    const yaml_parser_t& state = parser_.state();
    std::size_t line = state.problem_mark.line;
    if (line != 0 && state.error == YAML_SCANNER_ERROR) ++line;
    if (line == 0) line = state.context_mark.line;
    std::string where = line == 0 ? "" : fmt::format("line {}: ", line);
    std::string_view what = state.problem == nullptr ? "unknown problem parsing YAML content" : state.problem;
    std::size_t at =
        state.error == YAML_READER_ERROR ? state.problem_offset : places_.offset(state.problem_mark.index);
    return {fmt::format("yaml: {}{}", where, what), at};
  }

  Read next_value(int depth) {
    if (!parser_.next()) return tl::unexpected(syntax_problem());
    return value(depth);
  }

  // The value that the present event begins.
  Read value(int depth) {
    if (depth > deepest_config_tree) return tl::unexpected(problem("yaml: exceeded max depth"));
    if (++values_ > most_values) return tl::unexpected(problem("yaml: document contains excessive aliasing"));
    switch (parser_.event().type) {
      case YAML_SCALAR_EVENT:
        return scalar();
      case YAML_ALIAS_EVENT:
        return alias();
      case YAML_SEQUENCE_START_EVENT:
        return list(depth);
      default:
        return object(depth);
    }
  }

  Read scalar() {
    const auto& data = parser_.event().data.scalar;
    std::string anchor(text_of(data.anchor));
    std::string_view text(reinterpret_cast<const char*>(data.value), data.length);
    // libyaml takes the question mark as a part of the text; its older port ends the text there.
    bool ends_early = data.style == YAML_PLAIN_SCALAR_STYLE && flow_ > 0;
    if (ends_early && text.find('?') != std::string_view::npos)
      return tl::unexpected(problem("yaml: did not find expected ',' or '}'"));
    auto value = resolve_scalar(text_of(data.tag), text, data.plain_implicit != 0);
    if (!value) return tl::unexpected(problem(value.error()));
    value->at = here();
    return remember(anchor, *std::move(value));
  }

  Read alias() {
    std::string name(text_of(parser_.event().data.alias.anchor));
    auto found = anchors_.find(name);
    if (open_.contains(name))
      return tl::unexpected(problem(fmt::format("yaml: anchor '{}' value contains itself", name)));
    if (found == anchors_.end())
      return tl::unexpected(problem(fmt::format("yaml: unknown anchor '{}' referenced", name)));
    values_ += count(found->second);
    ConfigValue value = found->second;
    value.at = here();
    return value;
  }

  static std::size_t count(const ConfigValue& value) {
    std::size_t sum = 1;
    for (const ConfigValue& item : value.items) sum += count(item);
    for (const ConfigMember& member : value.members) sum += count(member.value);
    return sum;
  }

  Read remember(const std::string& anchor, ConfigValue value) {
    if (!anchor.empty()) {
      open_.erase(anchor);
      anchors_[anchor] = value;
    }
    return value;
  }

  Read list(int depth) {
    ConfigValue made;
    made.kind = Kind::list;
    made.at = here();
    std::string anchor(text_of(parser_.event().data.sequence_start.anchor));
    int flow = parser_.event().data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE ? 1 : 0;
    flow_ += flow;
    if (!anchor.empty()) open_.insert(anchor);
    while (true) {
      if (!parser_.next()) return tl::unexpected(syntax_problem());
      if (parser_.event().type == YAML_SEQUENCE_END_EVENT) break;
      auto item = value(depth + 1);
      if (!item) return item;
      made.items.push_back(*std::move(item));
    }
    flow_ -= flow;
    return remember(anchor, std::move(made));
  }

  Read object(int depth) {
    ConfigValue made;
    made.kind = Kind::object;
    made.at = here();
    std::string anchor(text_of(parser_.event().data.mapping_start.anchor));
    int flow = parser_.event().data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ? 1 : 0;
    flow_ += flow;
    if (!anchor.empty()) open_.insert(anchor);
    std::set<std::pair<bool, std::string>> seen;
    while (true) {
      if (!parser_.next()) return tl::unexpected(syntax_problem());
      if (parser_.event().type == YAML_MAPPING_END_EVENT) break;
      auto key = read_key(depth);
      if (!key) return tl::unexpected(key.error());
      auto item = next_value(depth + 1);
      if (!item) return item;
      if (!key->is_merge) {
        set(made, seen, *key, *std::move(item));
      } else if (!merge(made, seen, *item)) {
        return tl::unexpected(
            TextProblem{"yaml: map merge requires map or sequence of maps as the value", key->at});
      }
    }
    flow_ -= flow;
    // encoding/json writes the keys of a map in the order of their bytes.
    std::sort(made.members.begin(), made.members.end(),
              [](const ConfigMember& a, const ConfigMember& b) { return a.key < b.key; });
    return remember(anchor, std::move(made));
  }

  tl::expected<Key, TextProblem> read_key(int depth) {
    Key key;
    key.at = here();
    if (parser_.event().type == YAML_SCALAR_EVENT) {
      const auto& data = parser_.event().data.scalar;
      bool implicit = data.plain_implicit != 0 || text_of(data.tag) == "tag:yaml.org,2002:merge";
      key.is_merge = implicit && text_of(data.value) == "<<";
    }
    auto read = value(depth + 1);
    if (!read) return tl::unexpected(read.error());
    if (read->kind == Kind::list || read->kind == Kind::object)
      return tl::unexpected(TextProblem{"yaml: invalid map key", key.at});
    if (read->kind == Kind::null)
      return tl::unexpected(TextProblem{"unsupported map key of type: null", key.at});
    key.is_string = read->kind == Kind::string;
    key.text = read->kind == Kind::boolean ? (read->boolean ? "true" : "false") : read->text;
    return key;
  }

  void set(ConfigValue& into, std::set<std::pair<bool, std::string>>& seen, const Key& key,
           ConfigValue value) {
    auto same = [&](const ConfigMember& member) { return member.key == key.text; };
    if (!seen.emplace(key.is_string, key.text).second) {
      std::string shown = key.is_string ? go_quoted(key.text) : key.text;
      auto line =
          std::count(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(value.at), '\n') + 1;
      tree_.repeated.push_back({fmt::format("line {}: key {} already set in map", line, shown), key.at});
    }
    std::erase_if(into.members, same);
    into.members.push_back({key.text, key.at, std::move(value)});
  }

  // A merged key replaces an equal one that stands before it: go-yaml decodes one after the other.
  bool merge(ConfigValue& into, std::set<std::pair<bool, std::string>>& seen, const ConfigValue& from) {
    if (from.kind == Kind::object) {
      for (const ConfigMember& member : from.members)
        set(into, seen, {member.key, true, false, member.at}, member.value);
      return true;
    }
    if (from.kind != Kind::list) return false;
    return std::all_of(from.items.rbegin(), from.items.rend(), [&](const ConfigValue& item) {
      return item.kind == Kind::object && merge(into, seen, item);
    });
  }

  std::string_view bytes_;
  Parser parser_;
  CodePoints places_;
  ConfigTree tree_;
  std::map<std::string, ConfigValue> anchors_;
  std::set<std::string> open_;  // anchors whose value is being read
  std::size_t values_ = 0;
  int flow_ = 0;  // how many flow lists and mappings are open
};

}  // namespace

tl::expected<ConfigTree, TextProblem> read_yaml_tree(std::string_view bytes) {
  return YamlReader(bytes).read();
}

}  // namespace nightlatch::access
