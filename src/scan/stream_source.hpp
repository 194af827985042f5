// A log that can only be read from its beginning on. One thread reads, the others look at what it has read.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "scan/chunk_source.hpp"

namespace nightlatch::scan {

class StreamSource final : public ChunkSource {
 public:
  // live: lines are handed out as they come, and not when there are many of them.
  enum class Pace { full_pieces, live };
  // What stands behind the last newline: a line that broke off, or one that is not whole yet.
  enum class Rest { read, leave };
  explicit StreamSource(std::unique_ptr<ByteStream> stream, Pace pace = Pace::full_pieces,
                        Rest rest = Rest::read)
      : stream_(std::move(stream)), pace_(pace), rest_(rest) {}

  // Passes by the first bytes. Before the first piece.
  void skip(std::uint64_t bytes);

  bool next(Piece& piece) override;
  [[nodiscard]] std::uint64_t position() const override { return skipped_ + bytes_ - left_; }
  [[nodiscard]] std::string damage() const override { return stream_->damage(); }

 private:
  // Whoever reads goes on reading while others take what is read: what a decompressor remembers is then in
  // the cache of one core. It keeps a piece for itself, and gives the reading up, where nobody takes them.
  bool read_for_all(Piece& piece, std::unique_lock<std::mutex>& lock);
  void wait_for_piece(std::unique_lock<std::mutex>& lock);
  bool take_ready(Piece& piece);
  void put_ready(Piece& piece);

  // These belong to the thread that reads.
  bool fill(Piece& piece);
  bool hand_out(Piece& piece, char* at, std::size_t end, std::size_t size);
  bool drop_line();

  std::unique_ptr<ByteStream> stream_;
  Pace pace_;
  Rest rest_;
  std::uint64_t skipped_ = 0;
  std::uint64_t left_ = 0;  // for the next run
  std::string carry_;
  bool ended_ = false;
  bool dropping_ = false;  // within a line that is too long

  std::mutex mutex_;  // for what follows
  std::condition_variable changed_;
  std::deque<Piece> ready_;
  std::vector<Piece> spare_;
  bool somebody_reads_ = false;
  bool somebody_takes_ = false;
  bool all_read_ = false;
};

}  // namespace nightlatch::scan
