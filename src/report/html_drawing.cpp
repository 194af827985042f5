// Drawings as SVG inside a page. Positions along the time are percents and everything else is pixels, so that
// a drawing is as wide as its page while its text keeps its size. Whatever a colour says, a pattern, a letter
// or a number says too.
#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "report/drawing.hpp"
#include "report/html_text.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

constexpr int label_height = 18;
constexpr int bar_height = 22;
constexpr int lane_height = label_height + bar_height + 6;
constexpr int axis_height = 20;
constexpr double wide_enough_for_a_letter = 3.0;  // percent: 11 pixels on a phone

// The inside of a pattern of 8 by 8 pixels, one for each kind; the first is plain.
constexpr std::array<std::string_view, 10> patterns{
    "",
    R"(<path d="M0 8L8 0M-2 2L2 -2M6 10L10 6"/>)",
    R"(<path d="M4 0V8"/>)",
    R"(<path d="M0 0L8 8M-2 6L2 10M6 -2L10 2"/>)",
    R"(<path d="M0 4H8"/>)",
    R"(<path d="M0 8L8 0M0 0L8 8"/>)",
    R"(<path d="M4 0V8M0 4H8"/>)",
    R"(<circle cx="4" cy="4" r="1.5"/>)",
    R"(<path d="M2 0V8M6 0V8"/>)",
    R"(<path d="M0 2H8M0 6H8"/>)",
};

std::string percent(double value) {
  return fmt::format("{:.2f}%", value);
}

