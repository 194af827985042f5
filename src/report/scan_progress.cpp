#include "report/scan_progress.hpp"

#include <fmt/format.h>

#include "util/clock.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

ScanProgressLine::ScanProgressLine(Out& out) : out_(out), began_(monotonic_clock()) {}

void ScanProgressLine::show(const scan::ScanProgress& progress) {
  using std::chrono::milliseconds;
  milliseconds now = monotonic_clock();
  if (!out_.terminal().is_terminal || now - shown_ < milliseconds(200)) return;
  shown_ = now;
  double seconds = static_cast<double>((now - began_).count()) / 1000;
  double rate = seconds > 0 ? static_cast<double>(progress.done) / seconds : 0;
  std::string text = fmt::format("read {:.2f} GiB, {:.2f} GiB/s",
                                 static_cast<double>(progress.done) / (1ULL << 30U), rate / (1ULL << 30U));
  bool known = progress.total > progress.done && rate > 0;
  if (known) {
    auto left = static_cast<std::int64_t>(static_cast<double>(progress.total - progress.done) / rate * 1000);
    text += fmt::format(", about {} left", human_duration(milliseconds(left)));
  }
  out_.write("\r\x1b[K" + text);
  visible_ = true;
}

void ScanProgressLine::clear() {
  if (visible_) out_.write("\r\x1b[K");
  visible_ = false;
}

}  // namespace nightlatch::report
