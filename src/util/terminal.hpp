// What a terminal can do.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nightlatch {

enum class ColorMode { automatic, always, never };
enum class Color { none, green, yellow, red, dim, bold };

struct Terminal {
  bool is_terminal = false;  // the stream is a terminal that can move its cursor
  bool color = false;
  bool utf8 = false;
  std::size_t columns = 80;

  // `text` in colour when the terminal has it, else as it is.
  [[nodiscard]] std::string paint(Color wanted, std::string_view text) const;
};

// Of the stream `fd`: by isatty, TERM, NO_COLOR (no-color.org), LC_ALL, LC_CTYPE, LANG and the window size.
[[nodiscard]] Terminal describe_terminal(int fd, ColorMode mode);

}  // namespace nightlatch
