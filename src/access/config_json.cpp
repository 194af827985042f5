// The JSON half of config_tree.hpp, with the words of the scanner of encoding/json.
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "access/config_tree.hpp"
#include "access/go_text.hpp"

namespace nightlatch::access {
namespace {

using Kind = ConfigValue::Kind;
using Read = tl::expected<ConfigValue, TextProblem>;
using Done = tl::expected<void, TextProblem>;

class JsonReader {
 public:
  explicit JsonReader(std::string_view bytes, std::size_t at = 0) : bytes_(bytes), at_(at) {}

  Read read_value() { return value(0); }
  [[nodiscard]] std::size_t at() const { return at_; }

  tl::expected<ConfigTree, TextProblem> read() {
    ConfigTree tree;
    auto root = value(0);
    if (!root) return tl::unexpected(root.error());
    skip_space();
    if (at_ != bytes_.size()) return tl::unexpected(unexpected("after top-level value"));
    tree.root = *std::move(root);
    return tree;
  }

 private:
  void skip_space() {
    while (at_ < bytes_.size() && std::string_view(" \t\r\n").find(bytes_[at_]) != std::string_view::npos)
      ++at_;
  }
  bool is(char c) const { return at_ < bytes_.size() && bytes_[at_] == c; }
  bool is_digit() const { return at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '9'; }

  TextProblem unexpected(std::string_view where) const {
    if (at_ >= bytes_.size()) return {"unexpected end of JSON input", bytes_.size()};
    char c = bytes_[at_];
    std::string latin1;  // quoteChar turns one byte into one code point
    append_utf8(latin1, static_cast<unsigned char>(c));
    std::string shown = go_quoted(latin1);
    shown = shown.substr(1, shown.size() - 2);
    if (c == '\'') shown = "\\'";
    if (c == '"') shown = "\"";
    return {fmt::format("invalid character '{}' {}", shown, where), at_};
  }

  Read value(int depth) {
    skip_space();
    if (depth > deepest_config_tree) return tl::unexpected(TextProblem{"exceeded max depth", at_});
    ConfigValue made;
    made.at = at_;
    if (is('{')) return object(std::move(made), depth);
    if (is('[')) return list(std::move(made), depth);
    if (is('"')) {
      made.kind = Kind::string;
      if (auto done = string(made.text); !done) return tl::unexpected(done.error());
      return made;
    }
    if (is('-') || is_digit()) return number(std::move(made));
    return literal(std::move(made));
  }

  Read literal(ConfigValue made) {
    std::string_view word;
    if (is('t')) word = "true";
    if (is('f')) word = "false";
    if (is('n')) word = "null";
    if (word.empty()) return tl::unexpected(unexpected("looking for beginning of value"));
    for (std::size_t i = 0; i < word.size(); ++i, ++at_) {
      if (is(word[i])) continue;
      return tl::unexpected(unexpected(fmt::format("in literal {} (expecting '{}')", word, word[i])));
    }
    made.kind = word == "null" ? Kind::null : Kind::boolean;
    made.boolean = word == "true";
    return made;
  }

  Read number(ConfigValue made) {
    std::size_t begin = at_;
    if (is('-')) ++at_;
    if (!is_digit()) return tl::unexpected(unexpected("in numeric literal"));
    if (is('0')) {
      ++at_;
    } else {
      while (is_digit()) ++at_;
    }
    if (is('.')) {
      ++at_;
      if (!is_digit()) return tl::unexpected(unexpected("after decimal point in numeric literal"));
      while (is_digit()) ++at_;
    }
    if (is('e') || is('E')) {
      ++at_;
      if (is('+') || is('-')) ++at_;
      if (!is_digit()) return tl::unexpected(unexpected("in exponent of numeric literal"));
      while (is_digit()) ++at_;
    }
    made.kind = Kind::number;
    made.text = bytes_.substr(begin, at_ - begin);
    return made;
  }

  // Four hex digits of \u; at_ stands behind them.
  tl::expected<char32_t, TextProblem> hex_digits() {
    char32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      constexpr std::string_view digits = "0123456789abcdef";
      char c = at_ < bytes_.size() ? bytes_[at_] : '\0';
      if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
      std::size_t digit = digits.find(c);
      if (digit == std::string_view::npos)
        return tl::unexpected(unexpected("in \\u hexadecimal character escape"));
      value = value * 16 + static_cast<char32_t>(digit);
    }
    return value;
  }

