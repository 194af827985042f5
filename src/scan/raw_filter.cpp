#include "scan/raw_filter.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "scan/event.hpp"
#include "scan/json_cursor.hpp"
#include "scan/wrapping.hpp"

namespace nightlatch::scan {

namespace {

// Behind the colon of the two names, and what must be left of it.
constexpr std::string_view anonymous_tail = ":anonymous";
constexpr std::string_view unauthenticated_tail = ":unauthenticated";
constexpr std::string_view system_head = "system";

bool follows(const char* at, const char* end, std::string_view word) {
  return static_cast<std::size_t>(end - at) >= word.size() && std::memcmp(at, word.data(), word.size()) == 0;
}

bool precedes(const char* at, const char* begin, std::string_view word) {
  return static_cast<std::size_t>(at - begin) >= word.size() &&
         std::memcmp(at - word.size(), word.data(), word.size()) == 0;
}

// `"user":` ends at the colon, its quotes escaped any number of times.
bool is_empty_user(const char* colon, const char* begin, const char* end) {
  if (!follows(colon, end, ":{}")) return false;
  const char* at = colon;
  auto step_over_quote = [&] {
    if (at == begin || at[-1] != '"') return false;
    --at;
    while (at > begin && at[-1] == '\\') --at;
    return true;
  };
  if (!step_over_quote()) return false;
  if (!precedes(at, begin, "user")) return false;
  at -= 4;
  return at > begin && at[-1] == '"';
}

// Whether the colon at `colon` is that of one of the words.
bool is_candidate(const char* colon, const char* begin, const char* end) {
  switch (colon + 1 < end ? colon[1] : '\0') {
    case 'a':
      return follows(colon, end, anonymous_tail) && precedes(colon, begin, system_head);
    case 'u':
      return follows(colon, end, unauthenticated_tail) && precedes(colon, begin, system_head);
    case '{':
      return is_empty_user(colon, begin, end);
    default:
      return false;
  }
}

// Whether the key "user" itself is followed by its object at once. A client can write the same bytes into its
// User-Agent, so that a search for them would tell nothing.
bool has_compact_user(std::string_view json) {
  JsonCursor cursor(json);
  if (!cursor.take('{')) return false;
  RawString key;
  for (bool first = true; cursor.next_key(key, first);) {
    if (key.text == "user") return std::string_view(key.text.data() + key.text.size(), 3) == "\":{";
    cursor.skip_value();
  }
  return false;
}

#if defined(__x86_64__)

#define NL_AVX2 __attribute__((target("avx2,popcnt"), always_inline)) inline

NL_AVX2 __m256i load(const char* at) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

NL_AVX2 __m256i equal(__m256i bytes, char wanted) {
  return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(wanted));
}

NL_AVX2 std::uint64_t mask_of(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32U;
}

// The colons that may begin ":an", ":un" or ":{}": those two bytes in front of an n or a brace. Most blocks
// of a log have none, and it costs half of what looking for the words does.
NL_AVX2 __m256i colons_in_question(const char* at, __m256i bytes) {
  __m256i third = load(at + 2);
  return _mm256_and_si256(equal(bytes, ':'), _mm256_or_si256(equal(third, 'n'), equal(third, '}')));
}

// The colons that begin ":an" or ":un", and those that begin ":{}" behind `r"` or `\"`.
NL_AVX2 __m256i colons_of_words(const char* at, __m256i bytes) {
  __m256i second = load(at + 1);
  __m256i third = load(at + 2);
  __m256i before = load(at - 2);
  __m256i name = _mm256_and_si256(equal(third, 'n'), _mm256_or_si256(equal(second, 'a'), equal(second, 'u')));
  __m256i empty =
      _mm256_and_si256(equal(third, '}'), _mm256_or_si256(equal(before, 'r'), equal(before, '\\')));
  return _mm256_and_si256(equal(bytes, ':'), _mm256_or_si256(name, empty));
}

NL_AVX2 std::size_t sum_of_bytes(__m256i counts) {
  alignas(32) std::uint64_t sums[4];
  _mm256_store_si256(reinterpret_cast<__m256i*>(sums), _mm256_sad_epu8(counts, _mm256_setzero_si256()));
  return static_cast<std::size_t>(sums[0] + sums[1] + sums[2] + sums[3]);
}

// Looks closer at the 64 bytes at `at`. Returns the colon of a word, or nullptr, and counts the newlines up
// to there.
__attribute__((target("avx2,popcnt"))) const char* look_closer(const char* at, const char* begin,
                                                               const char* end, std::uint64_t colons,
                                                               std::uint64_t newlines,
                                                               std::size_t& line_ends) {
  if (end - at < 64) newlines &= (std::uint64_t{1} << static_cast<unsigned>(end - at)) - 1;
  for (; colons != 0; colons &= colons - 1) {
    const char* colon = at + __builtin_ctzll(colons);
    if (colon >= end) break;
    if (!is_candidate(colon, begin, end)) continue;
    newlines &= (std::uint64_t{1} << static_cast<unsigned>(colon - at)) - 1;
    line_ends += static_cast<std::size_t>(__builtin_popcountll(newlines));
    return colon;
  }
  line_ends += static_cast<std::size_t>(__builtin_popcountll(newlines));
  return nullptr;
}

// Reads up to 64 bytes in front of `begin` and behind `end`.
__attribute__((target("avx2,popcnt"))) Hit find_with_avx2(const char* begin, const char* end) {
  Hit hit{end, 0};
  const char* at = begin;
  while (at < end) {
    __m256i counts = _mm256_setzero_si256();
    const char* found = nullptr;
    // Each block adds at most 2 to a counter of a byte.
    for (int blocks = 0; blocks < 127 && at < end && found == nullptr; ++blocks, at += 64) {
      __m256i low = load(at);
      __m256i high = load(at + 32);
      __m256i low_ends = equal(low, '\n');
      __m256i high_ends = equal(high, '\n');
      __m256i in_question = _mm256_or_si256(colons_in_question(at, low), colons_in_question(at + 32, high));
      if (__builtin_expect(_mm256_testz_si256(in_question, in_question) == 0 || end - at < 64, 0)) {
        std::uint64_t colons = mask_of(colons_of_words(at, low), colons_of_words(at + 32, high));
        found = look_closer(at, begin, end, colons, mask_of(low_ends, high_ends), hit.line_ends);
      } else {
        counts = _mm256_sub_epi8(counts, _mm256_add_epi8(low_ends, high_ends));
      }
    }
    hit.line_ends += sum_of_bytes(counts);
    if (found == nullptr) continue;
    hit.at = found;
    return hit;
  }
  return hit;
}

#endif

}  // namespace

