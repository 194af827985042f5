// Goes through logs with several threads, hands every request of anonymous access to a sink, and says what it
// has seen and what it has not: "none found" is worth as much as that.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "scan/log_files.hpp"
#include "scan/request_merger.hpp"
#include "scan/time_spans.hpp"
#include "util/result.hpp"

namespace nightlatch::scan {

// filtered: lines that cannot be of anonymous access are skipped unread, where the log is of a kind that
// allows it.
enum class Lines { filtered, every };

struct ScanOptions {
  std::size_t threads = 1;
  Lines lines = Lines::filtered;
  std::int64_t since_us = std::numeric_limits<std::int64_t>::min();  // of requests, the first that counts
  std::int64_t until_us = std::numeric_limits<std::int64_t>::max();  // the first that does not count anymore
  std::int64_t gap_us = std::int64_t{10} * 60 * 1'000'000;           // without any event: a gap of the log
};

// What was seen of one log with its rotated files.
struct FamilyCoverage {
  std::vector<TimeSpan> spans;
  std::vector<TimeSpan> gaps;
};

struct Coverage {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;       // decompressed
  std::uint64_t lines = 0;       // read or skipped
  std::uint64_t events = 0;      // that were read
  std::uint64_t skipped = 0;     // lines that the raw filter let pass by
  std::uint64_t checked = 0;     // of those, read to check the filter
  std::uint64_t other = 0;       // lines of something else
  std::uint64_t malformed = 0;   // lines of damaged JSON
  std::uint64_t torn = 0;        // last lines that break off
  std::uint64_t too_long = 0;    // lines of more than 4 MiB
  std::uint64_t outside = 0;     // events of anonymous access before --since or after --until
  std::uint64_t unfinished = 0;  // requests whose end was not logged
  std::uint64_t given_up = 0;  // requests that were counted before their end was seen, and perhaps once more
  std::uint64_t claimed_addresses = 0;             // events whose address is what the client claims
  std::array<std::uint64_t, 5> stages{};           // by Stage, of the events that were read
  std::map<std::string, std::uint64_t> wrappings;  // events by how they were wrapped
  std::map<std::string, FamilyCoverage> families;
  std::vector<std::string> notes;    // files that were left away, or read differently
  std::vector<std::string> damaged;  // files that could not be read to their end
  std::int64_t first_us = 0;         // of any event that was looked at
  std::int64_t last_us = 0;
};

// How far a scan is. `total` is 0 where it cannot be known.
struct ScanProgress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

struct ScanPorts {
  // The sink of the thread of this number, 0 to threads - 1. Each is used by one thread at a time.
  std::function<RequestSink&(std::size_t thread)> sink;
  // Called now and then by one of the threads; may be empty.
  std::function<void(const ScanProgress&)> progress{};
};

// Errors: file_unreadable; filter_missed.
[[nodiscard]] Result<Coverage> scan(const LogFiles& files, const ScanOptions& options,
                                    const ScanPorts& ports);

}  // namespace nightlatch::scan
