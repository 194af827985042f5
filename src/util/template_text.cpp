#include "util/template_text.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "util/errors.hpp"
#include "util/text.hpp"

namespace nightlatch {

std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string out;
  while (!text.empty()) {
    auto value = std::find_if(values.begin(), values.end(),
                              [&](const auto& one) { return text.starts_with(one.first); });
    if (value == values.end()) {
      out += text.front();
      text.remove_prefix(1);
    } else {
      out += value->second;
      text.remove_prefix(value->first.size());
    }
  }
  return out;
}

namespace {

// More than this is no text that somebody has written for people.
constexpr std::size_t deepest = 16;

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool is_of_a_name(char c) {
  return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// What stands between the at sign at the beginning of `text` and the next one, where it may be a name or a
// directive; empty: the at sign is one of prose, as in an address.
std::string_view word_at(std::string_view text) {
  std::size_t end = text.find('@', 1);
  if (end == std::string_view::npos || end == 1 || !is_letter(text[1])) return {};
  std::string_view word = text.substr(1, end - 1);
  std::string_view first = word.substr(0, word.find(' '));
  bool directive = first == "each" || first == "if" || first == "else" || first == "end";
  bool name = std::all_of(word.begin(), word.end(), is_of_a_name);
  return directive || name ? word : std::string_view();
}

class TemplateReader {
 public:
  TemplateReader(std::string_view text, std::string_view file, std::span<const TemplateName> names)
      : text_(text), file_(file), names_(names) {}

  Result<std::vector<TemplateNode>> read();

 private:
  using Nodes = std::vector<TemplateNode>;
  // A directive that has not ended, and where its lines go.
  struct Open {
    TemplateNode node;
    std::size_t at;
    bool in_else = false;
  };

  Status take_line(std::size_t begin, std::size_t end);
  Status take_directive(std::string_view word, std::size_t at);
  Status open(std::string_view verb, std::string_view name, std::size_t at);
  Status check_name(std::string_view name, std::size_t at, bool of_a_list);
  Nodes& here();
  [[nodiscard]] bool is_within(std::string_view list) const;
  [[nodiscard]] const TemplateName* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> known_here(bool lists) const;
  [[nodiscard]] tl::unexpected<Error> wrong(std::size_t at, std::size_t width, std::string message,
                                            std::string hint = {}) const;

  std::string_view text_;
  std::string_view file_;
  std::span<const TemplateName> names_;
  Nodes nodes_;
  std::vector<Open> open_;
};

tl::unexpected<Error> TemplateReader::wrong(std::size_t at, std::size_t width, std::string message,
                                            std::string hint) const {
  Error error{.code = util_errors::bad_template, .message = std::move(message), .hint = std::move(hint)};
  error.place = place_at(text_, at, std::string(file_), width);
  return fail(std::move(error));
}

TemplateReader::Nodes& TemplateReader::here() {
  if (open_.empty()) return nodes_;
  Open& last = open_.back();
  return last.in_else ? last.node.otherwise : last.node.body;
}

bool TemplateReader::is_within(std::string_view list) const {
  return list.empty() || std::any_of(open_.begin(), open_.end(), [&](const Open& one) {
           return one.node.kind == TemplateNode::Kind::each && one.node.name == list;
         });
}

const TemplateName* TemplateReader::find(std::string_view name) const {
  auto known = std::find_if(names_.begin(), names_.end(), [&](const auto& one) { return one.name == name; });
  return known == names_.end() ? nullptr : &*known;
}

std::vector<std::string> TemplateReader::known_here(bool lists) const {
  std::vector<std::string> known;
  for (const TemplateName& one : names_) {
    if (is_within(one.of) && (one.kind == TemplateKind::list || !lists)) known.emplace_back(one.name);
  }
  return known;
}

Status TemplateReader::check_name(std::string_view name, std::size_t at, bool of_a_list) {
  const TemplateName* known = find(name);
  if (known == nullptr || (of_a_list && known->kind != TemplateKind::list)) {
    std::string upper(name);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    auto close = did_you_mean(upper, known_here(of_a_list));
    return wrong(at, name.size(),
                 fmt::format("{} is no {} of this template", name, of_a_list ? "list" : "name"),
                 close ? fmt::format("did you mean {}?", *close) : "");
  }
  if (is_within(known->of)) return {};
  return wrong(at, name.size(), fmt::format("{} is not known here", name),
               fmt::format("it is a name between @each {}@ and its @end@", known->of));
}

Status TemplateReader::open(std::string_view verb, std::string_view name, std::size_t at) {
  if (open_.size() == deepest)
    return wrong(at, verb.size() + 1, fmt::format("more than {} directives are open here", deepest));
  std::size_t name_at = at + 1 + verb.size() + 1;
  bool unless = verb == "if" && name.starts_with("not ");
  if (unless) {
    name.remove_prefix(4);
    name_at += 4;
  }
  NL_TRY(check_name(name, name_at, verb == "each"));
  // Each level would multiply what is written.
  if (verb == "each" && is_within(name))
    return wrong(name_at, name.size(), fmt::format("{} is read within itself", name));
  Open one{{}, at};
  one.node.kind = verb == "each" ? TemplateNode::Kind::each
                  : unless       ? TemplateNode::Kind::unless
                                 : TemplateNode::Kind::when;
  one.node.name = name;
  open_.push_back(std::move(one));
  return {};
}

Status TemplateReader::take_directive(std::string_view word, std::size_t at) {
  std::size_t blank = word.find(' ');
  std::string_view verb = word.substr(0, blank);
  std::string_view name = blank == std::string_view::npos ? std::string_view() : word.substr(blank + 1);
  std::size_t width = word.size() + 2;
  bool opens = verb == "each" || verb == "if";
  if (opens == name.empty())
    return wrong(at, width, fmt::format("@{}@ is no directive", word),
                 opens ? fmt::format("write @{} NAME@", verb) : fmt::format("write @{}@", verb));
  if (opens) return open(verb, name, at);
  if (open_.empty()) return wrong(at, width, fmt::format("@{}@ has no beginning", verb));
  if (verb == "else") {
    if (open_.back().in_else || open_.back().node.kind == TemplateNode::Kind::each)
      return wrong(at, width, "@else@ belongs to no @if@");
    open_.back().in_else = true;
    return {};
  }
  TemplateNode ended = std::move(open_.back().node);
  open_.pop_back();
  here().push_back(std::move(ended));
  return {};
}

Status TemplateReader::take_line(std::size_t begin, std::size_t end) {
  std::string_view line = text_.substr(begin, end - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string_view alone = trim(line);
  TemplateNode node;
  std::string plain;
  auto add_plain = [&] {
    if (!plain.empty()) node.line.push_back({std::exchange(plain, {}), false});
  };
  for (std::size_t i = 0; i < line.size();) {
    std::string_view rest = line.substr(i);
    if (rest.starts_with("@@")) {
      plain += '@';
      i += 2;
      continue;
    }
    std::string_view word = rest.front() == '@' ? word_at(rest) : std::string_view();
    if (word.empty()) {
      plain += line[i++];
      continue;
    }
    std::string_view first = word.substr(0, word.find(' '));
    bool is_alone = alone.size() == word.size() + 2;
    if (first == "each" || first == "if" || first == "else" || first == "end") {
      if (is_alone) return take_directive(word, begin + i);
      return wrong(begin + i, word.size() + 2, fmt::format("@{}@ does not stand alone in its line", word));
    }
    NL_TRY(check_name(word, begin + i + 1, false));
    TemplateKind kind = find(word)->kind;
    if (kind == TemplateKind::list)
      return wrong(begin + i, word.size() + 2, fmt::format("{} is a list", word),
                   fmt::format("write @each {}@ … @end@", word));
    if (kind == TemplateKind::block && !is_alone)
      return wrong(begin + i, word.size() + 2,
                   fmt::format("@{}@ is more than a line, and does not stand alone in its own", word));
    add_plain();
    node.line.push_back({std::string(word), true});
    i += word.size() + 2;
  }
  add_plain();
  here().push_back(std::move(node));
  return {};
}

Result<std::vector<TemplateNode>> TemplateReader::read() {
  for (std::size_t begin = 0; begin < text_.size();) {
    std::size_t end = std::min(text_.find('\n', begin), text_.size());
    NL_TRY(take_line(begin, end));
    begin = end + 1;
  }
  if (open_.empty()) return std::move(nodes_);
  const Open& last = open_.back();
  std::size_t width = text_.find('@', last.at + 1) + 1 - last.at;
  return wrong(last.at, width, "this has no @end@");
}

}  // namespace

Result<std::vector<TemplateNode>> read_template(std::string_view text, std::string_view file,
                                                std::span<const TemplateName> names) {
  return TemplateReader(text, file, names).read();
}

}  // namespace nightlatch
