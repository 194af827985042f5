// The tree that kube-apiserver decodes a configuration file into before it looks at any type, with the place
// of every value. Text that begins with { is JSON, anything else YAML, as the recognizer of apimachinery
// decides.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace nightlatch::access {

// What a server says about a text, and the byte that it is about.
struct TextProblem {
  std::string words;
  std::size_t at = 0;

  bool operator==(const TextProblem&) const = default;
};

struct ConfigMember;

struct ConfigValue {
  enum class Kind { null, boolean, number, string, list, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::string text;                   // of a string; of a number as it is written
  std::vector<ConfigValue> items;     // of a list
  std::vector<ConfigMember> members;  // of an object, in the order in which kube-apiserver decodes them
  std::size_t at = 0;                 // offset of its first byte
};

struct ConfigMember {
  std::string key;
  std::size_t at = 0;
  ConfigValue value;
};

struct ConfigTree {
  ConfigValue root;  // null for an empty document
  std::vector<TextProblem>
      repeated;  // keys of YAML that are written twice, without "yaml: unmarshal errors:"
};

// Reads the first document, as sigs.k8s.io/yaml (a port of libyaml) and encoding/json do; the last of equal
// YAML keys counts. Error: the words of these libraries.
[[nodiscard]] tl::expected<ConfigTree, TextProblem> read_config_tree(std::string_view bytes);

// The two halves of read_config_tree.
[[nodiscard]] tl::expected<ConfigTree, TextProblem> read_yaml_tree(std::string_view bytes);
[[nodiscard]] tl::expected<ConfigTree, TextProblem> read_json_tree(std::string_view bytes);

// The JSON value at `at`, which moves behind it: for a reader that takes a long document piece by piece.
// White space before the value is skipped. Error: the words of encoding/json.
[[nodiscard]] tl::expected<ConfigValue, TextProblem> read_json_value(std::string_view bytes, std::size_t& at);

// Deeper nesting is refused by both readers. kube-apiserver allows more, and refuses such a file for its
// fields.
inline constexpr int deepest_config_tree = 500;

}  // namespace nightlatch::access
