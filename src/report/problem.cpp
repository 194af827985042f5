#include "report/problem.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "report/flow.hpp"
#include "report/page.hpp"
#include "report/visible.hpp"
#include "util/masked.hpp"

namespace nightlatch::report {

namespace {

constexpr std::size_t gutter = 9;  // "     7 | "

// No byte of a longer character.
bool begins_character(std::string_view text, std::size_t at) {
  return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
}

void write_place(Out& out, const SourcePlace& place, std::string_view hint) {
  Excerpt excerpt = excerpt_of(place, out.columns() > gutter + 20 ? out.columns() - gutter : 20);
  out.line(fmt::format("{:>6} | {}", place.line, excerpt.line));
  std::string_view blank = hint.empty() ? "" : " ";
  std::size_t caret = std::min(excerpt.caret.find('^'), excerpt.caret.size());
  out.line(fmt::format("       | {}{}{}{}", excerpt.caret.substr(0, caret),
                       out.paint(Color::green, excerpt.caret.substr(caret)), blank, hint));
}

void write_indented(Out& out, std::string_view text) {
  Flow flow{Text(text), out.terminal()};
  for (const Flow& line : flow.wrapped(out.columns() > 22 ? out.columns() - 2 : 20))
    out.line("  " + line.painted(out.terminal()));
}

}  // namespace

Excerpt excerpt_of(const SourcePlace& place, std::size_t width) {
  std::string text = masked(place.text);
  std::replace(text.begin(), text.end(), '\t', ' ');
  std::size_t caret = std::min(place.column == 0 ? 0 : place.column - 1, text.size());
  if (text.size() > width) {
    std::size_t begin = caret + place.width > width ? caret - std::min(caret, width / 3) : 0;
    while (!begins_character(text, begin)) ++begin;
    std::size_t end = std::min(begin + width, text.size());
    while (!begins_character(text, end)) --end;
    text = text.substr(begin, end - begin);
    caret = caret > begin ? caret - begin : 0;
  }
  std::string before = visible(std::string_view(text).substr(0, caret));
  std::string marked = visible(std::string_view(text).substr(caret, std::max<std::size_t>(place.width, 1)));
  std::size_t tail = std::max<std::size_t>(columns_of(marked), 1) - 1;
  return {visible(text), std::string(columns_of(before), ' ') + "^" + std::string(tail, '~')};
}

std::string place_text(const Error& error) {
  if (!error.place) return {};
  return fmt::format("{}:{}:{}", error.place->file, error.place->line, error.place->column);
}

std::string_view message_text(const Error& error) {
  std::string_view message = error.message;
  if (!error.place || error.place->file.empty()) return message;
  std::string file = error.place->file + ": ";
  if (message.starts_with(file)) message.remove_prefix(file.size());
  return message;
}

void write_problem(Out& out, const Error& error) {
  auto shown = [&](std::string_view text) { return visible(text, charset_of(out.terminal()), Tabs::kept); };
  std::string place = place_text(error);
  if (!place.empty()) place += ": ";
  std::string head = fmt::format("error {}", code_name(error.code.number));
  out.line(fmt::format("{}  {}{}", out.paint(Color::red, head), shown(place), shown(message_text(error))));
  if (error.place && !error.place->text.empty()) {
    write_place(out, *error.place, shown(error.hint));
  } else if (!error.hint.empty()) {
    write_indented(out, error.hint);
  }
  for (const std::string& detail : error.details) out.line("  " + shown(detail));
  if (!error.next_step().empty()) write_indented(out, error.next_step());
}

}  // namespace nightlatch::report
