#include "manifest/authentication_edit.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "manifest/document.hpp"
#include "manifest/errors.hpp"
#include "manifest/seal.hpp"
#include "manifest/sequence_edit.hpp"
#include "util/text.hpp"

namespace nightlatch::manifest {
namespace {

std::string scalar_at(const SpanNode& node, std::string_view key) {
  const SpanNode* mapping = resolve(&node);
  const SpanNode* found = mapping == nullptr ? nullptr : resolve(mapping->find(key));
  return found != nullptr && found->kind == SpanKind::scalar ? found->value : std::string();
}

bool is_enabled(const Value& anonymous) {
  const Value* enabled = anonymous.find("enabled");
  return enabled != nullptr && !enabled->quoted && enabled->text == "true";
}

// `anonymous` opens exactly these paths; none: it opens every path, which it also does where it is absent.
bool is_wanted(const Value* anonymous, const std::vector<std::string>& paths) {
  if (paths.empty()) return anonymous == nullptr || (anonymous->items.size() == 2 && is_enabled(*anonymous));
  if (anonymous == nullptr || anonymous->items.size() != 4) return false;
  const Value* conditions = anonymous->find("conditions");
  if (!is_enabled(*anonymous) || conditions == nullptr) return false;
  std::vector<std::string> found;
  for (const Value& condition : conditions->items) {
    const Value* path = condition.find("path");
    if (path == nullptr || condition.items.size() != 2) return false;
    found.push_back(path->text);
  }
  std::sort(found.begin(), found.end());
  return found == paths;
}

std::vector<Value> items_of(const Value* list) {
  return list == nullptr ? std::vector<Value>() : list->items;
}

class AuthenticationEditor {
 public:
  AuthenticationEditor(const Document& document, const AuthenticationIntent& intent)
      : text_(document.text), root_(document.tree.root()), value_(document.value), intent_(intent) {}

