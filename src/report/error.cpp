#include "report/error.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "util/masked.hpp"

namespace nightlatch::report {

namespace {

constexpr std::size_t gutter = 9;  // "     7 | "

// The part of the line around the caret that fits; tabs become blanks, so that the caret stands right.
struct Excerpt {
  std::string text;
  std::size_t caret = 0;  // from 0
};

Excerpt excerpt(const SourcePlace& place, std::size_t width) {
  Excerpt result{masked(place.text), place.column == 0 ? 0 : place.column - 1};
  std::replace(result.text.begin(), result.text.end(), '\t', ' ');
  if (result.text.size() <= width) return result;
  std::size_t begin =
      result.caret + place.width > width ? result.caret - std::min(result.caret, width / 3) : 0;
  result.text = result.text.substr(begin, width);
  result.caret -= begin;
  return result;
}

void write_place(Out& out, const SourcePlace& place, std::string_view hint) {
  Excerpt line = excerpt(place, out.columns() - gutter);
  out.line(fmt::format("{:>6} | {}", place.line, line.text));
  std::size_t room = line.text.size() > line.caret ? line.text.size() - line.caret : 1;
  std::size_t tail = std::min(std::max<std::size_t>(place.width, 1), room) - 1;
  std::string caret = fmt::format("^{}", std::string(tail, '~'));
  std::string pad(line.caret, ' ');
  std::string_view blank = hint.empty() ? "" : " ";
  out.line(fmt::format("       | {}{}{}{}", pad, out.paint(Color::green, caret), blank, hint));
}

void write_indented(Out& out, std::string_view text) {
  for (const std::string& line : wrap(text, out.columns() - 2)) out.line("  " + line);
}

}  // namespace

std::string code_name(int number) {
  return fmt::format("NL{:04}", number);
}

void write_error(Out& out, const Error& error) {
  std::string place;
  if (error.place)
    place = fmt::format("{}:{}:{}: ", error.place->file, error.place->line, error.place->column);
  std::string head = fmt::format("error {}", code_name(error.code.number));
  out.line(fmt::format("{}  {}{}", out.paint(Color::red, head), place, error.message));
  if (error.place && !error.place->text.empty()) {
    write_place(out, *error.place, error.hint);
  } else if (!error.hint.empty()) {
    write_indented(out, error.hint);
  }
  for (const std::string& detail : error.details) out.line("  " + detail);
  if (!error.next_step().empty()) write_indented(out, error.next_step());
}

void write_errors(Out& out, std::span<const Error> errors, Exit exit) {
  for (const Error& error : errors) write_error(out, error);
  out.line(out.paint(Color::dim, fmt::format("exit {}", static_cast<int>(exit))));
}

}  // namespace nightlatch::report
