#include "report/runbook_markup.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "report/out.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using Line = FilledLine<RunbookValue>;

// The template's own text at the beginning of the line; a value there is no mark.
std::string_view head_of(const Line& line) {
  return line.empty() || line.front().value != nullptr ? std::string_view() : line.front().text;
}

Line without_head(Line line, std::size_t size) {
  line.front().text.remove_prefix(size);
  if (line.front().text.empty()) line.erase(line.begin());
  return line;
}

bool is_blank(const Line& line) {
  return std::all_of(line.begin(), line.end(), [](const FilledPart<RunbookValue>& part) {
    return part.value == nullptr ? trim(part.text).empty() : part.value->empty();
  });
}

// Collects the parts of one run of text.
class Inline {
 public:
  explicit Inline(const std::string& options) : options_(options) {}

  void add(const Line& line) {
    for (const FilledPart<RunbookValue>& part : line) {
      if (part.value != nullptr) {
        add_value(part.value->text);
      } else {
        add_own(part.text);
      }
    }
  }
  Text take() {
    end_code();
    return std::move(text_);
  }

 private:
  void add_own(std::string_view own) {
    while (!own.empty()) {
      if (own.front() == '`') {
        own.remove_prefix(1);
        in_code_ ? end_code() : begin_code();
      } else if (!in_code_ && own.starts_with("**")) {
        own.remove_prefix(2);
        bold_ = !bold_;
      } else {
        std::size_t end = in_code_ ? own.find('`') : std::min(own.find('`'), own.find("**"));
        std::string_view piece = own.substr(0, end);
        if (in_code_) {
          code_.emplace_back(piece, false);
        } else {
          text_.add(std::string(piece), bold_ ? Tone::bold : Tone::plain);
        }
        own.remove_prefix(piece.size());
      }
    }
  }
  void add_value(const Text& value) {
    if (in_code_) {
      code_.emplace_back(value.plain(), true);
      return;
    }
    for (const Span& span : value.spans()) {
      Tone tone = bold_ && span.tone == Tone::plain ? Tone::bold : span.tone;
      span.form == Form::exact ? text_.add_exact(span.text, tone) : text_.add(span.text, tone);
    }
  }
  void begin_code() { in_code_ = true; }
  // A value that is all of it is shown as it is; in a command it is a word of a shell.
  void end_code() {
    std::string whole;
    for (const auto& [piece, is_value] : code_)
      whole += is_value && code_.size() > 1 ? shell_word(piece) : piece;
    text_.add_exact(complete(whole, options_), bold_ ? Tone::bold : Tone::plain);
    code_.clear();
    in_code_ = false;
  }

  const std::string& options_;
  Text text_;
  bool bold_ = false;
  bool in_code_ = false;
  std::vector<std::pair<std::string, bool>> code_;
};

class Markup {
 public:
  explicit Markup(const std::string& options) : options_(options) {}

  std::vector<Block> blocks(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
      fence_ ? take_fenced(line) : take(line);
    }
    if (fence_) end_fence();
    end();
    return std::move(blocks_);
  }

 private:
  enum class Kind { none, paragraph, list, table };
  struct Item {
    ListMark mark;
    std::size_t number;  // of ListMark::numbers
    Line line;
  };

  void take(const Line& line);
  void take_fenced(const Line& line);
  bool take_values(const Line& line);
  bool take_item(const Line& line);
  void take_row(Line line);
  void end();
  void end_list();
  void end_table();
  void end_fence();
  void be(Kind kind) {
    if (kind_ != kind) end();
    kind_ = kind;
  }
  [[nodiscard]] Text text_of(const Line& line) const {
    Inline text(options_);
    text.add(line);
    return text.take();
  }

  const std::string& options_;
  std::vector<Block> blocks_;
  Kind kind_ = Kind::none;
  std::vector<Line> paragraph_;
  std::vector<Item> items_;
  std::vector<std::vector<Text>> rows_;
  bool header_ = false;
  std::optional<std::string> fence_;  // its language
  std::string fenced_;
};

// The mark of an item at the beginning of a line, and how long it is.
std::optional<std::pair<ListMark, std::size_t>> mark_of(std::string_view head) {
  if (head.starts_with("- [ ] ")) return std::pair(ListMark::boxes, std::size_t{6});
  if (head.starts_with("- ")) return std::pair(ListMark::points, std::size_t{2});
  std::size_t digits = std::min(head.find_first_not_of("0123456789"), head.size());
  if (digits == 0 || !head.substr(digits).starts_with(". ")) return std::nullopt;
  return std::pair(ListMark::numbers, digits + 2);
}

bool Markup::take_values(const Line& line) {
  if (line.size() != 1 || line.front().value == nullptr || line.front().value->blocks.empty()) return false;
  end();
  const std::vector<Block>& blocks = line.front().value->blocks;
  blocks_.insert(blocks_.end(), blocks.begin(), blocks.end());
  return true;
}

bool Markup::take_item(const Line& line) {
  auto mark = mark_of(head_of(line));
  if (!mark) return false;
  be(Kind::list);
  if (!items_.empty() && items_.front().mark != mark->first) {
    end();
    be(Kind::list);
  }
  std::size_t number = 1;
  std::string_view head = head_of(line);
  std::from_chars(head.data(), head.data() + head.size(), number);
  items_.push_back({mark->first, number, without_head(line, mark->second)});
  return true;
}

