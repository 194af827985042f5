#include "scan/stream_source.hpp"

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

namespace nightlatch::scan {

namespace {

// Beyond these, whoever reads helps with what is read.
constexpr std::size_t most_ready = 2;

}  // namespace

void StreamSource::skip(std::uint64_t bytes) {
  std::vector<char> block(usual_piece);
  while (bytes > 0) {
    std::size_t got =
        stream_->read(block.data(), static_cast<std::size_t>(std::min<std::uint64_t>(bytes, block.size())));
    if (got == 0) break;
    bytes -= got;
    skipped_ += got;
  }
}

bool StreamSource::next(Piece& piece) {
  std::unique_lock lock(mutex_);
  if (somebody_reads_ && ready_.empty()) wait_for_piece(lock);
  if (take_ready(piece)) return true;
  if (all_read_) return false;
  somebody_reads_ = true;
  bool found = read_for_all(piece, lock);
  somebody_reads_ = false;
  changed_.notify_all();
  return found;
}

bool StreamSource::read_for_all(Piece& piece, std::unique_lock<std::mutex>& lock) {
  while (true) {
    lock.unlock();
    bool filled = false;
    while (!filled && (!ended_ || !carry_.empty())) filled = fill(piece);
    lock.lock();
    all_read_ = !filled;
    if (!filled) return take_ready(piece);
    if (!somebody_takes_ || ready_.size() >= most_ready) return true;
    put_ready(piece);
    changed_.notify_one();
  }
}

// A piece takes about as long as waking a thread up, so that whoever waits stays awake for a while.
void StreamSource::wait_for_piece(std::unique_lock<std::mutex>& lock) {
  somebody_takes_ = true;
  auto is_over = [this] { return !ready_.empty() || !somebody_reads_; };
  constexpr int tries = 500;
  for (int i = 0; i < tries && !is_over(); ++i) {
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
  }
  changed_.wait(lock, is_over);
}

bool StreamSource::take_ready(Piece& piece) {
  if (ready_.empty()) return false;
  spare_.push_back(std::exchange(piece, std::move(ready_.front())));
  ready_.pop_front();
  return true;
}

void StreamSource::put_ready(Piece& piece) {
  ready_.push_back(std::move(piece));
  piece = {};
  if (spare_.empty()) return;
  piece = std::move(spare_.back());
  spare_.pop_back();
}

// False: only a part of a line that is too long.
bool StreamSource::fill(Piece& piece) {
  std::size_t filled = carry_.size();
  char* at = room(piece, std::max(usual_piece, filled + peeked), 0);
  std::memcpy(at, carry_.data(), filled);
  carry_.clear();
  std::size_t room_for = std::max(usual_piece, filled + peeked);
  while (true) {
    while (filled < room_for && !ended_) {
      std::size_t got = stream_->read(at + filled, room_for - filled);
      ended_ = got == 0;
      filled += got;
      bytes_ += got;
      if (pace_ == Pace::live && last_newline(at, filled) < filled) break;
    }
    std::size_t newline = last_newline(at, filled);
    if (newline < filled) return hand_out(piece, at, newline + 1, filled);
    if (ended_ && rest_ == Rest::leave) {
      left_ = filled;
      return false;
    }
    if (ended_) return hand_out(piece, at, filled, filled);
    if (filled > longest_line) return drop_line();
    room_for = filled + usual_piece;
    at = room(piece, room_for, filled);
  }
}

bool StreamSource::hand_out(Piece& piece, char* at, std::size_t end, std::size_t size) {
  carry_.assign(at + end, size - end);
  piece.ends_torn_ = size > 0 && ended_ && end == size && at[end - 1] != '\n';
  std::size_t begin = 0;
  if (dropping_) {
    const void* newline = end == 0 ? nullptr : std::memchr(at, '\n', end);
    begin = newline == nullptr ? end : static_cast<std::size_t>(static_cast<const char*>(newline) - at) + 1;
    dropping_ = false;
  }
  if (begin >= end) return false;
  piece.set(begin, end);
  return true;
}

bool StreamSource::drop_line() {
  if (!dropping_) ++too_long_;
  dropping_ = true;
  return false;
}

}  // namespace nightlatch::scan
