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
  if (text.format() == Format::json) {  // the kubelet's answer first: a JSON file is not YAML to it
    NL_ASSIGN(strict, second_read(text));
  }
  NL_ASSIGN(SpanTree tree, SpanTree::parse(text));
  NL_ASSIGN(Value value, value_of(tree, text));
  if (!strict) {
    NL_ASSIGN(strict, second_read(text));
  }
  if (value != *strict) {
    return fail(manifest_errors::readers_disagree,
                fmt::format("{}: two readers of {} understand it differently", file,
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
      return refuse(key.begin, 1, "a key that is no plain word");
    }
    if (key.value == "<<") return refuse(key.begin, 2, "a merge key");
  }
  return {};
}

namespace {

// What a plain scalar must not look like to be a string to the kubelet (YAML 1.1, as sigs.k8s.io/yaml).
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

  // A field that must be there, be written in place and be of this kind.
  Result<const SpanNode*> field(const SpanNode& parent, std::string_view key, SpanKind kind) {
    const SpanNode* node = parent.find(key);
    if (node == nullptr) {
      return fail(error(manifest_errors::wrong_shape, parent, fmt::format("no {} here", key)));
    }
    NL_TRY(check_in_place(text_, *node, key));
    if (node->kind != kind) {
      return fail(error(manifest_errors::wrong_shape, *node,
                        fmt::format("{} is no {}", key, kind == SpanKind::mapping ? "mapping" : "list")));
    }
    return node;
  }

  Status find_pod() {
    NL_TRY(check_in_place(text_, root_, "the document"));
    const SpanNode* kind = resolve(root_.find("kind"));
    if (root_.kind != SpanKind::mapping || kind == nullptr || kind->value != "Pod") {
      return fail(error(manifest_errors::not_a_pod, kind == nullptr ? root_ : *kind,
                        kind == nullptr || kind->kind != SpanKind::scalar
                            ? "expected kind: Pod, found none"
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
    std::vector<Word> places = words_of(container);
    std::vector<std::string> words = texts_of(places);
    Program program = find_program(words);
    switch (program.kind) {
      case Program::Kind::none:
        return {};
      case Program::Kind::shell:
        shell_ = places.front();
        return {};
      case Program::Kind::unknown_wrapper:
        wrapper_ = places.front();
        return {};
      case Program::Kind::api_server:
        break;
    }
    if (found_.container != nullptr) {
      return fail(
          error(manifest_errors::several_api_servers, node, "a second container that runs kube-apiserver"));
    }
    NL_TRY(check_in_place(text_, node, "the kube-apiserver container"));
    found_.container = &node;
    found_.places = std::move(places);
    found_.words = std::move(words);
    found_.program = program;
    return {};
  }

  Status check_found() const {
    if (found_.container != nullptr) return {};
    if (shell_) {
      return fail(error(manifest_errors::shell_command, shell_->node(),
                        "kube-apiserver is started by a shell; its flags are inside a script"));
    }
    if (wrapper_) {
      return fail(error(manifest_errors::unknown_wrapper, wrapper_->node(),
                        fmt::format("{:?} starts kube-apiserver, and what it does to the flags is not known",
                                    wrapper_->node().value)));
    }
    return fail(
        error(manifest_errors::no_api_server, *found_.containers, "no container here runs kube-apiserver"));
  }

  Status check_words() const {
    for (std::string_view key : {"command", "args"}) {
      const SpanNode* list = found_.container->find(key);
      if (list == nullptr) continue;
      NL_TRY(check_in_place(text_, *list, key));
      if (list->kind != SpanKind::sequence && !is_null(*list)) {
        return fail(error(manifest_errors::wrong_shape, *list, fmt::format("{} is no list", key)));
      }
    }
    for (const Word& word : found_.places) {
      NL_TRY(check_in_place(text_, word.node(), "a word of the command line"));
      if (word.node().kind != SpanKind::scalar || !reads_as_string(word.node())) {
        return fail(error(manifest_errors::wrong_shape, word.node(),
                          "a word of the command line is no string; the kubelet refuses this pod"));
      }
    }
    return {};
  }

  // A variable is one word and stays one: it hides a flag only where it is, or begins, the word, and a
  // decision only where it is the value of a flag that decides.
  Status check_variables() const {
    constexpr std::array<std::string_view, 6> deciding{"anonymous-auth",   "authentication-config",
                                                       "feature-gates",    "authorization-mode",
                                                       "emulated-version", "secure-port"};
    for (const ParsedFlag& flag : found_.argv.flags) {
      bool decides = std::find(deciding.begin(), deciding.end(), flag.name) != deciding.end();
      if (expands_variable(flag.name) || (decides && flag.value && expands_variable(*flag.value))) {
        return fail(error(manifest_errors::hidden_by_variable, found_.places[flag.word].node(),
                          fmt::format("what {:?} says depends on a variable", found_.words[flag.word])));
      }
    }
    for (const ArgvProblem& problem : found_.argv.problems) {
      const std::string& word = found_.words[problem.word];
      if (!expands_variable(word)) continue;
      return fail(error(manifest_errors::hidden_by_variable, found_.places[problem.word].node(),
                        fmt::format("{:?} may stand for any flag", word)));
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
