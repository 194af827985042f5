#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "report/exposure_text.hpp"
#include "report/flow.hpp"
#include "report/problem.hpp"
#include "report/render.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

constexpr std::size_t between_parts = 3;    // of a headline, and behind a label
constexpr std::size_t between_columns = 2;  // of a table
constexpr std::size_t narrowest = 12;       // a column is not cut below this
constexpr std::size_t least_width = 20;     // beside a head

std::size_t label_columns(const Page& page, const Terminal& terminal) {
  std::size_t widest = 0;
  for (const Section& section : page.sections) {
    if (section.audience == Audience::document) continue;
    for (const Block& block : section.blocks) {
      std::visit(overloaded{[&](const Facts& facts) {
                              for (const Fact& fact : facts.facts)
                                widest =
                                    std::max(widest, Flow(fact.label, terminal).columns() + between_parts);
                            },
                            [](const auto&) {}},
                 block);
    }
  }
  return widest;
}

class TerminalPage {
 public:
  TerminalPage(const Page& page, Out& out) : out_(out), labels_(label_columns(page, out.terminal())) {}

  void write(const Headline& headline);
  void write(const Heading& heading) { hanging("", heading.text); }
  void write(const Paragraph& paragraph) { hanging("", paragraph.text); }
  void write(const List& list);
  void write(const Facts& facts);
  void write(const Table& table);
  void write(const Diff& diff);
  void write(const Check& check);
  void write(const Finding& finding);
  void write(const Problem& problem) { write_problem(out_, problem.error); }
  void write(const CodeBlock& code);
  void write(const Snippet& snippet);
  void write(const Chart& chart);
  void write(const Picture& picture);
  void write(const Commands& commands);

 private:
  // `text` beside `head`, its further lines below its first.
  void hanging(const Text& head, const Text& text, std::size_t head_columns = 0);
  [[nodiscard]] Flow flow(const Text& text) const { return {text, out_.terminal()}; }
  void diff_line(const DiffLine& line);
  void table_row(const std::vector<Flow>& row, const std::vector<std::size_t>& widths);

  Out& out_;
  std::size_t labels_;
};

Text with_code(const Text& text, int code, Grade grade) {
  Text whole = text;
  if (code != 0 && grade != Grade::ok) whole.add(fmt::format(" ({})", code_name(code)));
  return whole;
}

void TerminalPage::hanging(const Text& head, const Text& text, std::size_t head_columns) {
  Flow label = flow(head);
  std::size_t indent = std::max(label.columns(), head_columns);
  std::size_t width = std::max(out_.columns() > indent ? out_.columns() - indent : 0, least_width);
  std::string before = label.painted(out_.terminal()) + std::string(indent - label.columns(), ' ');
  for (const Flow& line : flow(text).wrapped(width)) {
    std::string whole = before + line.painted(out_.terminal());
    out_.line(std::string_view(whole).substr(0, whole.find_last_not_of(' ') + 1));
    before = std::string(indent, ' ');
  }
}

void TerminalPage::write(const Headline& headline) {
  std::string line;
  std::size_t used = 0;
  for (const Text& text : headline.parts) {
    Flow part = flow(text);
    bool fits = used + between_parts + part.columns() <= out_.columns();
    if (used > 0 && !fits) {
      out_.line(line);
      line.clear();
      used = 0;
    }
    if (used > 0) line += std::string(between_parts, ' ');
    used += part.columns() + (used > 0 ? between_parts : 0);
    line += part.painted(out_.terminal());
  }
  out_.line(line);
}

void TerminalPage::write(const List& list) {
  std::size_t number = list.first;
  for (const Text& item : list.items) {
    std::string mark = list.mark == ListMark::boxes     ? "[ ] "
                       : list.mark == ListMark::numbers ? fmt::format("{}. ", number++)
                                                        : "- ";
    hanging(mark, item);
  }
}

void TerminalPage::write(const Facts& facts) {
  for (const Fact& fact : facts.facts) {
    Text label = fact.label;
    for (const Text& value : fact.values) hanging(std::exchange(label, {}), value, labels_);
  }
}

// The widest column of prose but the first gives way, until the line fits or all are narrow. The last one
// then wraps, another is cut at its end.
std::vector<std::size_t> column_widths(const std::vector<std::vector<Flow>>& rows, std::size_t columns) {
  std::vector<std::size_t> widths;
  std::vector<bool> whole;
  for (const std::vector<Flow>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    whole.resize(widths.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].columns());
      if (i == 0 || row[i].is_exact()) whole[i] = true;
    }
  }
  std::size_t total = std::accumulate(widths.begin(), widths.end(), between_columns * (widths.size() - 1));
  while (total > columns) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      bool gives_way = !whole[i] && widths[i] > narrowest;
      if (gives_way && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == widths.size()) break;
    std::size_t excess = std::min(total - columns, widths[widest] - narrowest);
    widths[widest] -= excess;
    total -= excess;
  }
  return widths;
}

