#include "access/go_text.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

namespace nightlatch::access {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct Decoded {
  char32_t code_point = replacement;
  std::size_t length = 1;
  bool valid = false;
};

// One code point as utf8.DecodeRune reads it: of text that is not UTF-8 one byte at a time.
Decoded decode(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t code_point = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code_point = code_point << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < least[length] || code_point > 0x10FFFF || surrogate) return {};
  return {code_point, length, true};
}

// strconv.IsPrint, without the code points that Unicode has not assigned.
bool is_printable(char32_t c) {
  constexpr std::array<std::pair<char32_t, char32_t>, 13> hidden{{{0x00, 0x1F},
                                                                  {0x7F, 0xA0},
                                                                  {0xAD, 0xAD},
                                                                  {0x61C, 0x61C},
                                                                  {0x1680, 0x1680},
                                                                  {0x180E, 0x180E},
                                                                  {0x2000, 0x200F},
                                                                  {0x2028, 0x202F},
                                                                  {0x205F, 0x206F},
                                                                  {0x3000, 0x3000},
                                                                  {0xD800, 0xF8FF},
                                                                  {0xFEFF, 0xFEFF},
                                                                  {0xFFF0, 0xFFFB}}};
  for (auto [first, last] : hidden) {
    if (c >= first && c <= last) return false;
  }
  return c < 0xE0000 && (c & 0xFFFEU) != 0xFFFEU;
}

std::string escaped(char32_t c) {
  constexpr std::string_view letters = "abtnvfr";  // from \x07 on; \x09 and \x0a lie among them
  if (c >= 7 && c <= 13) return fmt::format("\\{}", letters[c - 7]);
  if (c < 0x80) return fmt::format("\\x{:02x}", static_cast<unsigned>(c));
  if (c < 0x10000) return fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  return fmt::format("\\U{:08x}", static_cast<unsigned>(c));
}

}  // namespace

std::string go_quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    Decoded one = decode(text);
    if (!one.valid) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (one.code_point == '"' || one.code_point == '\\') {
      out += '\\';
      out += text[0];
    } else if (is_printable(one.code_point)) {
      out += text.substr(0, one.length);
    } else {
      out += escaped(one.code_point);
    }
    text.remove_prefix(one.length);
  }
  return out + "\"";
}

std::string go_json_string(std::string_view text) {
  std::string out = "\"";
  for (char c : valid_utf8(text)) {
    constexpr std::string_view controls = "\b\t\n\f\r\"\\";
    constexpr std::string_view letters = "btnfr\"\\";
    std::size_t named = controls.find(c);
    bool as_number = (c >= 0 && c < ' ') || c == '<' || c == '>' || c == '&';
    if (named != std::string_view::npos) {
      out += '\\';
      out += letters[named];
    } else if (as_number) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    Decoded one = decode(text);
    append_utf8(out, one.code_point);
    text.remove_prefix(one.length);
  }
  return out;
}

void append_utf8(std::string& text, char32_t code_point) {
  bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (surrogate || code_point > 0x10FFFF) code_point = replacement;
  auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | (code_point >> shift & 0x3FU)); };
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xC0U | code_point >> 6U);
    tail(0);
  } else if (code_point < 0x10000) {
    text += static_cast<char>(0xE0U | code_point >> 12U);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | code_point >> 18U);
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace nightlatch::access
