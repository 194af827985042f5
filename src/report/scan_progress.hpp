// The line that a terminal shows while logs are read: how much, how fast, how long it will still take.
#pragma once

#include <chrono>

#include "report/out.hpp"
#include "scan/scanner.hpp"

namespace nightlatch::report {

class ScanProgressLine {
 public:
  explicit ScanProgressLine(Out& out);
  // Writes at most every 200 ms, and only to a terminal.
  void show(const scan::ScanProgress& progress);
  // Takes the line away.
  void clear();

 private:
  Out& out_;
  std::chrono::milliseconds began_;
  std::chrono::milliseconds shown_{};
  bool visible_ = false;
};

}  // namespace nightlatch::report