void TerminalPage::table_row(const std::vector<Flow>& row, const std::vector<std::size_t>& widths) {
  std::string line;
  std::vector<Flow> below;  // of the last cell
  std::size_t pending = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    begin += i == 0 ? 0 : widths[i - 1] + between_columns;
    Flow cell = row[i];
    if (i + 1 == row.size()) {
      below = cell.wrapped(widths[i]);
      cell = below.front();
    } else if (!cell.is_exact()) {
      cell = cell.cut(widths[i], out_.terminal());
    }
    line += std::string(pending, ' ') + cell.painted(out_.terminal());
    pending = widths[i] - std::min(widths[i], cell.columns()) + between_columns;
  }
  out_.line(std::string_view(line).substr(0, line.find_last_not_of(' ') + 1));
  for (std::size_t i = 1; i < below.size(); ++i)
    out_.line(std::string(begin, ' ') + below[i].painted(out_.terminal()));
}

void TerminalPage::write(const Table& table) {
  std::vector<std::vector<Flow>> rows;
  if (!table.header.empty()) {
    std::vector<Flow>& header = rows.emplace_back();
    for (const std::string& name : table.header) header.push_back(flow(Text(name, Tone::bold)));
  }
  for (const std::vector<Text>& row : table.rows) {
    std::vector<Flow>& cells = rows.emplace_back();
    for (const Text& cell : row) cells.push_back(flow(cell));
  }
  if (rows.empty()) return;
  std::vector<std::size_t> widths = column_widths(rows, out_.columns());
  for (const std::vector<Flow>& row : rows) table_row(row, widths);
}

void TerminalPage::diff_line(const DiffLine& line) {
  // What goes on is indented by its own line's blanks and two more, behind the sign.
  std::size_t signs = line.kind == DiffKind::added || line.kind == DiffKind::removed ? 1 : 0;
  std::size_t text = std::min(line.text.find_first_not_of(' ', signs), line.text.size());
  for (const std::string& part : marked_lines(line.text, out_.columns(), text + 2, out_.terminal()))
    out_.line(out_.paint(color_of(line.kind), part));
}

void TerminalPage::write(const Diff& diff) {
  std::size_t hunks = 0;
  for (const DiffLine& line : diff.lines) {
    if (line.kind == DiffKind::hunk) ++hunks;
    if (diff.more.empty() || hunks < 2) diff_line(line);
  }
  if (!diff.more.empty() && hunks > 1) {
    std::string_view dots = out_.terminal().utf8 ? "…" : "...";
    hanging("     ", Text(fmt::format("{} {}: ", dots, count(hunks - 1, "more hunk"))).add_exact(diff.more));
  }
}

void TerminalPage::write(const Check& check) {
  constexpr std::size_t mark_columns = 4;
  hanging(Text(std::string(mark(check.grade)), tone_of(check.grade)),
          with_code(check.text, check.code, check.grade), mark_columns);
}

void TerminalPage::write(const Finding& finding) {
  constexpr std::size_t mark_columns = 3;
  Tone tone = tone_of(finding.grade);
  Text head = finding.label.empty() ? Text(std::string(mark(finding.grade)), tone)
                                    : Text(finding.label, tone).add(" ");
  std::size_t indent = finding.label.empty() ? mark_columns : finding.label.size() + 1;
  hanging(head, with_code(finding.text, finding.code, finding.grade), indent);
  for (const Text& detail : finding.details) hanging("", detail, indent);
}

void TerminalPage::write(const CodeBlock& code) {
  constexpr std::size_t indent = 2;
  if (!code.name.empty()) out_.line(visible(code.name, charset_of(out_.terminal())));
  for (const std::string& line : split(code.text, '\n')) {
    for (const std::string& part : marked_lines(line, out_.columns() - indent, indent, out_.terminal()))
      out_.line(std::string(indent, ' ') + part);
  }
}

// Unbroken, so that a selection copies it.
void TerminalPage::write(const Snippet& snippet) {
  for (const std::string& line : lines_of(snippet.text))
    out_.line("  " + visible(line, charset_of(out_.terminal()), Tabs::kept));
}

// The bars of a row beside its label; the axis stands once, below all rows.
void TerminalPage::write(const Chart& chart) {
  static constexpr std::array<std::string_view, 9> blocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr std::array<std::string_view, 9> letters{" ", ".", ":", "-", "=", "+", "*", "%", "@"};
  const auto& signs = out_.terminal().utf8 ? blocks : letters;
  std::size_t widest = 0;
  for (const ChartRow& row : chart.rows) widest = std::max(widest, flow(row.label).columns());
  for (const ChartRow& row : chart.rows) {
    Flow label = flow(row.label);
    std::string line = label.painted(out_.terminal()) + std::string(widest - label.columns(), ' ') + "  ";
    for (std::size_t height : heights_of(row, signs.size() - 1)) line += signs[height];
    out_.line(std::string_view(line).substr(0, line.find_last_not_of(' ') + 1));
  }
  hanging(std::string(widest + between_columns, ' '),
          fmt::format("{} to {}, {} each", chart.from, chart.to, chart.each));
}

void TerminalPage::write(const Picture& picture) {
  hanging("", Text(picture.title, Tone::bold));
  write(picture.table);
}

void TerminalPage::write(const Commands& commands) {
  write_next(out_, commands.steps);
}

}  // namespace

void write_terminal(const Page& page, Out& out) {
  TerminalPage writer(page, out);
  bool first = true;
  for (const Section& section : page.sections) {
    if (section.audience == Audience::document) continue;
    if (!std::exchange(first, false)) out.line();
    for (const Block& block : section.blocks) {
      std::visit([&](const auto& one) { writer.write(one); }, block);
    }
  }
}

}  // namespace nightlatch::report
