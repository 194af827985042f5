#include "manifest/document.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "manifest/errors.hpp"

namespace nightlatch::manifest {

Result<Document> Document::read(std::string_view bytes, std::string_view file) {
  NL_ASSIGN(SourceText text, SourceText::read(bytes, file));
  std::optional<Value> strict;
  if (text.format() == Format::json) {  // first, for its message: to the kubelet such a file is not YAML
    NL_ASSIGN(strict, second_read(text));
  }
  NL_ASSIGN(SpanTree tree, SpanTree::parse(text));
  NL_ASSIGN(Value value, value_of(tree, text));
  if (!strict) {
    NL_ASSIGN(strict, second_read(text));
  }
  if (value != *strict) {
    return fail(manifest_errors::readers_disagree,
                fmt::format("{}: two independent {} readers read this file differently", file,
                            text.format() == Format::json ? "JSON" : "YAML"));
  }
  return Document{std::move(text), std::move(tree), std::move(value)};
}

Status check_in_place(const SourceText& text, const SpanNode& node, std::string_view what) {
  auto refuse = [&](std::size_t at, std::size_t width, std::string_view found) -> Status {
    return fail(text.error(manifest_errors::indirection, at,
                           fmt::format("{}: {} is written with {}", text.file(), what, found), width));
  };
  if (node.kind == SpanKind::alias) return refuse(node.begin, node.end - node.begin, "an alias");
  if (!node.anchor.empty()) return refuse(node.begin, node.anchor.size() + 1, "an anchor");
  if (!node.tag.empty()) return refuse(node.begin, 1, "a tag");
  if (node.kind != SpanKind::mapping) return {};
  for (std::size_t i = 0; i < node.entries(); ++i) {
    const SpanNode& key = node.key(i);
    if (key.kind != SpanKind::scalar || !key.anchor.empty() || !key.tag.empty()) {
      return refuse(key.begin, 1, "a key that is not a plain scalar");
    }
    if (key.value == "<<") return refuse(key.begin, 2, "a merge key");
  }
  return {};
}

namespace {

// Whether the kubelet decodes this scalar as a string: sigs.k8s.io/yaml reads a plain scalar by YAML 1.1,
// where a bool, a null or a number is none.
bool reads_as_string(const SpanNode& node) {
  if (node.style != SpanStyle::plain) return true;
  if (is_null(node)) return false;
  constexpr std::array<std::string_view, 22> bools{
      "true", "True", "TRUE", "false", "False", "FALSE", "yes", "Yes", "YES", "no", "No",
      "NO",   "on",   "On",   "ON",    "off",   "Off",   "OFF", "y",   "Y",   "n",  "N"};
  if (std::find(bools.begin(), bools.end(), node.value) != bools.end()) return false;
  std::string_view digits = node.value;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.starts_with('.')) digits.remove_prefix(1);
  return digits.empty() || digits[0] < '0' || digits[0] > '9' ||
         digits.find_first_not_of("0123456789abcdefABCDEFxXoO_.+-:eE") != std::string_view::npos;
}

class Dissector {
 public:
  explicit Dissector(const Document& document) : text_(document.text), root_(document.tree.root()) {}

  Result<Anatomy> dissect() {
    NL_TRY(find_pod());
    for (const SpanNode* container : found_.containers->children) {
      NL_TRY(look_at(*container));
    }
    NL_TRY(check_found());
    NL_TRY(check_words());
    found_.argv = parse_argv(found_.words, found_.program.first_flag);
    NL_TRY(check_variables());
    return std::move(found_);
  }

 private:
  Error error(const ErrorCode& code, const SpanNode& at, std::string_view message) const {
    std::size_t width = at.kind == SpanKind::scalar || at.kind == SpanKind::alias ? at.end - at.begin : 1;
    return text_.error(code, at.begin, fmt::format("{}: {}", text_.file(), message), width);
  }

