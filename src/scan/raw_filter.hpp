// Finds the lines that may tell of anonymous access, at the speed of a search in memory: most lines of a log
// are somebody else's, and are never parsed. Errs towards too many lines, never towards too few, for JSON
// without blanks behind its colons (what kube-apiserver writes), also where it is escaped within another
// string (how most shippers wrap it). Whether a log is of that kind is for is_filterable() to say.
//
// Go's encoder escapes no byte of these words, so a line that holds none of them is of no anonymous request:
//   system:anonymous   system:unauthenticated   "user":{}
#pragma once

#include <cstddef>
#include <string_view>

namespace nightlatch::scan {

// So many bytes in front of the text and behind it must be readable.
inline constexpr std::size_t filter_padding = 64;

struct Hit {
  const char* at = nullptr;   // where one of the words stands; the end of the text when there is none
  std::size_t line_ends = 0;  // newlines before it
};

// The first of the words in [begin, end).
[[nodiscard]] Hit find_candidate(const char* begin, const char* end);

// Whether the filter may decide about lines like this one: the line of an audit event, as it is or escaped,
// whose user follows its colon at once.
[[nodiscard]] bool is_filterable(std::string_view line);

// The same in plain C++, for processors without AVX2, and to compare with.
[[nodiscard]] Hit find_candidate_plainly(const char* begin, const char* end);

}  // namespace nightlatch::scan