  Done escape(std::string& text) {
    ++at_;
    constexpr std::string_view letters = "bfnrt\\/\"";
    constexpr std::string_view meant = "\b\f\n\r\t\\/\"";
    if (is('u')) {
      ++at_;
      auto first = hex_digits();
      if (!first) return tl::unexpected(first.error());
      char32_t code_point = *first;
      bool high = code_point >= 0xD800 && code_point < 0xDC00;
      if (high && bytes_.substr(at_, 2) == "\\u") {
        std::size_t behind = at_;
        at_ += 2;
        auto second = hex_digits();
        if (!second) return tl::unexpected(second.error());
        if (*second >= 0xDC00 && *second < 0xE000) {
          code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (*second - 0xDC00);
        } else {
          at_ = behind;  // a high surrogate alone is U+FFFD
        }
      }
      append_utf8(text, code_point);
      return {};
    }
    std::size_t letter = at_ < bytes_.size() ? letters.find(bytes_[at_]) : std::string_view::npos;
    if (letter == std::string_view::npos) return tl::unexpected(unexpected("in string escape code"));
    text += meant[letter];
    ++at_;
    return {};
  }

  Done string(std::string& text) {
    std::string raw;
    for (++at_; !is('"');) {
      if (at_ >= bytes_.size() || static_cast<unsigned char>(bytes_[at_]) < 0x20)
        return tl::unexpected(unexpected("in string literal"));
      if (!is('\\')) {
        raw += bytes_[at_++];
        continue;
      }
      text += valid_utf8(raw);
      raw.clear();
      if (auto done = escape(text); !done) return done;
    }
    text += valid_utf8(raw);
    ++at_;
    return {};
  }

  Read list(ConfigValue made, int depth) {
    made.kind = Kind::list;
    ++at_;
    skip_space();
    while (!is(']')) {
      auto item = value(depth + 1);
      if (!item) return item;
      made.items.push_back(*std::move(item));
      skip_space();
      if (is(']')) break;
      if (!is(',')) return tl::unexpected(unexpected("after array element"));
      ++at_;
      skip_space();
      if (is(']')) return tl::unexpected(unexpected("looking for beginning of value"));
    }
    ++at_;
    return made;
  }

  Read object(ConfigValue made, int depth) {
    made.kind = Kind::object;
    ++at_;
    skip_space();
    while (!is('}')) {
      ConfigMember member;
      member.at = at_;
      if (!is('"')) return tl::unexpected(unexpected("looking for beginning of object key string"));
      if (auto done = string(member.key); !done) return tl::unexpected(done.error());
      skip_space();
      if (!is(':')) return tl::unexpected(unexpected("after object key"));
      ++at_;
      auto item = value(depth + 1);
      if (!item) return item;
      member.value = *std::move(item);
      made.members.push_back(std::move(member));
      skip_space();
      if (is('}')) break;
      if (!is(',')) return tl::unexpected(unexpected("after object key:value pair"));
      ++at_;
      skip_space();
      if (is('}')) return tl::unexpected(unexpected("looking for beginning of object key string"));
    }
    ++at_;
    return made;
  }

  std::string_view bytes_;
  std::size_t at_;
};

// A number that json.Marshal cannot write, which YAML allows.
const ConfigValue* unwritable(const ConfigValue& value) {
  if (value.kind == Kind::number && value.text.find_first_of("IN") != std::string::npos) return &value;
  for (const ConfigValue& item : value.items) {
    if (const ConfigValue* found = unwritable(item)) return found;
  }
  for (const ConfigMember& member : value.members) {
    if (const ConfigValue* found = unwritable(member.value)) return found;
  }
  return nullptr;
}

}  // namespace

tl::expected<ConfigTree, TextProblem> read_json_tree(std::string_view bytes) {
  auto tree = JsonReader(bytes).read();
  if (tree) return tree;
  return tl::unexpected(
      TextProblem{"couldn't get version/kind; json parse error: " + tree.error().words, tree.error().at});
}

tl::expected<ConfigValue, TextProblem> read_json_value(std::string_view bytes, std::size_t& at) {
  JsonReader reader(bytes, at);
  auto value = reader.read_value();
  at = reader.at();
  return value;
}

tl::expected<ConfigTree, TextProblem> read_config_tree(std::string_view bytes) {
  // utilyaml.IsJSONBuffer, which knows the white space of unicode.IsSpace.
  std::size_t first = bytes.find_first_not_of(" \t\n\v\f\r");
  if (first != std::string_view::npos && bytes[first] == '{') return read_json_tree(bytes);
  auto tree = read_yaml_tree(bytes);
  if (!tree) return tree;
  if (const ConfigValue* found = unwritable(tree->root))
    return tl::unexpected(TextProblem{"json: unsupported value: " + found->text, found->at});
  return tree;
}

}  // namespace nightlatch::access