double share(std::int64_t part, std::int64_t whole) {
  return whole <= 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string svg_begin(int height, const std::string& title, std::size_t number) {
  return fmt::format(
      "<svg width=\"100%\" height=\"{}\" role=\"img\" aria-labelledby=\"picture-{}\"><title "
      "id=\"picture-{}\">{}. The table below it says the same.</title>",
      height, number, number, html_escaped(title));
}

// 0, a half and the whole of the time.
std::string axis(std::int64_t length, int y) {
  std::string out = fmt::format("<line class=\"edge\" x1=\"0\" x2=\"100%\" y1=\"{}\" y2=\"{}\"/>", y, y);
  auto tick = [&](std::string_view x, std::string_view anchor, std::int64_t ms) {
    out += fmt::format("<text class=\"soft\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>", x, y + 14,
                       anchor, ms == 0 ? "0 s" : human_duration(std::chrono::milliseconds(ms)));
  };
  tick("0", "start", 0);
  tick("50%", "middle", length / 2);
  tick("100%", "end", length);
  return out;
}

std::string pattern_of(std::size_t kind, std::size_t number) {
  return fmt::format(
      "<pattern id=\"pattern-{}-{}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect "
      "class=\"ground\" width=\"8\" height=\"8\"/>{}</pattern>",
      number, kind, patterns[std::min(kind, patterns.size() - 1)]);
}

std::string bar_of(const Lanes& lanes, const LaneBar& bar, int y, std::size_t number) {
  double from = share(bar.from, lanes.length);
  double width = share(bar.until - bar.from, lanes.length);
  std::string out = fmt::format(
      "<rect class=\"bar{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"url(#pattern-{}-{})\"/>",
      bar.failed ? " failed" : "", percent(from), y, percent(width), bar_height, number, bar.kind);
  if (width < wide_enough_for_a_letter) return out;
  std::string letter(1, lanes.kinds[bar.kind].letter);
  return out + fmt::format("<text class=\"letter\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}{}</text>",
                           percent(from + width / 2), y + 16, html_escaped(letter), bar.failed ? "!" : "");
}

std::string legend(const Lanes& lanes, const std::set<std::size_t>& used, std::size_t number) {
  std::string out = "<ul class=\"legend\" aria-hidden=\"true\">";
  bool some_failed = std::any_of(lanes.lanes.begin(), lanes.lanes.end(), [](const Lane& lane) {
    return std::any_of(lane.bars.begin(), lane.bars.end(), [](const LaneBar& bar) { return bar.failed; });
  });
  for (std::size_t kind : used) {
    out += fmt::format(
        "<li><svg width=\"22\" height=\"16\"><rect class=\"bar\" x=\"1\" y=\"1\" width=\"20\" height=\"14\" "
        "fill=\"url(#pattern-{}-{})\"/></svg> {} {}</li>",
        number, kind, html_escaped(std::string(1, lanes.kinds[kind].letter)),
        html_escaped(lanes.kinds[kind].name));
  }
  if (some_failed) out += "<li>! failed</li>";
  return out + "</ul>";
}

std::string draw(const Lanes& lanes, const std::string& title, std::size_t number) {
  std::set<std::size_t> used;
  for (const Lane& lane : lanes.lanes) {
    for (const LaneBar& bar : lane.bars) used.insert(bar.kind);
  }
  int height = static_cast<int>(lanes.lanes.size()) * lane_height;
  std::string out = svg_begin(height + axis_height, title, number) + "<defs>";
  for (std::size_t kind : used) out += pattern_of(kind, number);
  out += "</defs>";
  int y = 0;
  for (const Lane& lane : lanes.lanes) {
    out += fmt::format("<text x=\"0\" y=\"{}\">{}</text>", y + 13, html_escaped(lane.label));
    out += fmt::format("<line class=\"edge\" x1=\"0\" x2=\"100%\" y1=\"{}\" y2=\"{}\"/>",
                       y + label_height + bar_height / 2, y + label_height + bar_height / 2);
    for (const LaneBar& bar : lane.bars) out += bar_of(lanes, bar, y + label_height, number);
    y += lane_height;
  }
  return out + axis(lanes.length, height) + "</svg>" + legend(lanes, used, number);
}

std::string draw(const Course& course, const std::string& title, std::size_t number) {
  constexpr int above = 34;  // for the largest time and the failures
  constexpr int height = 110;
  std::int64_t most = 1;
  std::uint64_t failed = 0;
  for (const CourseSpan& span : course.spans) {
    most = std::max({most, span.slowest, span.usual});
    failed += span.failed;
  }
  std::string out = svg_begin(above + height + axis_height, title, number);
  out += fmt::format("<defs>{}</defs>", pattern_of(5, number));
  out += fmt::format("<text class=\"soft\" x=\"0\" y=\"12\">{}</text>",
                     human_duration(std::chrono::milliseconds(most)));
  out += fmt::format("<line class=\"edge\" x1=\"0\" x2=\"100%\" y1=\"{}\" y2=\"{}\"/>", above, above);
  auto level = [&](std::int64_t ms) {
    return std::max(1, static_cast<int>(share(ms, most) * height / 100.0));
  };
  for (const CourseSpan& span : course.spans) {
    std::string x = percent(share(span.from, course.length));
    std::string width = percent(share(span.until - span.from, course.length));
    auto rect = [&](std::string_view name, int top, int tall) {
      out += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", name, x, top,
                         width, tall);
    };
    if (span.failed > 0) {
      out += fmt::format(
          "<rect class=\"bar failed\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
          "fill=\"url(#pattern-{}-5)\"/>",
          x, above, width, height, number);
      out += fmt::format("<text class=\"letter\" x=\"{}\" y=\"28\">{} failed</text>", x, span.failed);
    }
    rect("slowest", above + height - level(span.slowest), level(span.slowest));
    rect("usual", above + height - level(span.usual), level(span.usual));
  }
  out += axis(course.length, above + height) + "</svg>";
  out +=
      "<ul class=\"legend\" aria-hidden=\"true\"><li><svg width=\"22\" height=\"16\"><rect class=\"usual\" "
      "x=\"1\" y=\"1\" width=\"20\" height=\"14\"/></svg> usual answer</li><li><svg width=\"22\" "
      "height=\"16\"><rect class=\"slowest\" x=\"1\" y=\"1\" width=\"20\" height=\"14\"/></svg> slowest "
      "answer</li>";
  if (failed > 0)
    out += fmt::format(
        "<li><svg width=\"22\" height=\"16\"><rect class=\"bar failed\" x=\"1\" y=\"1\" width=\"20\" "
        "height=\"14\" "
        "fill=\"url(#pattern-{}-5)\"/></svg> requests failed</li>",
        number);
  return out + "</ul>";
}

// Hollow: let in. Full: refused. Crossed out: no answer, or another one.
std::string answer_mark(double column, int offset, int y, int status) {
  std::string x = fmt::format("x=\"{}\" y=\"{}\"", percent(column), y);
  std::string out = fmt::format("<svg {} width=\"{}\" height=\"16\" overflow=\"visible\">", x, offset + 18);
  bool refused = status == 401 || status == 403;
  bool let_in = status >= 200 && status < 300;
  out += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"1\" width=\"13\" height=\"13\"/>",
                     refused ? "refused" : "open", offset + 1);
  if (!refused && !let_in)
    out += fmt::format("<path class=\"cross\" d=\"M{} 1L{} 14M{} 1L{} 14\"/>", offset + 1, offset + 14,
                       offset + 14, offset + 1);
  return out + "</svg>";
}

