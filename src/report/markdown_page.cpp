#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "report/problem.hpp"
#include "report/render.hpp"
#include "report/visible.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

enum class Where { line_begin, in_line };

// Characters that GitHub's Markdown or the HTML in it gives a meaning, wherever they stand.
constexpr std::string_view special = "\\`*_[]<>|~&$#";

// Data as it reads. At the beginning of a line a list, a heading or a rule must not begin; "://" and "www."
// make no link.
std::string escaped(std::string_view data, Where where) {
  std::string text = visible(data);
  std::string out;
  std::size_t digits = text.find_first_not_of("0123456789");
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view rest = std::string_view(text).substr(i);
    bool begins_block = where == Where::line_begin &&
                        ((i == 0 && std::string_view("-+=").find(text[i]) != std::string_view::npos) ||
                         (i == digits && i > 0 && (text[i] == '.' || text[i] == ')')));
    bool begins_link = rest.starts_with("://") || (rest.starts_with('.') && i >= 3 && out.ends_with("www"));
    if (begins_block || begins_link || special.find(text[i]) != std::string_view::npos) out += '\\';
    out += text[i];
  }
  return out;
}

std::size_t longest_run(std::string_view text, char c) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (char one : text) {
    run = one == c ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

enum class Place { flow, table };

// In a table even a code span ends at a bare pipe.
std::string code_span(std::string_view data, Place place) {
  std::string text = visible(data);
  if (place == Place::table) {
    std::string piped;
    for (char c : text) piped += c == '|' ? std::string("\\|") : std::string(1, c);
    text = std::move(piped);
  }
  std::string fence(longest_run(text, '`') + 1, '`');
  bool padded = text.starts_with('`') || text.ends_with('`') || text.starts_with(' ') || text.ends_with(' ');
  std::string_view pad = padded ? " " : "";
  return fmt::format("{}{}{}{}{}", fence, pad, text, pad, fence);
}

// Blanks at the beginning would make it code.
std::string inline_text(const Text& text, Where where, Place place = Place::flow) {
  std::string out;
  for (const Span& span : text.spans()) {
    if (span.form == Form::exact) {
      out += code_span(span.text, place);
      continue;
    }
    std::string_view data = span.text;
    if (out.empty()) data.remove_prefix(std::min(data.find_first_not_of(' '), data.size()));
    out += escaped(data, out.empty() ? where : Where::in_line);
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

class MarkdownPage {
 public:
  MarkdownPage(const Page& page, Out& out) : page_(page), out_(out) {}

  void write();
  void write(const Headline& headline);
  void write(const Heading& heading) {
    paragraph((heading.rank == Rank::section ? "## " : "### ") + inline_text(heading.text, Where::in_line));
  }
  void write(const Paragraph& text) { paragraph(inline_text(text.text, Where::line_begin)); }
  void write(const List& list);
  void write(const Facts& facts);
  void write(const Table& table);
  void write(const Diff& diff);
  void write(const Check& check);
  void write(const Finding& finding);
  void write(const Problem& problem);
  void write(const CodeBlock& code);
  void write(const Snippet& snippet) {
    fenced(snippet.kind == Snippet::Kind::commands ? "sh" : "text", lines_of(snippet.text));
  }
  void write(const Chart& chart);
  void write(const Picture& picture);
  void write(const Commands& commands);

 private:
  // A list's items follow one another, other blocks are apart.
  void item(const std::string& line);
  void paragraph(const std::string& line);
  void fenced(std::string_view language, const std::vector<std::string>& lines);
  void judged(Grade grade, int code, const std::string& subject, const Text& text);
  void explained(std::string_view why, std::string_view advice);

  const Page& page_;
  Out& out_;
  bool in_list_ = false;
  bool first_ = true;
};

void MarkdownPage::item(const std::string& line) {
  if (!std::exchange(first_, false) && !in_list_) out_.line();
  in_list_ = true;
  out_.line(line);
}

void MarkdownPage::paragraph(const std::string& line) {
  if (line.empty()) return;
  if (!std::exchange(first_, false)) out_.line();
  in_list_ = false;
  out_.line(line);
}

void MarkdownPage::fenced(std::string_view language, const std::vector<std::string>& lines) {
  std::size_t fence = 3;
  std::vector<std::string> shown;
  for (const std::string& line : lines) {
    shown.push_back(visible(line, Charset::utf8, Tabs::kept));
    fence = std::max(fence, longest_run(shown.back(), '`') + 1);
  }
  paragraph(std::string(fence, '`').append(language));
  for (const std::string& line : shown) out_.line(line);
  out_.line(std::string(fence, '`'));
}

void MarkdownPage::write(const Headline& headline) {
  std::string parts;
  for (const Text& part : headline.parts) {
    Where where = parts.empty() ? Where::line_begin : Where::in_line;
    parts += (parts.empty() ? "" : " · ") + inline_text(part, where);
  }
  paragraph(parts);
}

void MarkdownPage::write(const List& list) {
  // Two lists behind each other would be one.
  in_list_ = false;
  std::size_t number = list.first;
  for (const Text& one : list.items) {
    std::string mark = list.mark == ListMark::boxes     ? "- [ ] "
                       : list.mark == ListMark::numbers ? fmt::format("{}. ", number++)
                                                        : "- ";
    item(mark + inline_text(one, Where::line_begin));
  }
}

void MarkdownPage::write(const Facts& facts) {
  for (const Fact& fact : facts.facts) {
    std::string label = inline_text(fact.label, Where::line_begin);
    if (fact.values.size() == 1) {
      item(fmt::format("- **{}**: {}", label, inline_text(fact.values[0], Where::in_line)));
      continue;
    }
    item(fmt::format("- **{}**", label));
    for (const Text& value : fact.values) item("  - " + inline_text(value, Where::line_begin));
  }
}

void MarkdownPage::write(const Table& table) {
  std::size_t columns = table.header.size();
  for (const std::vector<Text>& row : table.rows) columns = std::max(columns, row.size());
  if (columns == 0) return;
  auto row_of = [&](const std::vector<Text>& cells) {
    std::string line = "|";
    for (std::size_t i = 0; i < columns; ++i) {
      std::string cell = i < cells.size() ? inline_text(cells[i], Where::in_line, Place::table) : "";
      line += cell.empty() ? "  |" : fmt::format(" {} |", cell);
    }
    return line;
  };
  paragraph(row_of({table.header.begin(), table.header.end()}));
  std::string rule = "|";
  for (std::size_t i = 0; i < columns; ++i) rule += "---|";
  out_.line(rule);
  for (const std::vector<Text>& row : table.rows) out_.line(row_of(row));
}

void MarkdownPage::write(const Diff& diff) {
  std::vector<std::string> lines;
  for (const DiffLine& line : diff.lines) lines.push_back(line.text);
  fenced("diff", lines);
}

void MarkdownPage::judged(Grade grade, int code, const std::string& subject, const Text& text) {
  std::string of_code;
  if (code != 0 && grade != Grade::ok) {
    std::string about = subject.empty() ? "" : ", " + escaped(subject, Where::in_line);
    of_code = fmt::format(" ({}{})", code_name(code), about);
  }
  item(fmt::format("- **{}**: {}{}", name(grade), inline_text(text, Where::in_line), of_code));
}

void MarkdownPage::explained(std::string_view why, std::string_view advice) {
  if (!why.empty()) item("  - Why it matters: " + escaped(why, Where::in_line));
  if (!advice.empty()) item("  - What to do: " + escaped(advice, Where::in_line));
}

void MarkdownPage::write(const Check& check) {
  judged(check.grade, check.code, check.subject, check.text);
  if (check.grade != Grade::ok) explained(check.why, check.advice);
}

void MarkdownPage::write(const Finding& finding) {
  judged(finding.grade, finding.code, {}, finding.text);
  for (const Text& detail : finding.details) item("  - " + inline_text(detail, Where::line_begin));
  explained(finding.why, finding.advice);
}

void MarkdownPage::write(const Problem& problem) {
  const Error& error = problem.error;
  std::string place = place_text(error);
  std::string at = place.empty() ? "" : code_span(place, Place::flow) + ": ";
  paragraph(fmt::format("**error {}** {}{}", code_name(error.code.number), at,
                        escaped(message_text(error), Where::in_line)));
  if (error.place && !error.place->text.empty()) {
    Excerpt excerpt = excerpt_of(*error.place, std::string::npos);
    fenced("text", {excerpt.line, excerpt.caret + (error.hint.empty() ? "" : " " + error.hint)});
  } else if (!error.hint.empty()) {
    paragraph(escaped(error.hint, Where::line_begin));
  }
  for (const std::string& detail : error.details) item("- " + code_span(detail, Place::flow));
  if (!error.next_step().empty()) paragraph(escaped(error.next_step(), Where::line_begin));
}

void MarkdownPage::write(const CodeBlock& code) {
  if (!code.name.empty()) paragraph(code_span(code.name, Place::flow));
  fenced("", lines_of(code.text));
}

void MarkdownPage::write(const Chart& chart) {
  static constexpr std::array<std::string_view, 9> signs{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::vector<std::string> lines;
  for (const ChartRow& row : chart.rows) {
    std::string line = "[";
    for (std::size_t height : heights_of(row, signs.size() - 1)) line += signs[height];
    lines.push_back(line + "] " + row.label);
  }
  lines.push_back(fmt::format("{} to {}, {} each", chart.from, chart.to, chart.each));
  fenced("text", lines);
}

void MarkdownPage::write(const Picture& picture) {
  paragraph(fmt::format("**{}**", escaped(picture.title, Where::in_line)));
  write(picture.table);
}

void MarkdownPage::write(const Commands& commands) {
  if (commands.steps.empty()) return;
  paragraph("## Next");
  for (const NextStep& step : commands.steps) {
    std::string command =
        step.command.empty() ? "" : code_span(complete(step.command, out_.shared_options()), Place::flow);
    std::string_view between = command.empty() || step.purpose.empty() ? "" : ": ";
    item(fmt::format("- {}{}{}", command, between,
                     escaped(step.purpose, command.empty() ? Where::line_begin : Where::in_line)));
  }
}

void MarkdownPage::write() {
  paragraph("# " + escaped(page_.title, Where::in_line));
  for (const Section& section : page_.sections) {
    for (const Block& block : section.blocks) {
      std::visit([&](const auto& one) { write(one); }, block);
    }
  }
}

}  // namespace

void write_markdown(const Page& page, Out& out) {
  MarkdownPage(page, out).write();
}

}  // namespace nightlatch::report
