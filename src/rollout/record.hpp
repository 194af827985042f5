// One line of the journal: what is about to happen, or what came of it (A5).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "util/result.hpp"

namespace nightlatch::rollout {

enum class Phase { intend, done, failed };

struct Record {
  std::uint64_t seq = 0;     // from 1; set by the run
  std::int64_t time_ms = 0;  // since the epoch; set where it is written
  std::string run;
  std::string node;  // empty: the run as a whole
  std::string step;  // "run", "config", "preflight", "staged", … as in the protocol
  Phase phase = Phase::intend;
  std::map<std::string, std::string> data;  // never a secret, never manifest bytes

  bool operator==(const Record&) const = default;
};

[[nodiscard]] std::string_view name(Phase phase);

// What a failed record says of its error.
[[nodiscard]] std::map<std::string, std::string> error_data(int code, std::string_view why);
// The number of the error code that a failed record carries; 0: none.
[[nodiscard]] int error_code(const Record& record);

// One JSON line without its newline; `prev` is the SHA-256 of the line before ("" for the first).
[[nodiscard]] std::string to_line(const Record& record, std::string_view prev);

struct ParsedLine {
  Record record;
  std::string prev;
};
[[nodiscard]] Result<ParsedLine> from_line(std::string_view line);

}  // namespace nightlatch::rollout