std::string draw(const Grid& grid, const std::string& title, std::size_t number) {
  constexpr int row_height = 42;
  constexpr int between = 46;
  int head = 20;
  int height = head + static_cast<int>(grid.rows.size()) * row_height;
  double width = grid.columns.empty() ? 100.0 : 100.0 / static_cast<double>(grid.columns.size());
  std::string out = svg_begin(height, title, number);
  for (std::size_t i = 0; i < grid.columns.size(); ++i)
    out += fmt::format("<text class=\"head\" x=\"{}\" y=\"13\">{}</text>",
                       percent(width * static_cast<double>(i)), html_escaped(grid.columns[i]));
  int y = head;
  for (const GridRow& row : grid.rows) {
    out += fmt::format("<line class=\"edge\" x1=\"0\" x2=\"100%\" y1=\"{}\" y2=\"{}\"/>", y, y);
    out += fmt::format("<text class=\"soft\" x=\"0\" y=\"{}\">{}</text>", y + 14, html_escaped(row.label));
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      double column = width * static_cast<double>(i);
      auto status = [&](int offset, int seen) {
        out += answer_mark(column, offset, y + 20, seen);
        out += fmt::format(
            "<svg x=\"{}\" y=\"{}\" overflow=\"visible\" width=\"1\" height=\"1\"><text x=\"{}\" "
            "y=\"12\">{}</text></svg>",
            percent(column), y + 20, offset + 17, seen > 0 ? fmt::format("{}", seen) : "-");
      };
      status(0, row.cells[i].before);
      out += fmt::format(
          "<svg x=\"{}\" y=\"{}\" overflow=\"visible\" width=\"1\" height=\"1\"><text class=\"soft\" "
          "x=\"{}\" y=\"12\">→</text></svg>",
          percent(column), y + 20, between - 2);
      status(between + 16, row.cells[i].after);
    }
    y += row_height;
  }
  auto example = [](std::string_view name, std::string_view more, std::string_view words) {
    return fmt::format(
        "<li><svg width=\"16\" height=\"16\"><rect class=\"{}\" x=\"1\" y=\"1\" width=\"13\" "
        "height=\"13\"/>{}</svg> {}</li>",
        name, more, words);
  };
  return out + "</svg><ul class=\"legend\" aria-hidden=\"true\">" + example("open", "", "let in") +
         example("refused", "", "refused") +
         example("open", "<path class=\"cross\" d=\"M1 1L14 14M14 1L1 14\"/>", "no answer, or not asked") +
         "</ul>";
}

}  // namespace

std::string status_text(int status) {
  if (status > 0) return fmt::format("{}", status);
  return status == 0 ? "no answer" : "not asked";
}

std::string html_of(const Drawing& drawing, const std::string& title, std::size_t number) {
  return std::visit([&](const auto& one) { return draw(one, title, number); }, drawing);
}

}  // namespace nightlatch::report
