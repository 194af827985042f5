// The journal file of a run (A5): JSON lines with a hash chain. Each line is durable before it counts.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "rollout/record.hpp"
#include "util/fd.hpp"
#include "util/result.hpp"

namespace nightlatch::rollout {

class Journal {
 public:
  // Creates the file, with mode 0600 in directories of mode 0700. Errors: journal_exists; file_unwritable.
  [[nodiscard]] static Result<Journal> create(const std::filesystem::path& path);

  // Sets the record's time to `now`, writes it as one line and fsyncs. Error: file_unwritable; the file may
  // then end in an incomplete line, and nothing more may be appended.
  [[nodiscard]] Status append(Record& record, std::chrono::system_clock::time_point now);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  Journal(Fd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Fd fd_;
  std::filesystem::path path_;
  std::string previous_;  // SHA-256 of the last line; empty before the first
};

// The records in `bytes`; `file` is for messages. An incomplete last line is ignored: its record was never
// acknowledged. Error: journal_broken, with the line, for any other line that does not fit into the chain,
// and for an unknown version.
[[nodiscard]] Result<std::vector<Record>> read_journal(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::rollout
