// Reads one audit event: the keys in any order, whatever else is there skipped.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <utility>

#include "scan/event.hpp"
#include "scan/timestamp.hpp"

namespace nightlatch::scan {

class JsonCursor;

enum class LineKind {
  event,      // audit.k8s.io, kind Event
  other,      // JSON, but no audit event: a wrapping, or another program's line
  malformed,  // no JSON, or torn
};

// Keeps unescaped texts where they do not move.
class TextMemory {
 public:
  void clear();
  // `raw` without its escapes; valid until clear().
  std::string_view unescaped(std::string_view raw);
  // The string that begins at the cursor, without its escapes; valid until clear(). Another value is skipped,
  // and gives an empty text.
  std::string_view text_at(JsonCursor& cursor);
  std::string_view kept(std::string text) { return long_texts_.emplace_back(std::move(text)); }

 private:
  static constexpr std::size_t usual = 16U << 10U;
  std::string text_;
  std::list<std::string> long_texts_;
};

class EventReader {
 public:
  // `line` is followed by cursor_padding readable bytes. With LineKind::event the views of `event` stay valid
  // until the next call, as long as the line does.
  LineKind read(std::string_view line, Event& event);
  // Where the object ended that read() last took: behind its closing brace.
  [[nodiscard]] const char* end() const { return end_; }

 private:
  TextMemory memory_;  // strings of the line that hold an escape
  LastSecond last_second_;
  const char* end_ = nullptr;
};

}  // namespace nightlatch::scan
