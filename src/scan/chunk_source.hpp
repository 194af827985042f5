// Hands the lines of a log out in pieces, to several threads: stretches of a file that is read in place, or
// what a decompressor has made next. A line is in one piece only, and whole.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "scan/byte_stream.hpp"
#include "scan/checkpoint.hpp"
#include "scan/log_files.hpp"
#include "util/result.hpp"

namespace nightlatch::scan {

inline constexpr std::size_t usual_piece = 256U << 10U;
// Longer lines are not read; how many there were is known.
inline constexpr std::size_t longest_line = 4U << 20U;

// Memory for one piece, with readable bytes in front of it and behind it. Each thread has one.
class Piece {
 public:
  [[nodiscard]] std::string_view lines() const { return {bytes_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] bool ends_torn() const { return ends_torn_; }

 private:
  friend class ChunkSource;
  friend class FileSource;
  friend class StreamSource;
  // Room for `size` bytes, the first `kept` of which stay.
  char* make_room(std::size_t size, std::size_t kept);
  void set(std::size_t begin, std::size_t end);

  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ends_torn_ = false;  // the last line has no newline: it is the end of the log
};

class ChunkSource {
 public:
  virtual ~ChunkSource() = default;
  // The next piece; false: the end. Several threads may ask at the same time.
  virtual bool next(Piece& piece) = 0;
  // What was read: bytes of the log, decompressed.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  // Of the file itself, as far as it was read; and its size, 0 where it has none. For the progress.
  [[nodiscard]] std::uint64_t lines_too_long() const { return too_long_; }
  // Where the next run goes on: behind the last line that was handed out whole. At the end.
  [[nodiscard]] virtual std::uint64_t position() const = 0;
  // Why the log ended before its end; empty: it did not. After the last piece.
  [[nodiscard]] virtual std::string damage() const = 0;

 protected:
  static char* room(Piece& piece, std::size_t size, std::size_t kept) { return piece.make_room(size, kept); }
  std::atomic<std::uint64_t> bytes_ = 0;
  std::atomic<std::uint64_t> too_long_ = 0;
};

struct OpenedLog {
  std::unique_ptr<ChunkSource> source;
  std::string name;  // in a checkpoint; empty where there is none
  std::string kind;  // for people: "gzip", "zstd", "JSON over several lines", …; empty: a plain file
  bool looks_like_audit = false;  // its beginning has an event of an audit log
  std::uint64_t size = 0;         // of the file as it lies there; 0: not known
};

// With a checkpoint a log is read from where it ends there, and to its last newline: what is behind is left
// for the next run. Error: file_unreadable.
[[nodiscard]] Result<OpenedLog> open_log(const LogFile& file, const Checkpoint* before = nullptr);
// The same over a stream, for tests and for stdin.
[[nodiscard]] OpenedLog open_stream(std::unique_ptr<ByteStream> stream, const Checkpoint* before = nullptr);

}  // namespace nightlatch::scan
