#include <algorithm>

#include <fmt/format.h>

#include "report/html_script.hpp"
#include "report/html_style.hpp"
#include "report/html_text.hpp"
#include "report/numbers.hpp"
#include "report/problem.hpp"
#include "report/render.hpp"
#include "report/visible.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

// For text and for attributes in double quotes (HTML Standard, 13.1.2.3 and 13.1.3).
std::string escaped(std::string_view data, Tabs tabs = Tabs::shown) {
  std::string out;
  for (char c : visible(data, Charset::utf8, tabs)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string_view class_of(Tone tone) {
  switch (tone) {
    case Tone::ok:
      return "ok";
    case Tone::warning:
      return "warning";
    case Tone::bad:
      return "bad";
    case Tone::dim:
      return "dim";
    case Tone::bold:
      return "strong";
    case Tone::plain:
      break;
  }
  return {};
}

std::string_view class_of(DiffKind kind) {
  switch (kind) {
    case DiffKind::removed:
      return "removed";
    case DiffKind::added:
      return "added";
    case DiffKind::hunk:
      return "hunk";
    case DiffKind::file:
      return "file";
    case DiffKind::context:
      break;
  }
  return "context";
}

std::string inline_html(const Text& text) {
  std::string out;
  for (const Span& span : text.spans()) {
    std::string data = escaped(span.text);
    if (span.form == Form::exact) data = fmt::format("<code>{}</code>", data);
    std::string_view name = class_of(span.tone);
    out += name.empty() ? data : fmt::format("<span class=\"{}\">{}</span>", name, data);
  }
  return out;
}

bool has_snippet(const Page& page) {
  return std::any_of(page.sections.begin(), page.sections.end(), [](const Section& section) {
    return std::any_of(section.blocks.begin(), section.blocks.end(),
                       [](const Block& block) { return std::holds_alternative<Snippet>(block); });
  });
}

class HtmlPage {
 public:
  HtmlPage(const Page& page, Out& out) : page_(page), out_(out), copies_(has_snippet(page)) {}

  void write();
  void write(const Headline& headline);
  void write(const Heading& heading);
  void write(const Paragraph& text) { line("<p>{}</p>", inline_html(text.text)); }
  void write(const List& list);
  void write(const Facts& facts);
  void write(const Table& table);
  void write(const Diff& diff);
  void write(const Check& check);
  void write(const Finding& finding);
  void write(const Problem& problem);
  void write(const CodeBlock& code);
  void write(const Snippet& snippet);
  void write(const Chart& chart);
  void write(const Picture& picture);
  void write(const Commands& commands);

 private:
  template <class... Parts>
  void line(fmt::format_string<Parts...> pattern, Parts&&... parts) {
    out_.line(fmt::format(pattern, std::forward<Parts>(parts)...));
  }
  void head();
  void section(const Section& section, std::string_view element);
  void judged(Grade grade, int code, const std::string& about, const Text& text);
  void explained(std::string_view why, std::string_view advice);
  void code_lines(const std::vector<std::string>& lines, std::string_view classes = "text");

  const Page& page_;
  Out& out_;
  bool copies_;
  std::size_t pictures_ = 0;
};

void HtmlPage::write(const Headline& headline) {
  std::string parts;
  for (const Text& part : headline.parts)
    parts += fmt::format("{}<span>{}</span>", parts.empty() ? "" : " ", inline_html(part));
  line("<p class=\"about\">{}</p>", parts);
}

void HtmlPage::write(const Heading& heading) {
  std::string text = inline_html(heading.text);
  if (heading.rank == Rank::section) {
    line("<h2>{}</h2>", text);
  } else {
    line("<h3>{}</h3>", text);
  }
}

// The box is drawn by the style, so that it is there on paper, too.
void HtmlPage::write(const List& list) {
  std::string_view element = list.mark == ListMark::numbers ? "ol" : "ul";
  std::string attribute = list.mark == ListMark::boxes ? " class=\"boxes\"" : "";
  if (list.first != 1) attribute = fmt::format(" start=\"{}\"", list.first);
  line("<{}{}>", element, attribute);
  for (const Text& item : list.items) line("<li>{}</li>", inline_html(item));
  line("</{}>", element);
}

void HtmlPage::write(const Facts& facts) {
  line("<dl>");
  for (const Fact& fact : facts.facts) {
    line("<div><dt>{}</dt>", inline_html(fact.label));
    for (const Text& value : fact.values) line("<dd>{}</dd>", inline_html(value));
    line("</div>");
  }
  line("</dl>");
}

// On a phone a row becomes a list of "column: value" (html_style.hpp), which takes a table's roles away
// unless they are named.
void HtmlPage::write(const Table& table) {
  line("<table role=\"table\"{}>", table.header.empty() ? " class=\"list\"" : "");
  if (!table.header.empty()) {
    line("<thead role=\"rowgroup\"><tr role=\"row\">");
    for (const std::string& name : table.header)
      line("<th scope=\"col\" role=\"columnheader\">{}</th>", escaped(name));
    line("</tr></thead>");
  }
  line("<tbody role=\"rowgroup\">");
  for (const std::vector<Text>& row : table.rows) {
    line("<tr role=\"row\">");
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string cell = inline_html(row[i]);
      if (i == 0) {
        line("<th scope=\"row\" role=\"rowheader\">{}</th>", cell);
        continue;
      }
      bool labelled = i < table.header.size() && !table.header[i].empty();
      line("<td role=\"cell\"{}>{}</td>",
           labelled ? fmt::format(" data-label=\"{}\"", escaped(table.header[i])) : "", cell);
    }
    line("</tr>");
  }
  line("</tbody></table>");
}

void HtmlPage::write(const Diff& diff) {
  line("<div class=\"diff\">");
  for (const DiffLine& one : diff.lines)
    line("<div class=\"{}\">{}</div>", class_of(one.kind), escaped(one.text, Tabs::kept));
  line("</div>");
}

void HtmlPage::judged(Grade grade, int code, const std::string& about, const Text& text) {
  std::string of_code;
  if (code != 0 && grade != Grade::ok) {
    of_code = fmt::format(" <span class=\"code\">{}</span>", code_name(code));
    if (!about.empty()) of_code += fmt::format(" <span class=\"subject\">{}</span>", escaped(about));
  }
  line("<div class=\"check {}\"><p><span class=\"mark\">{}</span> {}{}</p>", class_of(tone_of(grade)),
       name(grade), inline_html(text), of_code);
}

void HtmlPage::explained(std::string_view why, std::string_view advice) {
  if (!why.empty()) line("<p class=\"note\">Why it matters: {}</p>", escaped(why));
  if (!advice.empty()) line("<p class=\"note\">What to do: {}</p>", escaped(advice));
}

void HtmlPage::write(const Check& check) {
  judged(check.grade, check.code, check.subject, check.text);
  if (check.grade != Grade::ok) explained(check.why, check.advice);
  line("</div>");
}

void HtmlPage::write(const Finding& finding) {
  judged(finding.grade, finding.code, {}, finding.text);
  for (const Text& detail : finding.details) line("<p class=\"detail\">{}</p>", inline_html(detail));
  explained(finding.why, finding.advice);
  line("</div>");
}

void HtmlPage::code_lines(const std::vector<std::string>& lines, std::string_view classes) {
  line("<div class=\"{}\">", classes);
  for (const std::string& one : lines) line("<div>{}</div>", escaped(one, Tabs::kept));
  line("</div>");
}

void HtmlPage::write(const Problem& problem) {
  const Error& error = problem.error;
  Text text;
  if (std::string place = place_text(error); !place.empty()) text.add_exact(place).add(": ");
  judged(Grade::bad, error.code.number, {}, text.add(std::string(message_text(error))));
  if (error.place && !error.place->text.empty()) {
    Excerpt excerpt = excerpt_of(*error.place, std::string::npos);
    code_lines({excerpt.line, excerpt.caret + (error.hint.empty() ? "" : " " + error.hint)});
  } else if (!error.hint.empty()) {
    line("<p>{}</p>", escaped(error.hint));
  }
  for (const std::string& detail : error.details)
    line("<p class=\"detail\"><code>{}</code></p>", escaped(detail));
  explained({}, error.next_step());
  line("</div>");
}

void HtmlPage::write(const Snippet& snippet) {
  code_lines(lines_of(snippet.text), "text copy");
}

void HtmlPage::write(const CodeBlock& code) {
  std::vector<std::string> lines = lines_of(code.text);
  if (!code.name.empty()) line("<p><code>{}</code></p>", escaped(code.name));
  code_lines(lines);
}

// One drawing for each row, below each other on one axis. It scales with the page; its largest bar is said
// beside it.
void HtmlPage::write(const Chart& chart) {
  constexpr std::size_t width = 10;
  constexpr std::size_t height = 40;
  line("<div class=\"chart\">");
  for (const ChartRow& row : chart.rows) {
    std::uint64_t most = row.bars.empty() ? 0 : *std::max_element(row.bars.begin(), row.bars.end());
    line("<div class=\"bars\"><span>{}</span>", escaped(row.label));
    line("<svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
         row.bars.size() * width, height);
    std::vector<std::size_t> heights = heights_of(row, height);
    for (std::size_t i = 0; i < heights.size(); ++i) {
      if (heights[i] == 0) continue;
      line("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", i * width, height - heights[i], width - 1,
           heights[i]);
    }
    line("</svg><span class=\"most\">{}</span></div>", thousands(most));
  }
  line("<p class=\"axis\"><span>{}</span><span>{} each; the number is the largest</span><span>{}</span></p>",
       escaped(chart.from), escaped(chart.each), escaped(chart.to));
  line("</div>");
}

void HtmlPage::write(const Picture& picture) {
  line("<figure><figcaption>{}</figcaption>", escaped(picture.title));
  line("{}", html_of(picture.drawing, picture.title, ++pictures_));
  constexpr std::size_t short_enough = 12;  // rows that are shown without being asked for
  bool is_short = picture.table.rows.size() <= short_enough;
  line("<details{}><summary>The same as a table</summary>", is_short ? " open" : "");
  write(picture.table);
  line("</details></figure>");
}

void HtmlPage::write(const Commands& commands) {
  if (commands.steps.empty()) return;
  line("<h2>Next</h2>\n<ul class=\"next\">");
  for (const NextStep& step : commands.steps) {
    std::string command =
        step.command.empty()
            ? ""
            : fmt::format("<code>{}</code>", escaped(complete(step.command, out_.shared_options())));
    std::string purpose =
        step.purpose.empty() ? "" : fmt::format("<span class=\"purpose\">{}</span>", escaped(step.purpose));
    line("<li>{}{}{}</li>", command, command.empty() || purpose.empty() ? "" : " ", purpose);
  }
  line("</ul>");
}

void HtmlPage::section(const Section& section, std::string_view element) {
  line("<{}>", element);
  if (element == "header") line("<h1>{}</h1>", escaped(page_.title));
  for (const Block& block : section.blocks) {
    std::visit([&](const auto& one) { write(one); }, block);
  }
  line("</{}>", element);
}

void HtmlPage::head() {
  line("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
  line("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">",
       content_security_policy(copies_ ? copy_script : std::string_view()));
  line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
  line("<meta name=\"color-scheme\" content=\"light dark\">");
  line("<meta name=\"referrer\" content=\"no-referrer\">");
  line("<title>{}</title>\n<style>{}</style>\n</head>\n<body>", escaped(page_.title), html_style);
}

void HtmlPage::write() {
  head();
  std::size_t first = 0;
  if (!page_.sections.empty() && !page_.sections[0].blocks.empty() &&
      std::holds_alternative<Headline>(page_.sections[0].blocks[0])) {
    section(page_.sections[0], "header");
    first = 1;
  } else {
    section({}, "header");
  }
  line("<main>");
  for (std::size_t i = first; i < page_.sections.size(); ++i) section(page_.sections[i], "section");
  line("</main>");
  if (copies_) line("<script>{}</script>", copy_script);
  line("</body>\n</html>");
}

}  // namespace

std::string html_escaped(std::string_view data) {
  return escaped(data);
}

void write_html(const Page& page, Out& out) {
  HtmlPage(page, out).write();
}

}  // namespace nightlatch::report