  // A field that the pod must have, written in place and of this kind.
  Result<const SpanNode*> field(const SpanNode& parent, std::string_view key, SpanKind kind) {
    const SpanNode* node = parent.find(key);
    if (node == nullptr) {
      return fail(
          error(manifest_errors::wrong_shape, parent, fmt::format("the field {} is missing here", key)));
    }
    NL_TRY(check_in_place(text_, *node, key));
    if (node->kind != kind) {
      return fail(error(manifest_errors::wrong_shape, *node,
                        fmt::format("{} must be a {}", key, kind == SpanKind::mapping ? "mapping" : "list")));
    }
    return node;
  }

  Status find_pod() {
    NL_TRY(check_in_place(text_, root_, "the document"));
    const SpanNode* kind = resolve(root_.find("kind"));
    if (root_.kind != SpanKind::mapping || kind == nullptr || kind->value != "Pod") {
      return fail(error(manifest_errors::not_a_pod, kind == nullptr ? root_ : *kind,
                        kind == nullptr || kind->kind != SpanKind::scalar
                            ? "expected kind: Pod, found no kind"
                            : fmt::format("expected kind: Pod, found {:?}", kind->value)));
    }
    const SpanNode* version = resolve(root_.find("apiVersion"));
    if (version == nullptr || version->value != "v1") {
      return fail(error(manifest_errors::not_a_pod, version == nullptr ? root_ : *version,
                        "expected apiVersion: v1"));
    }
    found_.pod = &root_;
    NL_ASSIGN(found_.spec, field(root_, "spec", SpanKind::mapping));
    NL_ASSIGN(found_.containers, field(*found_.spec, "containers", SpanKind::sequence));
    return {};
  }

  static std::vector<Word> words_of(const SpanNode& container) {
    std::vector<Word> words;
    for (std::string_view key : {"command", "args"}) {
      const SpanNode* list = resolve(container.find(key));
      if (list == nullptr || list->kind != SpanKind::sequence) continue;
      for (std::size_t i = 0; i < list->children.size(); ++i) words.push_back({list, i});
    }
    return words;
  }

  static std::vector<std::string> texts_of(const std::vector<Word>& words) {
    std::vector<std::string> texts;
    for (const Word& word : words) {
      const SpanNode* node = resolve(&word.node());
      texts.push_back(node->kind == SpanKind::scalar ? node->value : std::string());
    }
    return texts;
  }

  Status look_at(const SpanNode& node) {
    const SpanNode& container = *resolve(&node);
    std::vector<Word> positions = words_of(container);
    std::vector<std::string> words = texts_of(positions);
    Program program = find_program(words);
    switch (program.kind) {
      case Program::Kind::none:
        return {};
      case Program::Kind::shell:
        shell_ = positions.front();
        return {};
      case Program::Kind::unknown_wrapper:
        wrapper_ = positions.front();
        return {};
      case Program::Kind::api_server:
        break;
    }
    if (found_.container != nullptr) {
      return fail(error(manifest_errors::several_api_servers, node,
                        "this is the second container that runs kube-apiserver"));
    }
    NL_TRY(check_in_place(text_, node, "the kube-apiserver container"));
    found_.container = &node;
    found_.positions = std::move(positions);
    found_.words = std::move(words);
    found_.program = program;
    return {};
  }

  Status check_found() const {
    if (found_.container != nullptr) return {};
    if (shell_) {
      return fail(error(manifest_errors::shell_command, shell_->node(),
                        "a shell starts kube-apiserver, so nightlatch cannot read its flags"));
    }
    if (wrapper_) {
      return fail(error(
          manifest_errors::unknown_wrapper, wrapper_->node(),
          fmt::format("{:?} starts kube-apiserver, and nightlatch does not know what it does to the flags",
                      wrapper_->node().value)));
    }
    return fail(error(manifest_errors::no_api_server, *found_.containers,
                      "none of these containers runs kube-apiserver"));
  }

