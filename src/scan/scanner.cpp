#include "scan/scanner.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "scan/chunk_source.hpp"
#include "scan/errors.hpp"
#include "scan/scan_worker.hpp"

namespace nightlatch::scan {

namespace {

void add(const Coverage& more, Coverage& sum) {
  sum.lines += more.lines;
  sum.events += more.events;
  sum.skipped += more.skipped;
  sum.checked += more.checked;
  sum.other += more.other;
  sum.malformed += more.malformed;
  sum.torn += more.torn;
  sum.outside += more.outside;
  sum.claimed_addresses += more.claimed_addresses;
  for (std::size_t i = 0; i < sum.stages.size(); ++i) sum.stages[i] += more.stages[i];
  for (const auto& [wrapping, events] : more.wrappings) sum.wrappings[wrapping] += events;
}

// Opens one log after the other and hands out their pieces. Each thread begins a log of its own while there
// are any, so that compressed files are decompressed side by side; then it helps with those that are open.
class Feed {
 public:
  Feed(const LogFiles& files, const ScanOptions& options, Coverage& coverage)
      : files_(files.files), coverage_(coverage) {
    coverage_.notes = files.skipped;
    for (const LogFile& file : files_) spans_.try_emplace(file.family, options.gap_us);
  }

  struct Open {
    std::string name;
    std::string family;
    std::unique_ptr<ChunkSource> source;
    std::uint64_t size = 0;
    bool done = false;
  };

  // The log that the thread is to read from, `mine` being the one it has read so far. nullptr: none is left.
  Result<Open*> next(Open* mine) {
    std::lock_guard lock(mutex_);
    if (mine != nullptr) mine->done = true;
    if (begun_ < files_.size()) return begin(files_[begun_++]);
    for (const auto& open : open_) {
      if (!open->done) return open.get();
    }
    return nullptr;
  }

  void add_spans(const Open& open, const TimeSpans& spans) {
    std::lock_guard lock(mutex_);
    spans_.at(open.family).add(spans);
  }

  [[nodiscard]] ScanProgress progress() {
    std::lock_guard lock(mutex_);
    ScanProgress now;
    for (const auto& open : open_) {
      now.done += open->source->bytes();
      now.total += open->size;
    }
    return now;
  }

  // When all threads have ended.
  void close() {
    for (const auto& open : open_) {
      ++coverage_.files;
      coverage_.bytes += open->source->bytes();
      coverage_.too_long += open->source->lines_too_long();
      if (std::string damage = open->source->damage(); !damage.empty())
        coverage_.damaged.push_back(fmt::format("{}: {}", open->name, damage));
    }
    for (const auto& [family, spans] : spans_) {
      if (spans.spans().empty()) continue;
      std::int64_t first = spans.spans().front().from_us;
      std::int64_t last = spans.spans().back().to_us;
      coverage_.first_us = coverage_.first_us == 0 ? first : std::min(coverage_.first_us, first);
      coverage_.last_us = std::max(coverage_.last_us, last);
      coverage_.families[family] = {spans.spans(), spans.gaps()};
    }
  }

 private:
  Result<Open*> begin(const LogFile& file) {
    NL_ASSIGN(OpenedLog log, open_log(file));
    std::string name = file.path == "-" ? "stdin" : file.path.string();
    if (!log.kind.empty()) coverage_.notes.push_back(fmt::format("{}: {}", name, log.kind));
    open_.push_back(std::make_unique<Open>(Open{name, file.family, std::move(log.source), log.size, false}));
    return open_.back().get();
  }

  const std::vector<LogFile>& files_;
  Coverage& coverage_;
  std::mutex mutex_;
  std::size_t begun_ = 0;
  std::vector<std::unique_ptr<Open>> open_;
  std::map<std::string, TimeSpans> spans_;
};

struct Shared {
  Feed& feed;
  std::mutex mutex{};
  std::optional<Error> error{};
  std::atomic<bool> stopped = false;

  void stop(Error why) {
    std::lock_guard lock(mutex);
    if (!error) error = std::move(why);
    stopped = true;
  }
};

void work(ScanWorker& worker, Shared& shared, const std::function<void(const ScanProgress&)>& progress) {
  Piece piece;
  Feed::Open* open = nullptr;
  for (std::uint64_t pieces = 0; !shared.stopped; ++pieces) {
    while (open == nullptr || !open->source->next(piece)) {
      if (open != nullptr) shared.feed.add_spans(*open, worker.take_spans());
      auto next = shared.feed.next(open);
      if (!next) return shared.stop(next.error());
      open = *next;
      if (open == nullptr) return;
    }
    worker.take(piece);
    if (!worker.missed().empty()) {
      return shared.stop(fail(scan_errors::filter_missed, "a line that was skipped tells of anonymous access",
                              {worker.missed()})
                             .value());
    }
    if (progress && pieces % 64 == 0) progress(shared.feed.progress());
  }
}

}  // namespace

Result<Coverage> scan(const LogFiles& files, const ScanOptions& options, const ScanPorts& ports) {
  Coverage coverage;
  PendingRequests pending;
  Feed feed(files, options, coverage);
  Shared shared{feed};
  std::vector<std::unique_ptr<ScanWorker>> workers;
  std::size_t count = std::max<std::size_t>(options.threads, 1);
  for (std::size_t i = 0; i < count; ++i)
    workers.push_back(std::make_unique<ScanWorker>(options, pending, ports.sink(i)));
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < count; ++i) threads.emplace_back([&, i] { work(*workers[i], shared, {}); });
    work(*workers.front(), shared, ports.progress);
  }
  if (shared.error) return fail(*std::move(shared.error));
  pending.finish(ports.sink(0));
  feed.close();
  for (const auto& worker : workers) add(worker->coverage(), coverage);
  coverage.unfinished = pending.unfinished();
  coverage.given_up = pending.given_up();
  return coverage;
}

}  // namespace nightlatch::scan
