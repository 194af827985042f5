// Reads a line of a log, whatever it is wrapped in: the event of kube-apiserver, its legacy text, an entry of
// GKE, or what a shipper made of it (wrapping.hpp), behind a prefix such as that of the container runtime, or
// not.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "scan/event_reader.hpp"

namespace nightlatch::scan {

// How an event was wrapped, in words for people: "kube-apiserver's JSON", …
inline constexpr std::string_view plain_json = "kube-apiserver's JSON";
inline constexpr std::string_view legacy_text = "kube-apiserver's legacy text";
inline constexpr std::string_view gke_entry = "GKE";

class LineReader {
 public:
  // The fast way: a line that is an event as kube-apiserver writes it. LineKind::other for every other line,
  // which read_wrapped() then reads. `line` is followed by cursor_padding readable bytes.
  LineKind read(std::string_view line, Event& event) {
    if (line.empty() || line.front() != '{') return LineKind::other;
    return reader_.read(line, event);
  }

  // Behind what read() took: another value may follow on the line.
  [[nodiscard]] std::string_view rest(std::string_view line) const {
    return line.substr(static_cast<std::size_t>(reader_.end() - line.data()));
  }

  using Found = std::function<void(const Event& event, std::string_view wrapping)>;
  // Calls `found` for each event in the line. LineKind::other: it is JSON without an event, or
  // no JSON at all.
  LineKind read_wrapped(std::string_view line, const Found& found);

 private:
  LineKind read_value(std::string_view json, std::string_view wrapping, std::size_t depth,
                      const Found& found);

  EventReader reader_;
  TextMemory memory_;
};

}  // namespace nightlatch::scan
