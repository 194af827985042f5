#include "report/flow.hpp"

#include <algorithm>

namespace nightlatch::report {

Charset charset_of(const Terminal& terminal) {
  // In an 8-bit locale the second byte of many a letter is CSI to the terminal; a file takes every byte.
  return terminal.is_terminal && !terminal.utf8 ? Charset::ascii : Charset::utf8;
}

Color color_of(Tone tone) {
  switch (tone) {
    case Tone::ok:
      return Color::green;
    case Tone::warning:
      return Color::yellow;
    case Tone::bad:
      return Color::red;
    case Tone::dim:
      return Color::dim;
    case Tone::bold:
      return Color::bold;
    case Tone::plain:
      break;
  }
  return Color::none;
}

Color color_of(DiffKind kind) {
  switch (kind) {
    case DiffKind::removed:
      return Color::red;
    case DiffKind::added:
      return Color::green;
    case DiffKind::hunk:
      return Color::dim;
    case DiffKind::file:
      return Color::bold;
    case DiffKind::context:
      break;
  }
  return Color::none;
}

Flow::Flow(const Text& text, const Terminal& terminal) {
  for (const Span& span : text.spans()) {
    std::string shown = visible(span.text, charset_of(terminal));
    bool exact = span.form == Form::exact;
    exact_ = exact_ || exact;
    for (char c : shown) breakable_.push_back(c == ' ' && !exact);
    tones_.insert(tones_.end(), shown.size(), span.tone);
    text_ += shown;
  }
}

Flow Flow::part(std::size_t begin, std::size_t end) const {
  auto from = static_cast<std::ptrdiff_t>(begin);
  auto to = static_cast<std::ptrdiff_t>(end);
  Flow one;
  one.text_ = text_.substr(begin, end - begin);
  one.tones_.assign(tones_.begin() + from, tones_.begin() + to);
  one.breakable_.assign(breakable_.begin() + from, breakable_.begin() + to);
  one.exact_ = exact_;
  return one;
}

std::vector<Flow> Flow::wrapped(std::size_t width) const {
  std::vector<Flow> lines;
  std::size_t begin = 0;       // of the line
  std::size_t last_break = 0;  // a blank in it; begin: none
  for (std::size_t i = 0; i <= text_.size(); ++i) {
    bool word_ends = i == text_.size() || breakable_[i];
    if (!word_ends) continue;
    bool too_long = columns_of(std::string_view(text_).substr(begin, i - begin)) > width;
    if (too_long && last_break > begin) {
      lines.push_back(part(begin, last_break));
      begin = last_break + 1;
    }
    last_break = i;
  }
  lines.push_back(part(begin, text_.size()));
  return lines;
}

Flow Flow::cut(std::size_t width, const Terminal& terminal) const {
  if (columns() <= width) return *this;
  std::string_view dots = terminal.utf8 ? "…" : "...";
  std::size_t room = width > columns_of(dots) ? width - columns_of(dots) : 0;
  Flow one = part(0, bytes_within(text_, room));
  Tone tone = one.tones_.empty() ? Tone::plain : one.tones_.back();
  one.text_ += dots;
  one.tones_.insert(one.tones_.end(), dots.size(), tone);
  one.breakable_.insert(one.breakable_.end(), dots.size(), false);
  return one;
}

std::string Flow::painted(const Terminal& terminal) const {
  std::string line;
  for (std::size_t begin = 0; begin < text_.size();) {
    std::size_t end = begin;
    while (end < text_.size() && tones_[end] == tones_[begin]) ++end;
    line += terminal.paint(color_of(tones_[begin]), std::string_view(text_).substr(begin, end - begin));
    begin = end;
  }
  return line;
}

std::vector<std::string> marked_lines(std::string_view line, std::size_t width, std::size_t indent,
                                      const Terminal& terminal) {
  std::string_view marker = terminal.utf8 ? " ↩" : " \\";
  std::size_t room = width > indent + 22 ? width - columns_of(marker) : 20 + indent;
  std::string rest = visible(line, charset_of(terminal), Tabs::kept);
  std::vector<std::string> lines;
  while (columns_of(rest) > width) {
    std::size_t text_begins = rest.find_first_not_of(' ');
    std::size_t at = rest.rfind(' ', bytes_within(rest, room));
    if (at == std::string::npos || at <= text_begins) break;
    std::string tail = rest.substr(at + 1);
    std::size_t word = columns_of(std::string_view(tail).substr(0, tail.find(' ')));
    if (indent + word > width) break;  // the terminal has to wrap this word anyway
    lines.push_back(rest.substr(0, at).append(marker));
    rest = std::string(indent, ' ') + tail;
  }
  lines.push_back(std::move(rest));
  return lines;
}

}  // namespace nightlatch::report
