#include "scan/json_cursor.hpp"

#include <cstdint>

namespace nightlatch::scan {

namespace {

constexpr std::uint32_t replacement = 0xFFFD;

void append_utf8(std::uint32_t code, std::string& out) {
  auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// Four hex digits at `at`; -1: there are none.
std::int32_t hex4(std::string_view raw, std::size_t at) {
  if (at + 4 > raw.size()) return -1;
  std::int32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    char c = raw[i];
    int digit = c >= '0' && c <= '9'                     ? c - '0'
                : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                         : -1;
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

// The code point of the escape \u at `at`, which is moved behind it.
std::uint32_t unicode_escape(std::string_view raw, std::size_t& at) {
  std::int32_t high = hex4(raw, at + 2);
  if (high < 0) {
    at += 2;
    return replacement;
  }
  at += 6;
  if (high < 0xD800 || high > 0xDFFF) return static_cast<std::uint32_t>(high);
  bool pair = high < 0xDC00 && at + 1 < raw.size() && raw[at] == '\\' && raw[at + 1] == 'u';
  std::int32_t low = pair ? hex4(raw, at + 2) : -1;
  if (low < 0xDC00 || low > 0xDFFF) return replacement;
  at += 6;
  return static_cast<std::uint32_t>(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
}

}  // namespace

void append_unescaped(std::string_view raw, std::string& out) {
  std::size_t at = 0;
  while (at < raw.size()) {
    std::size_t backslash = raw.find('\\', at);
    if (backslash == std::string_view::npos) backslash = raw.size();
    out.append(raw, at, backslash - at);
    at = backslash;
    if (at >= raw.size()) return;
    char kind = at + 1 < raw.size() ? raw[at + 1] : '\0';
    if (kind == 'u') {
      append_utf8(unicode_escape(raw, at), out);
      continue;
    }
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view values = "\"\\/\b\f\n\r\t";
    std::size_t letter = kind == '\0' ? std::string_view::npos : letters.find(kind);
    if (letter == std::string_view::npos) {
      append_utf8(replacement, out);
    } else {
      out.push_back(values[letter]);
    }
    at += 2;
  }
}

void JsonCursor::skip_value() {
  std::size_t depth = 0;
  do {
    char next = peek();
    if (failed_ || next == '\0') {
      failed_ = true;
      return;
    }
    if (next == '"') {
      string();
    } else if (next == '{' || next == '[') {
      ++depth;
      ++at_;
    } else if (next == '}' || next == ']') {
      if (depth == 0) {
        failed_ = true;
        return;
      }
      --depth;
      ++at_;
    } else if (next == ',' || next == ':') {
      if (depth == 0) {
        failed_ = true;
        return;
      }
      ++at_;
    } else {
      const char* begin = at_;
      while (at_ < end_ && *at_ != ',' && *at_ != '}' && *at_ != ']' &&
             static_cast<unsigned char>(*at_) > ' ')
        ++at_;
      if (at_ == begin) failed_ = true;  // a control byte, which begins no value
    }
  } while (depth > 0 && !failed_);
}

int JsonCursor::integer() {
  char next = peek();
  if (next < '0' || next > '9') {
    skip_value();
    return 0;
  }
  int value = 0;
  while (at_ < end_ && *at_ >= '0' && *at_ <= '9' && value < 100'000'000) value = value * 10 + (*at_++ - '0');
  return value;
}

}  // namespace nightlatch::scan
