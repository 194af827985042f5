// Aligned columns. Colour never counts as width.
#pragma once

#include <string>
#include <vector>

#include "report/out.hpp"

namespace nightlatch::report {

struct Cell {
  std::string text;
  Color color = Color::none;
};

class Table {
 public:
  explicit Table(std::vector<std::string> header = {}) : header_(std::move(header)) {}

  void row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }
  // Two blanks between columns; where the lines would be too long, the widest column but the first, which
  // has the names, is elided in the middle.
  void write(Out& out) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths(std::size_t columns) const;

  std::vector<std::string> header_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace nightlatch::report
