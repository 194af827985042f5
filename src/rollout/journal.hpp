// The journal file: append-only JSON lines with a hash chain, each durable before it counts.
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
  // A new journal; the file must not exist yet.
  [[nodiscard]] static Result<Journal> create(const std::filesystem::path& path);

  // Durable when it returns: written, fsynced. Sets the record's time.
  [[nodiscard]] Status append(Record& record, std::chrono::system_clock::time_point now);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  Journal(Fd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Fd fd_;
  std::filesystem::path path_;
  std::string previous_;
};

// All whole records. A torn last line is ignored; a broken middle, a wrong chain or an unknown version is an
// error: somebody changed the file.
[[nodiscard]] Result<std::vector<Record>> read_journal(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::rollout
