// A line in any wrapping, and the raw filter: no event of anonymous access is in a line that the filter may
// decide about and does not find.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "scan/json_cursor.hpp"
#include "scan/line_reader.hpp"
#include "scan/raw_filter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch::scan;
  std::string bytes(filter_padding, '\n');
  bytes.append(reinterpret_cast<const char*>(data), size);
  bytes.append(cursor_padding, '\0');
  std::string_view lines = std::string_view(bytes).substr(filter_padding, size);
  const char* end = lines.data() + lines.size();
  Hit hit = find_candidate(lines.data(), end);
  Hit plain = find_candidate_plainly(lines.data(), end);
  if (hit.at != plain.at || hit.line_ends != plain.line_ends) __builtin_trap();
  static LineReader reader;
  static_cast<void>(is_filterable(lines));
  static_cast<void>(reader.read_wrapped(lines, [&](const Event& event, std::string_view) {
    if (event.uri.size() > 2 * size) __builtin_trap();
  }));
  return 0;
}