void Markup::take_row(Line line) {
  be(Kind::table);
  std::vector<Line> cells(1);
  for (const FilledPart<RunbookValue>& part : without_head(std::move(line), 1)) {
    std::string_view own = part.text;
    while (part.value == nullptr && own.find('|') != std::string_view::npos) {
      std::size_t bar = own.find('|');
      cells.back().push_back({own.substr(0, bar), nullptr});
      cells.emplace_back();
      own.remove_prefix(bar + 1);
    }
    if (part.value != nullptr || !own.empty()) cells.back().push_back({own, part.value});
  }
  if (is_blank(cells.back())) cells.pop_back();  // behind the last bar
  std::vector<Text> row;
  bool rule = true;
  for (Line& cell : cells) {
    if (!cell.empty() && cell.front().value == nullptr) {
      std::string_view& own = cell.front().text;
      own.remove_prefix(std::min(own.find_first_not_of(' '), own.size()));
    }
    if (!cell.empty() && cell.back().value == nullptr) {
      std::string_view& own = cell.back().text;
      own = own.substr(0, own.find_last_not_of(' ') + 1);
    }
    row.push_back(text_of(cell));
    std::string plain = row.back().plain();
    rule = rule && !plain.empty() && plain.find_first_not_of('-') == std::string::npos;
  }
  if (rule && rows_.size() == 1) {
    header_ = true;
  } else {
    rows_.push_back(std::move(row));
  }
}

void Markup::take(const Line& line) {
  std::string_view head = head_of(line);
  if (is_blank(line)) return end();
  if (take_values(line)) return;
  if (head.starts_with("```")) {
    end();
    fence_ = std::string(trim(head.substr(3)));
  } else if (head.starts_with("## ") || head.starts_with("### ")) {
    end();
    Rank rank = head.starts_with("## ") ? Rank::section : Rank::part;
    blocks_.emplace_back(Heading{text_of(without_head(line, head.find(' ') + 1)), rank});
  } else if (head.starts_with('|')) {
    take_row(line);
  } else if (!take_item(line)) {
    be(Kind::paragraph);
    paragraph_.push_back(line);
  }
}

void Markup::take_fenced(const Line& line) {
  if (head_of(line).starts_with("```")) return end_fence();
  bool commands = fence_ == "sh";
  std::string whole;
  for (const FilledPart<RunbookValue>& part : line) {
    if (part.value == nullptr) {
      whole += part.text;
    } else {
      whole += commands ? shell_word(part.value->text.plain()) : part.value->text.plain();
    }
  }
  fenced_ += (commands ? complete(whole, options_) : whole) + "\n";
}

void Markup::end_fence() {
  std::string text = std::exchange(fenced_, {});
  if (fence_ == "sh") {
    blocks_.emplace_back(Snippet{Snippet::Kind::commands, std::move(text)});
  } else if (fence_ == "text") {
    blocks_.emplace_back(Snippet{Snippet::Kind::message, std::move(text)});
  } else {
    blocks_.emplace_back(CodeBlock{{}, std::move(text)});
  }
  fence_.reset();
}

// "**Label**: value"
std::optional<Fact> fact_of(const Text& item) {
  const std::vector<Span>& spans = item.spans();
  bool labelled = spans.size() > 1 && spans[0].tone == Tone::bold && spans[1].form == Form::prose &&
                  spans[1].text.starts_with(": ");
  if (!labelled) return std::nullopt;
  Text value(spans[1].text.substr(2), spans[1].tone);
  for (std::size_t i = 2; i < spans.size(); ++i) {
    spans[i].form == Form::exact ? value.add_exact(spans[i].text, spans[i].tone)
                                 : value.add(spans[i].text, spans[i].tone);
  }
  return Fact{spans[0].text, {std::move(value)}};
}

void Markup::end_list() {
  List list{items_.front().mark, {}, items_.front().number};
  Facts facts;
  for (const Item& item : items_) {
    list.items.push_back(text_of(item.line));
    if (auto fact = fact_of(list.items.back())) facts.facts.push_back(*std::move(fact));
  }
  bool all_facts = list.mark == ListMark::points && facts.facts.size() == items_.size();
  items_.clear();
  if (all_facts) {
    blocks_.emplace_back(std::move(facts));
  } else {
    blocks_.emplace_back(std::move(list));
  }
}

void Markup::end_table() {
  Table table;
  if (header_) {
    for (const Text& cell : rows_.front()) table.header.push_back(cell.plain());
    rows_.erase(rows_.begin());
  }
  table.rows = std::exchange(rows_, {});
  header_ = false;
  if (!table.rows.empty()) blocks_.emplace_back(std::move(table));
}

void Markup::end() {
  switch (std::exchange(kind_, Kind::none)) {
    case Kind::none:
      return;
    case Kind::list:
      return end_list();
    case Kind::table:
      return end_table();
    case Kind::paragraph:
      break;
  }
  Inline text(options_);
  for (std::size_t i = 0; i < paragraph_.size(); ++i) {
    if (i > 0) text.add({{" ", nullptr}});
    text.add(paragraph_[i]);
  }
  paragraph_.clear();
  blocks_.emplace_back(Paragraph{text.take()});
}

}  // namespace

std::vector<Block> blocks_of(const std::vector<FilledLine<RunbookValue>>& lines, const std::string& options) {
  return Markup(options).blocks(lines);
}

}  // namespace nightlatch::report
