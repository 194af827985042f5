// What one thread of a scan does with a piece of a log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scan/chunk_source.hpp"
#include "scan/line_reader.hpp"
#include "scan/request_merger.hpp"
#include "scan/scanner.hpp"
#include "scan/second_reader.hpp"

namespace nightlatch::scan {

class ScanWorker {
 public:
  ScanWorker(const ScanOptions& options, PendingRequests& pending, RequestSink& sink)
      : options_(options), pending_(pending), sink_(sink), spans_(options.gap_us) {}

  void take(const Piece& piece);

  // What this thread has counted; spans() is of the pieces since the last call.
  [[nodiscard]] const Coverage& coverage() const { return coverage_; }
  [[nodiscard]] TimeSpans take_spans();
  // A line that the filter skipped and should not have; empty: none was found.
  [[nodiscard]] const std::string& missed() const { return missed_; }

 private:
  bool may_filter(std::string_view lines);
  void check_filter(std::string_view line);
  void filtered(std::string_view lines);
  void every(std::string_view lines);
  void line(std::string_view line, bool is_last);
  void wrapped(std::string_view line, bool is_last);
  void event(const Event& event, std::string_view line, std::string_view wrapping);
  void note_times(std::string_view lines);
  void note_gaps(std::string_view lines);

  const ScanOptions& options_;
  PendingRequests& pending_;
  RequestSink& sink_;
  LineReader reader_;
  Event found_;  // of the line that is read
  SecondReader second_reader_;
  ChunkMerger merger_;
  Coverage coverage_;
  TimeSpans spans_;
  std::string missed_;
  std::uint64_t plain_events_ = 0;  // as kube-apiserver writes them
  std::uint64_t pieces_ = 0;
  bool torn_at_end_ = false;
};

// When the event of the line was written, by its stageTimestamp, without reading the rest. 0: it does not
// say.
[[nodiscard]] std::int64_t time_in(std::string_view line);

}  // namespace nightlatch::scan