  Result<std::vector<Splice>> edit() {
    NL_TRY(check_in_place(text_, root_, "the document"));
    if (!intent_.jwt_item.empty()) NL_TRY(add_jwt());
    if (!is_wanted(value_.find("anonymous"), intent_.paths)) NL_TRY(set_anonymous());
    append_tail();
    std::stable_sort(splices_.begin(), splices_.end(), [](const Splice& a, const Splice& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    return std::move(splices_);
  }

 private:
  Error layout(const SpanNode& node, std::string_view problem) const {
    return text_.error(manifest_errors::layout, node.begin, fmt::format("{}: {}", text_.file(), problem));
  }

  bool json() const { return text_.format() == Format::json; }
  std::string key(std::string_view name) const {
    return json() ? fmt::format("\"{}\"", name) : std::string(name);
  }
  std::string word(std::string_view value, Context context) const {
    return render_scalar(value, json() ? SpanStyle::double_quoted : SpanStyle::plain, context);
  }

  void splice(std::size_t begin, std::size_t end, std::string text, std::string reason) {
    splices_.push_back({begin, end, std::move(text), std::move(reason)});
  }

  // --- pieces of text ------------------------------------------------------------------------------------

  std::string flow_condition(const std::string& path) const {
    return fmt::format("{{{}: {}}}", key("path"), word(path, Context::flow));
  }

  std::string flow_conditions() const {
    std::vector<std::string> items;
    for (const std::string& path : intent_.paths) items.push_back(flow_condition(path));
    return "[" + join(items, ", ") + "]";
  }

  std::string flow_section() const {
    return fmt::format("{{{}: true, {}: {}}}", key("enabled"), key("conditions"), flow_conditions());
  }

  std::string block_conditions(std::size_t column, std::string_view eol) const {
    std::string out = "conditions:";
    for (const std::string& path : intent_.paths) {
      out += fmt::format("{}{}- path: {}", eol, std::string(column, ' '), word(path, Context::block));
    }
    return out;
  }

  // Appends new sections to a block document. Where its last line has no end of line, it gets one.
  void append_tail() {
    if (tail_.empty()) return;
    std::size_t end = text_.bytes().size();
    std::string_view eol = text_.end_of_line(0);
    std::string out = text_.bytes().ends_with('\n') ? std::string() : std::string(eol);
    for (char c : tail_) out += c == '\n' ? std::string(eol) : std::string(1, c);
    splice(end, end, std::move(out), "add " + join(tail_reasons_, " and "));
  }

  // --- jwt -----------------------------------------------------------------------------------------------

  Status add_jwt() {
    const std::string reason = "add the authenticator of --oidc-*";
    const SpanNode* jwt = root_.find("jwt");
    if (jwt == nullptr && root_.style == SpanStyle::block) {
      tail_ += "jwt:\n" + intent_.jwt_item;
      tail_reasons_.emplace_back("jwt");
      return {};
    }
    if (jwt != nullptr) NL_TRY(check_in_place(text_, *jwt, "jwt"));
    bool block = jwt != nullptr && jwt->style == SpanStyle::block && !jwt->children.empty();
    if (!block) return fail(layout(jwt == nullptr ? root_ : *jwt, "jwt is not a list in block style"));
    const SpanNode& last = *jwt->children.back();
    std::size_t first = jwt->children.front()->begin;
    std::size_t dash = text_.slice(text_.line_begin(first), first).find('-');
    std::size_t at = content_line_end(text_, last);
    std::string_view eol = text_.end_of_line(last.begin);
    std::string lines;
    for (const std::string& line : split(trim_end(intent_.jwt_item), '\n')) {
      lines += line.empty() ? std::string(eol) : fmt::format("{}{}{}", eol, std::string(dash, ' '), line);
    }
    splice(at, at, std::move(lines), reason);
    return {};
  }

  static std::string_view trim_end(std::string_view text) {
    while (text.ends_with('\n')) text.remove_suffix(1);
    return text;
  }

  // --- anonymous -----------------------------------------------------------------------------------------

  Status set_anonymous() {
    const SpanNode* anonymous = root_.find("anonymous");
    if (anonymous == nullptr) return add_anonymous();
    NL_TRY(check_in_place(text_, *anonymous, "anonymous"));
    if (intent_.paths.empty()) return open_every_path(*anonymous);
    if (anonymous->kind != SpanKind::mapping || anonymous->children.empty()) {
      std::string gap = anonymous->begin == anonymous->end ? " " : "";
      splice(anonymous->begin, anonymous->end, gap + flow_section(), "set anonymous");
      return {};
    }
    NL_TRY(set_enabled(*anonymous));
    return set_conditions(*anonymous);
  }

  // The conditions go, and with them the comments between their lines.
  Status open_every_path(const SpanNode& anonymous) {
    bool is_block = anonymous.kind == SpanKind::mapping && anonymous.style == SpanStyle::block;
    std::string entry = key("enabled") + ": true";
    std::string gap = anonymous.begin == anonymous.end ? " " : "";
    std::size_t end = is_block ? content_line_end(text_, anonymous) : anonymous.end;
    splice(anonymous.begin, end, is_block ? entry : gap + "{" + entry + "}", "open every path");
    return {};
  }

  Status add_anonymous() {
    if (root_.style == SpanStyle::flow) {
      std::size_t at = root_.children.back()->end;
      splice(at, at, fmt::format(", {}: {}", key("anonymous"), flow_section()), "add anonymous");
      return {};
    }
    tail_ += "anonymous:\n  enabled: true\n  " + block_conditions(2, "\n") + "\n";
    tail_reasons_.emplace_back("anonymous");
    return {};
  }

  std::size_t column_of(const SpanNode& node) const { return node.begin - text_.line_begin(node.begin); }

  Status set_enabled(const SpanNode& anonymous) {
    if (const SpanNode* enabled = anonymous.find("enabled")) {
      NL_TRY(check_in_place(text_, *enabled, "anonymous.enabled"));
      if (enabled->value == "true" && enabled->style == SpanStyle::plain) return {};
      std::string gap = enabled->begin == enabled->end ? " " : "";
      splice(enabled->begin, enabled->end, gap + "true", "set anonymous.enabled");
      return {};
    }
    const SpanNode& first = anonymous.key(0);
    std::string gap = anonymous.style == SpanStyle::flow
                          ? ", "
                          : std::string(text_.end_of_line(first.begin)) + std::string(column_of(first), ' ');
    splice(first.begin, first.begin, key("enabled") + ": true" + gap, "set anonymous.enabled");
    return {};
  }

  Status set_conditions(const SpanNode& anonymous) {
    const SpanNode* conditions = anonymous.find("conditions");
    if (conditions == nullptr) {
      const SpanNode& last = anonymous.value_at(anonymous.entries() - 1);
      bool flow = anonymous.style == SpanStyle::flow;
      std::size_t at = flow ? last.end : text_.line_end(last.end);
      std::size_t column = flow ? 0 : column_of(anonymous.key(0));
      std::string_view eol = text_.end_of_line(last.begin);
      splice(at, at,
             flow ? fmt::format(", {}: {}", key("conditions"), flow_conditions())
                  : fmt::format("{}{}{}", eol, std::string(column, ' '), block_conditions(column, eol)),
             "set anonymous.conditions");
      return {};
    }
    NL_TRY(check_in_place(text_, *conditions, "anonymous.conditions"));
    if (conditions->kind == SpanKind::sequence && !conditions->children.empty())
      return edit_conditions(*conditions);
    std::string gap = conditions->begin == conditions->end ? " " : "";
    splice(conditions->begin, conditions->end, gap + flow_conditions(), "set anonymous.conditions");
    return {};
  }

  // Conditions that stay keep their lines. Where none stays, the path of the first one is replaced.
  Status edit_conditions(const SpanNode& list) {
    std::set<std::string> missing(intent_.paths.begin(), intent_.paths.end());
    std::set<std::size_t> leaving;
    std::size_t anchor = list.children.size();
    for (std::size_t i = 0; i < list.children.size(); ++i) {
      NL_TRY(check_in_place(text_, *list.children[i], "a condition"));
      if (missing.erase(scalar_at(*list.children[i], "path")) > 0) {
        anchor = i;
      } else {
        leaving.insert(i);
      }
    }
    if (anchor == list.children.size()) {
      anchor = 0;
      leaving.erase(0);
      NL_TRY(change_path(*list.children[0], *missing.begin()));
      missing.erase(missing.begin());
    }
    for (const std::string& path : missing) {
      NewNode item;
      item.fields = {{.key = "path", .scalar = path}};
      NL_ASSIGN(Splice added,
                insert_item(text_, list, anchor, Side::after, item, fmt::format("open {}", path)));
      splices_.push_back(std::move(added));
    }
    if (leaving.empty()) return {};
    NL_ASSIGN(std::vector<Splice> cuts, erase_items(text_, list, leaving, "shut other paths"));
    std::move(cuts.begin(), cuts.end(), std::back_inserter(splices_));
    return {};
  }

  Status change_path(const SpanNode& condition, const std::string& path) {
    const SpanNode* node = condition.find("path");
    if (node == nullptr) return fail(layout(condition, "this condition has no path"));
    NL_TRY(check_in_place(text_, *node, "a path"));
    splice(node->begin, node->end, render_scalar(path, node->style, Context::flow),
           fmt::format("open {}", path));
    return {};
  }

  const SourceText& text_;
  const SpanNode& root_;
  const Value& value_;
  const AuthenticationIntent& intent_;
  std::string tail_;
  std::vector<std::string> tail_reasons_;
  std::vector<Splice> splices_;
};

Result<Value> value_of_item(const AuthenticationIntent& intent, std::string_view file) {
  std::string alone = "jwt:\n" + intent.jwt_item;
  NL_ASSIGN(Document document, Document::read(alone, file));
  return document.value.find("jwt")->items.at(0);
}

// kube-apiserver, not the kubelet, reads this file: it decodes the first document and ignores the others.
Error of_kube_apiserver(Error error) {
  if (error.code.number == manifest_errors::several_documents.number)
    error.next = "keep one document: kube-apiserver uses the first and ignores the others";
  return error;
}

Value without_sections(const Value& root) {
  std::vector<Value> kept;
  for (std::size_t i = 0; i + 1 < root.items.size(); i += 2) {
    if (root.items[i].text == "anonymous" || root.items[i].text == "jwt") continue;
    kept.push_back(root.items[i]);
    kept.push_back(root.items[i + 1]);
  }
  Value rest = root;
  rest.items = std::move(kept);
  return rest;
}

Status prove(const Document& before, const Document& after, const AuthenticationIntent& intent) {
  if (without_sections(before.value) != without_sections(after.value))
    return fail(unproven(before, "another section would change"));
  if (!is_wanted(after.value.find("anonymous"), intent.paths))
    return fail(unproven(before, "anonymous would not be as intended"));
  std::vector<Value> jwt = items_of(before.value.find("jwt"));
  if (!intent.jwt_item.empty()) {
    NL_ASSIGN(Value item, value_of_item(intent, before.text.file()));
    jwt.push_back(std::move(item));
  }
  if (items_of(after.value.find("jwt")) != jwt) return fail(unproven(before, "jwt would not be as intended"));
  return {};
}

}  // namespace

Result<Edit> edit_authentication_config(std::string_view bytes, std::string_view file,
                                        const AuthenticationIntent& intent) {
  auto read = Document::read(bytes, file);
  if (!read) return fail(of_kube_apiserver(std::move(read).error()));
  Document document = *std::move(read);
  NL_ASSIGN(std::vector<Splice> splices, AuthenticationEditor(document, intent).edit());
  const AuthenticationIntent anonymous_only{.paths = intent.paths};
  return seal(
      document, std::move(splices),
      {.as_intended = [&](const Document& after) { return prove(document, after, intent); },
       .again = [&](const Document& after) { return AuthenticationEditor(after, anonymous_only).edit(); }});
}

}  // namespace nightlatch::manifest
