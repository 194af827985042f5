#include "report/page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "util/masked.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

DiffKind kind_of(std::string_view line) {
  if (line.starts_with("@@")) return DiffKind::hunk;
  if (line.starts_with("+++ ") || line.starts_with("--- ")) return DiffKind::file;
  if (line.starts_with('+')) return DiffKind::added;
  return line.starts_with('-') ? DiffKind::removed : DiffKind::context;
}

}  // namespace

Text& Text::add(std::string text, Tone tone) {
  if (!text.empty()) spans_.push_back({std::move(text), tone, Form::prose});
  return *this;
}

Text& Text::add_exact(std::string text, Tone tone) {
  if (!text.empty()) spans_.push_back({std::move(text), tone, Form::exact});
  return *this;
}

std::string Text::plain() const {
  std::string all;
  for (const Span& span : spans_) all += span.text;
  return all;
}

Text exact(std::string text, Tone tone) {
  Text one;
  one.add_exact(std::move(text), tone);
  return one;
}

Diff diff_of(std::string_view unified, Secrets secrets) {
  Diff diff;
  bool in_hunk = false;  // there "--- x" is a removed line
  for (const std::string& line : lines_of(unified)) {
    DiffKind kind = kind_of(line);
    if (kind == DiffKind::hunk) in_hunk = true;
    if (kind == DiffKind::file && in_hunk) kind = line[0] == '+' ? DiffKind::added : DiffKind::removed;
    diff.lines.push_back({kind, secrets == Secrets::masked ? masked(line) : line});
  }
  return diff;
}

void Page::add(Section section) {
  if (!section.blocks.empty()) sections.push_back(std::move(section));
}

std::string_view name(Grade grade) {
  switch (grade) {
    case Grade::ok:
      return "ok";
    case Grade::warning:
      return "warning";
    case Grade::unknown:
      return "not known";
    case Grade::bad:
      break;
  }
  return "failed";
}

std::string_view mark(Grade grade) {
  switch (grade) {
    case Grade::ok:
      return "ok";
    case Grade::warning:
      return "!";
    case Grade::unknown:
      return "?";
    case Grade::bad:
      break;
  }
  return "x";
}

Tone tone_of(Grade grade) {
  switch (grade) {
    case Grade::ok:
      return Tone::ok;
    case Grade::warning:
    case Grade::unknown:
      return Tone::warning;
    case Grade::bad:
      break;
  }
  return Tone::bad;
}

std::vector<std::size_t> heights_of(const ChartRow& row, std::size_t levels) {
  std::uint64_t most = row.bars.empty() ? 0 : *std::max_element(row.bars.begin(), row.bars.end());
  std::vector<std::size_t> heights;
  for (std::uint64_t bar : row.bars) {
    double share = most == 0 ? 0 : static_cast<double>(bar) / static_cast<double>(most);
    auto height = static_cast<std::size_t>(share * static_cast<double>(levels));
    heights.push_back(bar == 0 ? 0 : std::max<std::size_t>(height, 1));
  }
  return heights;
}

}  // namespace nightlatch::report
