// A report as a document: values only. Each report is built once, by its page_of(), and rendered for the
// terminal, as Markdown and as HTML (report/render.hpp). What stands in here is data: every renderer escapes
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "report/drawing.hpp"
#include "report/out.hpp"
#include "util/result.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

enum class Tone { plain, ok, warning, bad, dim, bold };

// prose may be broken between its words, and a cell of it cut at its end. exact is a path, a hash, a command:
// nothing shortens it, so that it can be copied.
enum class Form { prose, exact };

struct Span {
  std::string text;
  Tone tone = Tone::plain;
  Form form = Form::prose;
};

// One run of text.
class Text {
 public:
  Text() = default;
  Text(std::string text) { add(std::move(text)); }          // NOLINT(google-explicit-constructor)
  Text(const char* text) : Text(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  Text(std::string_view text) : Text(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Text(std::string text, Tone tone) { add(std::move(text), tone); }

  Text& add(std::string text, Tone tone = Tone::plain);
  Text& add_exact(std::string text, Tone tone = Tone::plain);

  [[nodiscard]] const std::vector<Span>& spans() const { return spans_; }
  [[nodiscard]] bool empty() const { return spans_.empty(); }
  // Without tones.
  [[nodiscard]] std::string plain() const;

 private:
  std::vector<Span> spans_;
};
[[nodiscard]] Text exact(std::string text, Tone tone = Tone::plain);

// What is looked at, in a line: "plan 7f3a91c2", "health-only", …
struct Headline {
  std::vector<Text> parts;
};

// section: above the blocks of its section. part: above some of them.
enum class Rank { section, part };
struct Heading {
  Text text;
  Rank rank = Rank::section;
};

struct Paragraph {
  Text text;
};

// numbers: one after the other. boxes: each is ticked by a person.
enum class ListMark { points, numbers, boxes };
struct List {
  ListMark mark = ListMark::points;
  std::vector<Text> items;
  std::size_t first = 1;  // of numbers: that of the first item
};

// "Exposure   open -> closed": a label and its values, one a line.
struct Fact {
  Text label;
  std::vector<Text> values;
};
struct Facts {
  std::vector<Fact> facts;
};

// The first column names the rows. Without a header: a list with columns.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<Text>> rows;
};

enum class DiffKind { context, removed, added, hunk, file };
struct DiffLine {
  DiffKind kind = DiffKind::context;
  std::string text;  // with its sign, without its end
};
// `more`, when not empty, is the command that shows all of it: the terminal then stops after the first hunk.
struct Diff {
  std::vector<DiffLine> lines;
  std::string more;
};
// masked: tokens in it are not shown. exact: as patch(1) needs it.
enum class Secrets { exact, masked };
[[nodiscard]] Diff diff_of(std::string_view unified, Secrets secrets);

enum class Grade { ok, warning, unknown, bad };

// What was looked at before, and whether it is well. `why` and `advice` are those of the catalogue
// (docs/errors.md): pages say them, the terminal does not.
struct Check {
  Grade grade = Grade::ok;
  int code = 0;         // NL3302; 0: none
  std::string subject;  // "node cp1"; empty: the cluster
  Text text;
  std::string why;
  std::string advice;
};

// What was found, with its evidence. `label` stands in the place of the mark: "Why:".
struct Finding {
  Grade grade = Grade::warning;
  int code = 0;
  std::string label;
  Text text;
  std::vector<Text> details;
  std::string why;
  std::string advice;
};

// An error: code, place, excerpt with a caret, evidence, next step.
struct Problem {
  Error error;
};

// Text of a file, line by line.
struct CodeBlock {
  std::string name;  // "/etc/kubernetes/…/authn-9d62abfc6a49.yaml on the node"
  std::string text;
};

// Lines that a person copies as they stand. A browser offers a button for it.
struct Snippet {
  enum class Kind { commands, message };
  Kind kind = Kind::commands;
  std::string text;
};

// How often something happened, over one axis of time. All rows have as many bars.
struct ChartRow {
  std::string label;  // "health, allowed"
  std::vector<std::uint64_t> bars;
};
struct Chart {
  std::string from;  // the beginning of the first bar
  std::string to;    // the end of the last one
  std::string each;  // what a bar covers: "2 min"
  std::vector<ChartRow> rows;
};
// 0 to `levels` for each bar, as a share of the row's largest; a bar that is not empty is at least 1.
[[nodiscard]] std::vector<std::size_t> heights_of(const ChartRow& row, std::size_t levels);

// A drawing, and the table that says the same: the terminal and Markdown show the table alone.
struct Picture {
  std::string title;
  Drawing drawing;
  Table table;
};

struct Commands {
  std::vector<NextStep> steps;
};

using Block = std::variant<Headline, Heading, Paragraph, List, Facts, Table, Diff, Check, Finding, Problem,
                           CodeBlock, Snippet, Chart, Picture, Commands>;

// document: told elsewhere to who sits at the terminal, or too long for it.
enum class Audience { everyone, document };

struct Section {
  std::vector<Block> blocks;
  Audience audience = Audience::everyone;
};

struct Page {
  std::string title;  // of the document: "Plan 7f3a91c2 of prod-eu1"
  std::vector<Section> sections;

  // A section without blocks leaves no trace.
  void add(Section section);
};

// "ok", "warning", "not known", "failed"
[[nodiscard]] std::string_view name(Grade grade);
// "ok", "!", "?", "x"
[[nodiscard]] std::string_view mark(Grade grade);
[[nodiscard]] Tone tone_of(Grade grade);

}  // namespace nightlatch::report
