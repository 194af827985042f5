// Text of a page as lines of a terminal: made visible, broken between words, painted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/out.hpp"
#include "report/page.hpp"
#include "report/visible.hpp"

namespace nightlatch::report {

[[nodiscard]] Charset charset_of(const Terminal& terminal);
[[nodiscard]] Color color_of(Tone tone);
[[nodiscard]] Color color_of(DiffKind kind);

// Visible text in which each byte knows its tone, and whether a line may be broken there.
class Flow {
 public:
  Flow(const Text& text, const Terminal& terminal);

  [[nodiscard]] std::size_t columns() const { return columns_of(text_); }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  // Nothing of it may be cut off.
  [[nodiscard]] bool is_exact() const { return exact_; }

  // At blanks of its prose. A longer word stays whole.
  [[nodiscard]] std::vector<Flow> wrapped(std::size_t width) const;
  // At most `width` columns, with "…" (or "...") at the end where something is missing.
  [[nodiscard]] Flow cut(std::size_t width, const Terminal& terminal) const;
  [[nodiscard]] std::string painted(const Terminal& terminal) const;

 private:
  Flow() = default;
  [[nodiscard]] Flow part(std::size_t begin, std::size_t end) const;

  std::string text_;
  std::vector<Tone> tones_;
  std::vector<bool> breakable_;
  bool exact_ = false;
};

// A line that keeps its bytes: broken at a blank, with a marker at the end of each but the last, and the
// others indented by `indent`. A word that fits into no line stays where it is.
[[nodiscard]] std::vector<std::string> marked_lines(std::string_view line, std::size_t width,
                                                    std::size_t indent, const Terminal& terminal);

}  // namespace nightlatch::report
