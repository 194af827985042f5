#include "scan/scan_worker.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "scan/legacy_line.hpp"
#include "scan/raw_filter.hpp"
#include "scan/timestamp.hpp"

namespace nightlatch::scan {

namespace {

// One line of so many pieces is read a second time: about one of 3,000 lines.
constexpr std::uint64_t pieces_of_a_check = 4;
// Where most of the first lines of a piece that are looked at matter, searching costs more than it saves.
constexpr std::size_t lines_of_a_trial = 32;

// The line around the byte at `at`, without its newline.
std::string_view line_around(std::string_view lines, std::size_t at) {
  std::size_t begin = at == 0 ? std::string_view::npos : lines.rfind('\n', at - 1);
  begin = begin == std::string_view::npos ? 0 : begin + 1;
  std::size_t end = lines.find('\n', begin);
  return lines.substr(begin, end == std::string_view::npos ? end : end - begin);
}

std::string_view first_line(std::string_view lines) {
  return lines.substr(0, lines.find('\n'));
}

std::string_view last_line(std::string_view lines) {
  while (lines.ends_with('\n')) lines.remove_suffix(1);
  return lines.substr(lines.rfind('\n') + 1);
}

bool is_time_character(char c) {
  return (c >= '0' && c <= '9') || c == 'T' || c == 'Z' || c == ':' || c == '.' || c == '-' || c == '+';
}

// Spreads the numbers of the pieces over their bytes, the same in every run.
std::size_t spread(std::uint64_t number, std::size_t size) {
  return static_cast<std::size_t>((number * 0x9E3779B97F4A7C15U >> 20U) % size);
}

}  // namespace

std::int64_t time_in(std::string_view line) {
  constexpr std::string_view key = "stageTimestamp";
  std::size_t at = line.rfind(key);
  if (at == std::string_view::npos) {
    return is_legacy(line) ? parse_rfc3339(line.substr(0, line.find(' '))) : 0;
  }
  std::size_t begin = line.find_first_of("0123456789", at + key.size());
  if (begin == std::string_view::npos) return 0;
  std::size_t end = begin;
  while (end < line.size() && is_time_character(line[end])) ++end;
  return parse_rfc3339(line.substr(begin, end - begin));
}

void ScanWorker::take(const Piece& piece) {
  std::string_view lines = piece.lines();
  ++pieces_;
  torn_at_end_ = piece.ends_torn();
  note_times(lines);
  may_filter(lines) ? filtered(lines) : every(lines);
  pending_.settle(merger_, sink_);
}

TimeSpans ScanWorker::take_spans() {
  coverage_.wrappings.erase(std::string(plain_json));
  if (plain_events_ > 0) coverage_.wrappings[std::string(plain_json)] = plain_events_;
  return std::exchange(spans_, TimeSpans(options_.gap_us));
}

// Two lines of the piece must be such that the filter can decide about them.
bool ScanWorker::may_filter(std::string_view lines) {
  if (options_.lines == Lines::every || !is_filterable(first_line(lines))) return false;
  std::string_view sample = line_around(lines, spread(coverage_.bytes + pieces_, lines.size()));
  if (!is_filterable(sample)) return false;
  if (pieces_ % pieces_of_a_check == 0) check_filter(sample);
  return true;
}

void ScanWorker::check_filter(std::string_view line) {
  if (find_candidate(line.data(), line.data() + line.size()).at != line.data() + line.size()) return;
  ++coverage_.checked;
  Event event;
  auto check = [&](const Event& found) {
    if (caller_of(found) != Caller::other && missed_.empty()) missed_ = line.substr(0, 512);
  };
  if (second_reader_.read(line, event) == LineKind::event) {
    check(event);
  } else {
    reader_.read_wrapped(line, [&](const Event& found, std::string_view) { check(found); });
  }
}

void ScanWorker::filtered(std::string_view lines) {
  const char* at = lines.data();
  const char* end = at + lines.size();
  std::size_t passed = 0;
  std::size_t hits = 0;
  while (at < end) {
    if (hits == lines_of_a_trial && passed < hits) {
      every({at, static_cast<std::size_t>(end - at)});
      break;
    }
    Hit hit = find_candidate(at, end);
    passed += hit.line_ends;
    if (hit.at == end) {
      if (end[-1] != '\n') ++passed;
      break;
    }
    ++hits;
    const char* begin = at;
    if (hit.line_ends > 0) {
      const void* newline = ::memrchr(at, '\n', static_cast<std::size_t>(hit.at - at));
      begin = static_cast<const char*>(newline) + 1;
    }
    const void* newline = std::memchr(hit.at, '\n', static_cast<std::size_t>(end - hit.at));
    const char* line_end = newline == nullptr ? end : static_cast<const char*>(newline);
    line({begin, static_cast<std::size_t>(line_end - begin)}, newline == nullptr);
    at = newline == nullptr ? end : line_end + 1;
  }
  coverage_.skipped += passed;
  coverage_.lines += passed;
}

void ScanWorker::every(std::string_view lines) {
  while (!lines.empty()) {
    std::size_t newline = lines.find('\n');
    bool is_last = newline == std::string_view::npos;
    std::string_view one = lines.substr(0, newline);
    if (one.starts_with('{') || one.find_first_not_of(" \t\r") != std::string_view::npos) line(one, is_last);
    lines.remove_prefix(is_last ? lines.size() : newline + 1);
  }
}

void ScanWorker::line(std::string_view line, bool is_last) {
  ++coverage_.lines;
  while (reader_.read(line, found_) == LineKind::event) {
    ++plain_events_;
    std::string_view rest = reader_.rest(line);
    event(found_, line, {});
    if (rest.empty() || rest == "\r") return;
    line = rest;
    std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return;
    line.remove_prefix(begin);
  }
  wrapped(line, is_last);
}

void ScanWorker::wrapped(std::string_view line, bool is_last) {
  LineKind kind = reader_.read_wrapped(
      line, [&](const Event& found, std::string_view wrapping) { event(found, {}, wrapping); });
  if (kind == LineKind::other) ++coverage_.other;
  if (kind == LineKind::malformed) ++(is_last && torn_at_end_ ? coverage_.torn : coverage_.malformed);
}

void ScanWorker::event(const Event& event, std::string_view line, std::string_view wrapping) {
  ++coverage_.events;
  ++coverage_.stages[static_cast<std::size_t>(event.stage)];
  if (!wrapping.empty()) ++coverage_.wrappings[std::string(wrapping)];
  Caller caller = caller_of(event);
  if (caller == Caller::other) return;
  std::int64_t time = time_of(event);
  if (time < options_.since_us || time >= options_.until_us) {
    ++coverage_.outside;
    return;
  }
  if (event.address_is_claimed) ++coverage_.claimed_addresses;
  merger_.add(event, caller, line, sink_);
}

void ScanWorker::note_times(std::string_view lines) {
  coverage_.bytes += lines.size();
  std::int64_t from = time_in(first_line(lines));
  std::int64_t to = time_in(last_line(lines));
  if (from == 0) from = to;
  if (to == 0) to = from;
  if (from == 0) return;
  if (to - from < options_.gap_us && from - to < options_.gap_us) {
    spans_.add({std::min(from, to), std::max(from, to)});
  } else {
    note_gaps(lines);
  }
}

// Somewhere in the piece the log may have a gap: every line is asked for its time.
void ScanWorker::note_gaps(std::string_view lines) {
  while (!lines.empty()) {
    std::string_view line = first_line(lines);
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    if (std::int64_t time = time_in(line); time != 0) spans_.add({time, time});
  }
}

}  // namespace nightlatch::scan