  // `- --name=value:` and `- --name: value` are mappings to YAML, and `- 12` is a number.
  Error not_a_string(const SpanNode& item) const {
    if (item.kind == SpanKind::scalar) {
      Error refusal =
          error(manifest_errors::wrong_shape, item,
                fmt::format("YAML reads {} in the command line as a number, a bool or null, not as a string",
                            item.value.empty() ? "an empty item" : item.value));
      refusal.next = fmt::format("put quotes around the item: - \"{}\"", item.value);
      return refusal;
    }
    bool one_pair = item.kind == SpanKind::mapping && item.style == SpanStyle::block && item.entries() == 1 &&
                    item.key(0).style == SpanStyle::plain && item.value_at(0).kind == SpanKind::scalar;
    if (!one_pair) {
      return error(manifest_errors::wrong_shape, item,
                   fmt::format("an item of the command line is a {}, not a string",
                               item.kind == SpanKind::mapping ? "mapping" : "list"));
    }
    bool ends_in_colon = is_null(item.value_at(0)) && item.value_at(0).value.empty();
    std::string flag = ends_in_colon ? item.key(0).value + ":"
                                     : fmt::format("{}: {}", item.key(0).value, item.value_at(0).value);
    Error refusal = error(
        manifest_errors::wrong_shape, item,
        ends_in_colon
            ? fmt::format("YAML reads `{}` as a mapping, because it ends in a colon", flag)
            : fmt::format("YAML reads `{}` as a mapping, because it contains a colon and a blank", flag));
    refusal.place->width = std::max<std::size_t>(flag.size(), 1);
    refusal.next = flag.find_first_of("\"\\") == std::string::npos
                       ? fmt::format("put quotes around the item: - \"{}\"", flag)
                       : "put single quotes around the item";
    return refusal;
  }

  Status check_words() const {
    for (std::string_view key : {"command", "args"}) {
      const SpanNode* list = found_.container->find(key);
      if (list == nullptr) continue;
      NL_TRY(check_in_place(text_, *list, key));
      if (list->kind != SpanKind::sequence && !is_null(*list)) {
        return fail(error(manifest_errors::wrong_shape, *list, fmt::format("{} must be a list", key)));
      }
    }
    for (const Word& word : found_.positions) {
      NL_TRY(check_in_place(text_, word.node(), "an item of the command line"));
      if (word.node().kind != SpanKind::scalar || !reads_as_string(word.node()))
        return fail(not_a_string(word.node()));
    }
    return {};
  }

  // The kubelet expands a variable inside one item of the command line, and the result stays one item. So a
  // variable can hide a flag only where the item is the variable or begins with it; and it matters in a value
  // only where the flag decides the exposure.
  Status check_variables() const {
    constexpr std::array<std::string_view, 6> deciding{"anonymous-auth",   "authentication-config",
                                                       "feature-gates",    "authorization-mode",
                                                       "emulated-version", "secure-port"};
    for (const ParsedFlag& flag : found_.argv.flags) {
      bool decides = std::find(deciding.begin(), deciding.end(), flag.name) != deciding.end();
      if (expands_variable(flag.name) || (decides && flag.value && expands_variable(*flag.value))) {
        return fail(error(manifest_errors::hidden_by_variable, found_.positions[flag.word].node(),
                          fmt::format("the value of {:?} depends on a variable", found_.words[flag.word])));
      }
    }
    for (const ArgvProblem& problem : found_.argv.problems) {
      const std::string& word = found_.words[problem.word];
      if (!expands_variable(word)) continue;
      return fail(error(manifest_errors::hidden_by_variable, found_.positions[problem.word].node(),
                        fmt::format("{:?} contains a variable and may expand to any flag", word)));
    }
    return {};
  }

  const SourceText& text_;
  const SpanNode& root_;
  Anatomy found_;
  std::optional<Word> shell_;
  std::optional<Word> wrapper_;
};

}  // namespace

Result<Anatomy> dissect(const Document& document) {
  return Dissector(document).dissect();
}

}  // namespace nightlatch::manifest
