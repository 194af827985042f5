#include "report/visible.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace nightlatch::report {

namespace {

struct Decoded {
  char32_t point = 0;
  std::size_t bytes = 0;  // 0: no UTF-8 begins here
};

// RFC 3629: no overlong form, no surrogate, nothing over U+10FFFF.
Decoded decode(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return {};
  char32_t point = first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return {};
    point = (point << 6U) | (byte(i) & 0x3fU);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < least.at(size) || surrogate || point > 0x10ffff) return {};
  return {point, size};
}

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, char32_t point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return point >= range.first && point <= range.last; });
}

// Characters that are not seen, or change the order of those around them (Unicode: Cc, Cf, Zl, Zp, tags,
// private use and noncharacters).
constexpr std::array unseen{
    Range{0x80, 0x9f},     Range{0xad, 0xad},       Range{0x34f, 0x34f},     Range{0x61c, 0x61c},
    Range{0x115f, 0x1160}, Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},   Range{0x200b, 0x200f},
    Range{0x2028, 0x202e}, Range{0x2060, 0x206f},   Range{0x3164, 0x3164},   Range{0xe000, 0xf8ff},
    Range{0xfe00, 0xfe0f}, Range{0xfeff, 0xfeff},   Range{0xffa0, 0xffa0},   Range{0xfff0, 0xfffb},
    Range{0xfffe, 0xffff}, Range{0x1d173, 0x1d17a}, Range{0xe0000, 0x10ffff}};
constexpr std::array wide{Range{0x1100, 0x115f}, Range{0x2e80, 0xa4cf},   Range{0xac00, 0xd7a3},
                          Range{0xf900, 0xfaff}, Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},
                          Range{0xffe0, 0xffe6}, Range{0x1f300, 0x1faff}, Range{0x20000, 0x3fffd}};
constexpr std::array combining{Range{0x300, 0x36f}, Range{0x1ab0, 0x1aff}, Range{0x20d0, 0x20ff}};

constexpr std::size_t tab_columns = 8;

std::size_t columns_of(char32_t point) {
  if (point == '\t') return tab_columns;
  if (in(combining, point)) return 0;
  return in(wide, point) ? 2 : 1;
}

bool is_printable_ascii(char c) {
  return c >= 0x20 && c < 0x7f;
}

std::string shown_control(char32_t point) {
  if (point == '\n') return "\\n";
  if (point == '\r') return "\\r";
  if (point == '\t') return "\\t";
  return fmt::format("\\x{:02x}", static_cast<std::uint32_t>(point));
}

}  // namespace

std::string visible(std::string_view text, Charset charset, Tabs tabs) {
  std::string shown;
  while (true) {
    // Most texts have nothing else.
    const char* end = std::find_if_not(text.data(), text.data() + text.size(), is_printable_ascii);
    auto plain = static_cast<std::size_t>(end - text.data());
    shown += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return shown;
    Decoded one = decode(text);
    std::size_t bytes = std::max<std::size_t>(one.bytes, 1);
    bool keeps_tab = one.point == '\t' && tabs == Tabs::kept;
    if (one.bytes == 0) {
      shown += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0]));
    } else if ((one.point < 0x20 && !keeps_tab) || one.point == 0x7f) {
      shown += shown_control(one.point);
    } else if (in(unseen, one.point) || (charset == Charset::ascii && one.point > 0x7f)) {
      shown += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(one.point));
    } else {
      shown += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    Decoded one = decode(text);
    columns += columns_of(one.point);
    text.remove_prefix(std::max<std::size_t>(one.bytes, 1));
  }
  return columns;
}

std::size_t bytes_within(std::string_view text, std::size_t columns) {
  std::size_t used = 0;
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    Decoded one = decode(text.substr(bytes));
    used += columns_of(one.point);
    if (used > columns) break;
    bytes += std::max<std::size_t>(one.bytes, 1);
  }
  return bytes;
}

}  // namespace nightlatch::report