Hit find_candidate_plainly(const char* begin, const char* end) {
  Hit hit;
  const char* counted = begin;
  for (const char* at = begin; at < end; ++at) {
    at = static_cast<const char*>(std::memchr(at, ':', static_cast<std::size_t>(end - at)));
    if (at == nullptr) break;
    if (!is_candidate(at, begin, end)) continue;
    hit.line_ends = static_cast<std::size_t>(std::count(counted, at, '\n'));
    hit.at = at;
    return hit;
  }
  hit.line_ends = static_cast<std::size_t>(std::count(counted, end, '\n'));
  hit.at = end;
  return hit;
}

Hit find_candidate(const char* begin, const char* end) {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  if (has_avx2) return find_with_avx2(begin, end);
#endif
  return find_candidate_plainly(begin, end);
}

bool is_filterable(std::string_view line) {
  std::size_t begin = beginning_of_json(line);
  if (begin == std::string_view::npos) return false;
  line.remove_prefix(begin);
  if (has_compact_user(line)) return true;
  std::size_t compact = 0;
  std::size_t others = 0;
  bool whole = unwrap(
      line, [&](std::string_view text, const Wrapping&) { ++(has_compact_user(text) ? compact : others); });
  return whole && compact > 0 && others == 0;
}

}  // namespace nightlatch::scan
