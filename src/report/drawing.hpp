// What a picture shows, as values: lanes of time, a course of requests, a grid of answers. They are drawn for
// a browser (html_drawing.cpp); everybody else gets the table that stands beside them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace nightlatch::report {

// Who was at what, when. Times are milliseconds from the beginning of the drawing.
struct LaneBar {
  std::int64_t from = 0;
  std::int64_t until = 0;
  std::size_t kind = 0;  // of Lanes::kinds
  bool failed = false;
};
struct Lane {
  std::string label;
  std::vector<LaneBar> bars;
};
struct LaneKind {
  char letter = ' ';
  std::string name;
};
struct Lanes {
  std::int64_t length = 0;
  std::vector<LaneKind> kinds;  // at most 10
  std::vector<Lane> lanes;
};

// How long requests took, and how many failed, in spans one after the other.
struct CourseSpan {
  std::int64_t from = 0;
  std::int64_t until = 0;
  std::int64_t usual = 0;  // milliseconds
  std::int64_t slowest = 0;
  std::uint64_t failed = 0;
};
struct Course {
  std::int64_t length = 0;
  std::vector<CourseSpan> spans;
};

// What was answered before and after: HTTP statuses, 0 for no answer, -1 for not asked.
struct GridCell {
  int before = -1;
  int after = -1;
};
struct GridRow {
  std::string label;
  std::vector<GridCell> cells;  // one for each column
};
struct Grid {
  std::vector<std::string> columns;
  std::vector<GridRow> rows;
};

using Drawing = std::variant<Lanes, Course, Grid>;

// The element svg of a drawing, with its legend. `title` says what it shows; `number` is another one for each
// drawing of a page.
[[nodiscard]] std::string html_of(const Drawing& drawing, const std::string& title, std::size_t number);

// "200", "no answer", "not asked"
[[nodiscard]] std::string status_text(int status);

}  // namespace nightlatch::report
