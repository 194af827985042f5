// The journal file of a run (A5): JSON lines with a hash chain. Each line is durable before it counts.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "rollout/record.hpp"
#include "util/fd.hpp"
#include "util/result.hpp"

namespace nightlatch::rollout {

class Journal {
 public:
  // Creates the file, with mode 0600 in directories of mode 0700. Errors: journal_exists; file_unwritable,
  // no_room.
  [[nodiscard]] static Result<Journal> create(const std::filesystem::path& path);
  // Keeps room for `bytes` of records in a file beside the journal. It is given back bit by bit when the disk
  // is full, and removed with the journal's object. Error: journal_room; nothing is kept then.
  [[nodiscard]] Status reserve(std::size_t bytes);

  // Sets the record's time to `now`, writes it as one line and fsyncs. A line that does not fit is taken back
  // and written again in the room of the reserve. Errors: file_unwritable, no_room; the file may then end in
  // an incomplete line, and nothing more may be appended.
  [[nodiscard]] Status append(Record& record, std::chrono::system_clock::time_point now);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  // A file that keeps room on the disk; removed with its owner.
  class Reserve {
   public:
    Reserve() = default;
    Reserve(Fd fd, std::filesystem::path path, std::size_t size)
        : fd_(std::move(fd)), path_(std::move(path)), size_(size) {}
    ~Reserve();
    Reserve(const Reserve&) = delete;
    Reserve& operator=(const Reserve&) = delete;
    Reserve(Reserve&&) = default;
    Reserve& operator=(Reserve&&) = default;
    // Gives some of the room back. False: nothing is left.
    bool give_back();

   private:
    Fd fd_;  // not valid: there is no reserve
    std::filesystem::path path_;
    std::size_t size_ = 0;
  };

  [[nodiscard]] Status write(const std::string& line);

  Journal(Fd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Fd fd_;
  std::filesystem::path path_;
  Reserve reserve_;
  std::size_t size_ = 0;  // of the whole lines
  std::string previous_;  // SHA-256 of the last line; empty before the first
};

// The records of a journal, and where its chain ends.
struct Chain {
  std::vector<Record> records;
  std::string head;      // SHA-256 of the last whole line; empty: there is none
  bool is_torn = false;  // an incomplete line follows, which never counted
};

// The records in `bytes`; `file` is for messages. An incomplete last line is ignored: its record was never
// acknowledged. Error: journal_broken, with the number of the record that was changed, removed or moved, and
// for an unknown version.
[[nodiscard]] Result<Chain> read_chain(std::string_view bytes, std::string_view file);
[[nodiscard]] Result<std::vector<Record>> read_journal(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::rollout
