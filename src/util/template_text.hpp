// Templates: texts with the names of values in them, such as @JOB@. A small one is filled at once. One that
// people may replace is read first, so that a name that nobody fills is found with its place.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/result.hpp"

namespace nightlatch {

// The template with each name replaced by its value. A value is not looked into again, so that it cannot
// bring in another one.
[[nodiscard]] std::string filled(std::string_view text,
                                 const std::vector<std::pair<std::string_view, std::string>>& values);

// A template of lines:
//   @NODE@                                  the value of that name
//   @each NODES@ … @end@                    its lines, once for each item of the list
//   @if WINDOW@ … @else@ … @end@            its lines, where there is such a value or the list has an item
//   @if not WINDOW@ … @end@
//   @@                                      an at sign
// What has a blank in it, @else@ and @end@ stand alone in their line, and leave no line.

// value: text within a line. block: stands alone in its line. list: has items, with names of their own.
enum class TemplateKind { value, block, list };

// One name that a template may use.
struct TemplateName {
  std::string_view name;
  TemplateKind kind;
  std::string_view of;     // the list within whose lines it is known; empty: everywhere
  std::string_view means;  // for who writes a template
};

struct TemplatePart {
  std::string text;  // the template's own, or a name
  bool is_name = false;
};

struct TemplateNode {
  enum class Kind { line, each, when, unless };
  Kind kind = Kind::line;
  std::vector<TemplatePart> line{};
  std::string name{};  // of the others: the list, or what the condition asks for
  std::vector<TemplateNode> body{};
  std::vector<TemplateNode> otherwise{};
};

// Error: bad_template, with its place: a name that is not among `names` or not known there, a directive that
// does not exist, does not stand alone or has no end. `file` is for messages.
[[nodiscard]] Result<std::vector<TemplateNode>> read_template(std::string_view text, std::string_view file,
                                                              std::span<const TemplateName> names);

// Values for the names of a template: those that are known everywhere, or those of one item.
template <class Value>
struct TemplateValues {
  std::map<std::string, Value, std::less<>> values{};
  std::map<std::string, std::vector<TemplateValues>, std::less<>> lists{};
};

// A part of a filled line: text of the template, or a value.
template <class Value>
struct FilledPart {
  std::string_view text{};
  const Value* value = nullptr;
};
template <class Value>
using FilledLine = std::vector<FilledPart<Value>>;

// Goes through a template with its values. Both must outlive the lines. Value has empty().
template <class Value>
class TemplateFilling {
 public:
  explicit TemplateFilling(const TemplateValues<Value>& values) : scopes_{&values} {}

  [[nodiscard]] std::vector<FilledLine<Value>> lines(const std::vector<TemplateNode>& nodes) {
    std::vector<FilledLine<Value>> out;
    add(nodes, out);
    return out;
  }

 private:
  void add(const std::vector<TemplateNode>& nodes, std::vector<FilledLine<Value>>& out) {
    for (const TemplateNode& node : nodes) {
      switch (node.kind) {
        case TemplateNode::Kind::line:
          out.push_back(line(node));
          break;
        case TemplateNode::Kind::each:
          each(node, out);
          break;
        case TemplateNode::Kind::when:
          add(has(node.name) ? node.body : node.otherwise, out);
          break;
        case TemplateNode::Kind::unless:
          add(has(node.name) ? node.otherwise : node.body, out);
          break;
      }
    }
  }
  FilledLine<Value> line(const TemplateNode& node) const {
    FilledLine<Value> out;
    for (const TemplatePart& part : node.line) {
      if (part.is_name) {
        if (const Value* value = value_of(part.text)) out.push_back({{}, value});
      } else {
        out.push_back({part.text, nullptr});
      }
    }
    return out;
  }
  void each(const TemplateNode& node, std::vector<FilledLine<Value>>& out) {
    const std::vector<TemplateValues<Value>>* items = list_of(node.name);
    if (items == nullptr) return;
    for (const TemplateValues<Value>& item : *items) {
      scopes_.push_back(&item);
      add(node.body, out);
      scopes_.pop_back();
    }
  }
  bool has(std::string_view name) const {
    const Value* value = value_of(name);
    const std::vector<TemplateValues<Value>>* items = list_of(name);
    return (value != nullptr && !value->empty()) || (items != nullptr && !items->empty());
  }
  // The innermost one of that name; nullptr: there is none, as for a value that this case does not have.
  const Value* value_of(std::string_view name) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      if (auto found = (*scope)->values.find(name); found != (*scope)->values.end()) return &found->second;
    }
    return nullptr;
  }
  const std::vector<TemplateValues<Value>>* list_of(std::string_view name) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      if (auto found = (*scope)->lists.find(name); found != (*scope)->lists.end()) return &found->second;
    }
    return nullptr;
  }

  std::vector<const TemplateValues<Value>*> scopes_;
};

}  // namespace nightlatch
