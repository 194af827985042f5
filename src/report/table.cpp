#include "report/table.hpp"

#include <algorithm>
#include <numeric>

#include "util/text.hpp"

namespace nightlatch::report {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least = 12;  // a column is not elided below this

}  // namespace

std::vector<std::size_t> Table::widths(std::size_t columns) const {
  std::vector<std::size_t> widths;
  auto grow = [&](std::size_t column, std::size_t width) {
    if (widths.size() <= column) widths.resize(column + 1);
    widths[column] = std::max(widths[column], width);
  };
  for (std::size_t i = 0; i < header_.size(); ++i) grow(i, header_[i].size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) grow(i, row[i].text.size());
  }
  if (widths.empty()) return widths;
  std::size_t total = std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
  while (total > columns) {
    auto widest = std::max_element(widths.begin() + 1, widths.end());
    if (widest == widths.end() || *widest <= least) break;
    std::size_t excess = std::min(total - columns, *widest - least);
    *widest -= excess;
    total -= excess;
  }
  return widths;
}

void Table::write(Out& out) const {
  std::vector<std::size_t> wide = widths(out.columns());
  auto write_row = [&](const std::vector<Cell>& cells) {
    std::string line;
    std::size_t pending = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      std::string text = elide_middle(cells[i].text, wide[i]);
      line += std::string(pending, ' ');
      line += text.empty() ? text : out.paint(cells[i].color, text);
      pending = wide[i] - text.size() + gap;
    }
    while (line.ends_with(' ')) line.pop_back();
    out.line(line);
  };
  if (!header_.empty()) {
    std::vector<Cell> cells;
    for (const std::string& name : header_) cells.push_back({name, Color::bold});
    write_row(cells);
  }
  for (const auto& row : rows_) write_row(row);
}

}  // namespace nightlatch::report
