#include "scan/line_reader.hpp"

#include "scan/gke_entry.hpp"
#include "scan/json_cursor.hpp"
#include "scan/legacy_line.hpp"
#include "scan/wrapping.hpp"

namespace nightlatch::scan {

namespace {

constexpr std::size_t deepest = 4;  // wrappings within wrappings
}  // namespace

LineKind LineReader::read_wrapped(std::string_view line, const Found& found) {
  if (is_legacy(line)) {
    Event event;
    LineKind kind = read_legacy(line, memory_, event);
    if (kind == LineKind::event) found(event, legacy_text);
    return kind;
  }
  std::size_t json = beginning_of_json(line);
  if (json == std::string_view::npos) return LineKind::other;
  if (json == 0) return read_value(line, {}, 0, found);
  // What stands within a line that has lost its beginning is no event.
  JsonCursor cursor(line.substr(json));
  cursor.skip_value();
  if (cursor.failed() || cursor.peek() != '\0') return LineKind::malformed;
  return read_value(line.substr(json), "a text before JSON", 0, found);
}

LineKind LineReader::read_value(std::string_view json, std::string_view wrapping, std::size_t depth,
                                const Found& found) {
  // The memory of this reader is not shared with the levels below: they are read after this event was handed
  // on.
  Event event;
  LineKind kind = json.starts_with('{') ? reader_.read(json, event) : LineKind::other;
  if (kind == LineKind::event) {
    found(event, wrapping.empty() ? plain_json : wrapping);
    return kind;
  }
  if (kind == LineKind::malformed) return kind;
  if (read_gke_entry(json, memory_, event) == LineKind::event) {
    found(event, gke_entry);
    return LineKind::event;
  }
  bool any = false;
  bool whole = unwrap(json, [&](std::string_view text, const Wrapping& row) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
    if (depth + 1 >= deepest || text.empty()) return;
    LineKind below = LineKind::malformed;
    if (text.front() == '{' || text.front() == '[') {
      below = read_value(text, row.name, depth + 1, found);
    } else if (is_legacy(text)) {
      Event old;
      below = read_legacy(text, memory_, old);
      if (below == LineKind::event) found(old, row.name);
    }
    any = any || below == LineKind::event;
  });
  if (any) return LineKind::event;
  return whole ? LineKind::other : LineKind::malformed;
}

}  // namespace nightlatch::scan
