// Walks over JSON once, from left to right, without an index and without memory of its own: what is not asked
// for is skipped. This is the reader of every line that the raw filter lets through; simdjson reads a sample
// of the same lines and must agree (second_reader.hpp).
//
// It accepts more than the grammar allows (control bytes and bytes that are no UTF-8 within strings), because
// a log that was damaged on its way still tells who asked for what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace nightlatch::scan {

// Behind the last byte that a cursor walks over, so many more must be readable.
inline constexpr std::size_t cursor_padding = 64;

// A string without its quotes, as it stands in the text.
struct RawString {
  std::string_view text;
  bool escaped = false;  // it holds a backslash
};

// `raw` as UTF-8, appended to `out`. What is no valid escape becomes U+FFFD.
void append_unescaped(std::string_view raw, std::string& out);

class JsonCursor {
 public:
  // `text` is followed by cursor_padding readable bytes.
  explicit JsonCursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] const char* position() const { return at_; }
  [[nodiscard]] bool failed() const { return failed_; }
  void fail() { failed_ = true; }

  void skip_space() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r' || *at_ == '\n')) ++at_;
  }
  // The next byte that is no white space; 0 at the end.
  [[nodiscard]] char peek() {
    if (at_ < end_ && static_cast<unsigned char>(*at_) > ' ') return *at_;
    skip_space();
    return at_ < end_ ? *at_ : '\0';
  }
  // Takes `wanted` if it is next.
  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }

  // Takes `wanted`, a text without a newline, if exactly these bytes are next.
  template <std::size_t Size>
  bool take_literal(const char (&wanted)[Size]) {
    constexpr std::size_t length = Size - 1;
    if (static_cast<std::size_t>(end_ - at_) < length || !equals<length>(at_, wanted)) return false;
    at_ += length;
    return true;
  }

  // The string that begins here.
  RawString string() {
    if (!take('"')) {
      failed_ = true;
      return {};
    }
    const char* begin = at_;
    bool escaped = false;
    while (true) {
      at_ = quote_or_backslash(at_);
      if (at_ >= end_) {
        at_ = end_;  // what is asked next must not look behind it
        failed_ = true;
        return {};
      }
      if (*at_ == '"') break;
      escaped = true;
      at_ += 2;
    }
    RawString found{{begin, static_cast<std::size_t>(at_ - begin)}, escaped};
    ++at_;
    return found;
  }

  // In an object, behind its opening brace or a value: whether another key follows. Takes the closing brace.
  bool next_key(RawString& key, bool& first) {
    if (failed_) return false;
    if (take('}')) return false;
    if (!first && !take(',')) failed_ = true;
    first = false;
    key = failed_ ? RawString{} : string();
    if (!take(':')) failed_ = true;
    return !failed_;
  }
  // In an array: whether another item follows. Takes the closing bracket.
  bool next_item(bool& first) {
    if (failed_) return false;
    if (take(']')) return false;
    if (!first && !take(',')) failed_ = true;
    first = false;
    return !failed_;
  }

  // Calls on_key(std::string_view) behind each key of the object that begins here, to take its value. Another
  // value is skipped.
  template <class OnKey>
  void object(OnKey on_key) {
    if (!take('{')) return skip_value();
    RawString key;
    for (bool first = true; next_key(key, first);) on_key(key.text);
  }
  // Calls on_item() before each item of the array that begins here, to take it. Another value is skipped.
  template <class OnItem>
  void array(OnItem on_item) {
    if (!take('[')) return skip_value();
    for (bool first = true; next_item(first);) on_item();
  }

  // Takes a whole value, whatever it is.
  void skip_value();
  // Takes a whole number; other values are skipped and give 0.
  int integer();

 private:
  // memcmp, which g++ 12 calls rather than inlines.
  template <std::size_t Length>
  [[nodiscard]] static bool equals(const char* a, const char* b) {
    std::uint64_t differ = 0;
    std::size_t i = 0;
    for (; i + 8 <= Length; i += 8) differ |= word_at(a + i) ^ word_at(b + i);
    for (; i < Length; ++i) differ |= static_cast<std::uint64_t>(a[i] ^ b[i]);
    return differ == 0;
  }
  [[nodiscard]] static std::uint64_t word_at(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
  }

  // The first byte from `at` on that is a quote or a backslash; not before end_ when there is none.
  [[nodiscard]] const char* quote_or_backslash(const char* at) const {
#if defined(__SSE2__)
    const __m128i quotes = _mm_set1_epi8('"');
    const __m128i backslashes = _mm_set1_epi8('\\');
    for (; at < end_; at += 16) {
      __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      int hits =
          _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, quotes), _mm_cmpeq_epi8(bytes, backslashes)));
      if (hits != 0) return at + __builtin_ctz(static_cast<unsigned>(hits));
    }
    return at;
#else
    while (at < end_ && *at != '"' && *at != '\\') ++at;
    return at;
#endif
  }

  const char* at_;
  const char* end_;
  bool failed_ = false;
};

}  // namespace nightlatch::scan
