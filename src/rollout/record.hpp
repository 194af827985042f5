// One line of the journal: what is about to happen, or the result of it (A5).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "facts/steps.hpp"
#include "util/result.hpp"

namespace nightlatch::rollout {

// intend: the step is about to do something. done, failed: how the step ended.
enum class Phase { intend, done, failed };

struct Record {
  std::uint64_t seq = 0;     // from 1; set by Outbox::append()
  std::int64_t time_ms = 0;  // since 1970 UTC; set by Journal::append()
  std::string run;
  std::string node;  // name of the node; empty: the run as a whole
  std::string step;  // a facts::JournalStep, or of the run as a whole: "run", "object", "verified"
  Phase phase = Phase::intend;
  std::map<std::string, std::string> data;  // never a secret, never manifest bytes

  bool operator==(const Record&) const = default;

  [[nodiscard]] bool is(facts::JournalStep one) const { return step == facts::name(one); }
  // The value of `key` in `data`; empty when it is absent.
  [[nodiscard]] std::string value(const std::string& key) const;
};

// As in the journal: "intend", "done", "failed".
[[nodiscard]] std::string_view name(Phase phase);

// The data of a failed record: `code` is the number of an ErrorCode, `why` the reason for people.
[[nodiscard]] std::map<std::string, std::string> error_data(int code, std::string_view why);
// The number of the error code in the data of a failed record; 0: none.
[[nodiscard]] int error_code(const Record& record);

// One JSON line without its newline. `prev`: the SHA-256 (hex) of the line before, "" for the first. Bytes
// that are not UTF-8 are replaced.
[[nodiscard]] std::string to_line(const Record& record, std::string_view prev);

struct ParsedLine {
  Record record;
  std::string prev;
};
// Reads one line. Error: journal_broken, also for another version of the format; the message does not name
// the place.
[[nodiscard]] Result<ParsedLine> from_line(std::string_view line);

}  // namespace nightlatch::rollout
