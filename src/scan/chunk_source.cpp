#include "scan/chunk_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "scan/event_cutter.hpp"
#include "scan/following_stream.hpp"
#include "scan/raw_filter.hpp"
#include "util/errors.hpp"

namespace nightlatch::scan {

namespace {

constexpr std::size_t padding = filter_padding;
constexpr std::size_t peeked = 64U << 10U;
constexpr std::size_t usual_line = 8U << 10U;

std::size_t last_newline(const char* bytes, std::size_t size) {
  const void* found = size == 0 ? nullptr : ::memrchr(bytes, '\n', size);
  return found == nullptr ? size : static_cast<std::size_t>(static_cast<const char*>(found) - bytes);
}

}  // namespace

char* Piece::make_room(std::size_t size, std::size_t kept) {
  std::size_t wanted = size + 2 * padding;
  if (bytes_.size() < wanted) {
    bytes_.resize(wanted);
  } else if (bytes_.size() > wanted && kept == 0 && bytes_.size() > 4 * usual_piece) {
    bytes_ = std::vector<char>(wanted);  // a long line is behind us
  }
  return bytes_.data() + padding;
}

void Piece::set(std::size_t begin, std::size_t end) {
  begin_ = padding + begin;
  end_ = padding + end;
  std::memset(bytes_.data() + end_, 0, padding);
  // A newline in front, so that nothing of an older line is taken for the beginning of a word.
  bytes_[begin_ - 1] = '\n';
}

// A file on a disk: each thread reads a stretch of its own.
class FileSource final : public ChunkSource {
 public:
  // From byte `from`, at which a line begins, to byte `size`.
  FileSource(Fd fd, std::uint64_t from, std::uint64_t size)
      : fd_(std::move(fd)), size_(size), offset_(from) {}

  bool next(Piece& piece) override {
    while (true) {
      std::uint64_t offset = offset_.fetch_add(usual_piece);
      if (offset >= size_) return false;
      if (read_stretch(piece, offset)) return true;
    }
  }
  [[nodiscard]] std::uint64_t position() const override { return size_; }
  [[nodiscard]] std::string damage() const override {
    std::lock_guard lock(mutex_);
    return damage_;
  }

 private:
  // The lines that begin in [offset, offset + usual_piece). False: there are none.
  bool read_stretch(Piece& piece, std::uint64_t offset) {
    std::size_t ahead = offset == 0 ? 0 : 1;  // the byte before tells whether a line begins here
    std::size_t stretch = ahead + usual_piece;
    char* at = room(piece, stretch + usual_line, 0);
    std::size_t got = read_at(at, stretch + usual_line, offset - ahead);
    bytes_ += std::min(got, stretch) - std::min(got, ahead);
    std::size_t begin = 0;
    if (ahead == 1) {
      const void* newline = got == 0 ? nullptr : std::memchr(at, '\n', std::min(got, stretch));
      if (newline == nullptr) return false;
      begin = static_cast<std::size_t>(static_cast<const char*>(newline) - at) + 1;
    }
    if (begin >= std::min(got, stretch)) return false;
    std::size_t end = finish_line(piece, begin, got, offset - ahead, stretch);
    if (begin >= end) return false;
    piece.set(begin, end);
    return true;
  }

  // The end of the line that the last byte of the stretch is of, for which more is read where needed.
  std::size_t finish_line(Piece& piece, std::size_t begin, std::size_t got, std::uint64_t offset,
                          std::size_t stretch) {
    piece.ends_torn_ = false;
    std::size_t searched = std::min(stretch - 1, got);
    while (true) {
      char* at = room(piece, got + peeked, got);
      const void* newline = std::memchr(at + searched, '\n', got - searched);
      if (newline != nullptr) return static_cast<std::size_t>(static_cast<const char*>(newline) - at) + 1;
      if (got > stretch + longest_line) break;
      searched = got;
      std::size_t more = read_at(at + got, peeked, offset + got);
      if (more == 0) {
        piece.ends_torn_ = got > begin && at[got - 1] != '\n';
        return got;
      }
      got += more;
    }
    ++too_long_;
    const char* at = room(piece, got, got);
    std::size_t last = last_newline(at + begin, stretch - begin);
    return last == stretch - begin ? begin : begin + last + 1;
  }

  std::size_t read_at(char* at, std::size_t most, std::uint64_t offset) {
    std::size_t got = 0;
    // What is written to the file while it is read belongs to the next run.
    most = static_cast<std::size_t>(std::min<std::uint64_t>(most, size_ > offset ? size_ - offset : 0));
    while (got < most) {
      ssize_t more = ::pread(fd_.get(), at + got, most - got, static_cast<off_t>(offset + got));
      if (more < 0 && errno == EINTR) continue;
      if (more < 0) {
        std::lock_guard lock(mutex_);
        damage_ = std::generic_category().message(errno);
      }
      if (more <= 0) break;
      got += static_cast<std::size_t>(more);
    }
    return got;
  }

  Fd fd_;
  std::atomic<std::uint64_t> size_;
  std::atomic<std::uint64_t> offset_;
  mutable std::mutex mutex_;
  std::string damage_;
};

// A stream: one thread at a time reads, the others look at what they have read.
class StreamSource final : public ChunkSource {
 public:
  // live: lines are handed out as they come, and not when there are many of them.
  enum class Pace { full_pieces, live };
  // What stands behind the last newline: a line that broke off, or one that is not whole yet.
  enum class Rest { read, leave };
  explicit StreamSource(std::unique_ptr<ByteStream> stream, Pace pace = Pace::full_pieces,
                        Rest rest = Rest::read)
      : stream_(std::move(stream)), pace_(pace), rest_(rest) {}

  // Passes by the first bytes.
  void skip(std::uint64_t bytes) {
    std::vector<char> block(usual_piece);
    while (bytes > 0) {
      std::size_t got =
          stream_->read(block.data(), static_cast<std::size_t>(std::min<std::uint64_t>(bytes, block.size())));
      if (got == 0) break;
      bytes -= got;
      skipped_ += got;
    }
  }
  [[nodiscard]] std::uint64_t position() const override { return skipped_ + bytes_ - left_; }

  bool next(Piece& piece) override {
    std::unique_lock lock(mutex_, std::defer_lock);
    take_turn(lock);
    while (!ended_ || !carry_.empty()) {
      if (fill(piece)) return true;
    }
    return false;
  }
  [[nodiscard]] std::string damage() const override { return stream_->damage(); }

 private:
  // A piece takes about as long as waking a thread up, so that whoever waits for its turn stays awake for a
  // while.
  static void take_turn(std::unique_lock<std::mutex>& lock) {
    constexpr int tries = 500;
    for (int i = 0; i < tries && !lock.try_lock(); ++i) std::this_thread::yield();
    if (!lock.owns_lock()) lock.lock();
  }

  // False: only a part of a line that is too long.
  bool fill(Piece& piece) {
    std::size_t size = carry_.size();
    char* at = room(piece, std::max(usual_piece, size + peeked), 0);
    std::memcpy(at, carry_.data(), size);
    carry_.clear();
    std::size_t room_for = std::max(usual_piece, size + peeked);
    while (true) {
      while (size < room_for && !ended_) {
        std::size_t got = stream_->read(at + size, room_for - size);
        ended_ = got == 0;
        size += got;
        bytes_ += got;
        if (pace_ == Pace::live && last_newline(at, size) < size) break;
      }
      std::size_t newline = last_newline(at, size);
      if (newline < size) return hand_out(piece, at, newline + 1, size);
      if (ended_ && rest_ == Rest::leave) {
        left_ = size;
        return false;
      }
      if (ended_) return hand_out(piece, at, size, size);
      if (size > longest_line) return drop_line();
      room_for = size + usual_piece;
      at = room(piece, room_for, size);
    }
  }

  bool hand_out(Piece& piece, char* at, std::size_t end, std::size_t size) {
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

  bool drop_line() {
    if (!dropping_) ++too_long_;
    dropping_ = true;
    return false;
  }

  std::mutex mutex_;
  std::unique_ptr<ByteStream> stream_;
  Pace pace_;
  Rest rest_;
  std::uint64_t skipped_ = 0;
  std::uint64_t left_ = 0;  // for the next run
  std::string carry_;
  bool ended_ = false;
  bool dropping_ = false;  // within a line that is too long
};

namespace {

bool looks_like_audit(std::string_view beginning) {
  return beginning.find("audit.k8s.io/") != std::string_view::npos ||
         beginning.find(" AUDIT: id=") != std::string_view::npos ||
         beginning.find("google.cloud.audit.AuditLog") != std::string_view::npos;
}

// Where the log is gone on with.
std::uint64_t offset_in(const Checkpoint* before, const std::string& name) {
  if (before == nullptr || name.empty()) return 0;
  auto found = before->read.find(name);
  return found == before->read.end() ? 0 : found->second;
}

// The end of the last whole line.
std::uint64_t end_of_lines(const Fd& fd, std::uint64_t size) {
  std::vector<char> block(peeked);
  while (size > 0) {
    auto step = static_cast<std::size_t>(std::min<std::uint64_t>(size, block.size()));
    ssize_t got = ::pread(fd.get(), block.data(), step, static_cast<off_t>(size - step));
    if (got != static_cast<ssize_t>(step)) return 0;
    std::size_t newline = last_newline(block.data(), step);
    if (newline < step) return size - step + newline + 1;
    size -= step;
  }
  return 0;
}

std::string joined(std::string a, std::string_view b) {
  return a.empty() ? std::string(b) : fmt::format("{}, {}", a, b);
}

}  // namespace

OpenedLog open_stream(std::unique_ptr<ByteStream> stream, const Checkpoint* before) {
  OpenedLog log;
  auto raw = std::make_unique<PeekedStream>(std::move(stream), 4);
  Compression compression = compression_of(raw->first_bytes().data(), raw->first_bytes().size());
  std::unique_ptr<ByteStream> inner = std::move(raw);
  if (compression == Compression::gzip) {
    inner = make_gzip_stream(std::move(inner));
    log.kind = "gzip";
  } else if (compression == Compression::zstd) {
    inner = make_zstd_stream(std::move(inner));
    log.kind = "zstd";
  }
  auto text = std::make_unique<PeekedStream>(std::move(inner), peeked);
  log.looks_like_audit = looks_like_audit(text->first_bytes());
  bool cut = needs_cutting(text->first_bytes());
  if (before != nullptr) log.name = name_of_log(text->first_bytes());
  inner = std::move(text);
  if (cut) {
    inner = make_event_cutter(std::move(inner), longest_line);
    log.kind = joined(log.kind, "JSON over several lines or in one list");
  }
  auto source = std::make_unique<StreamSource>(
      std::move(inner), StreamSource::Pace::full_pieces,
      before == nullptr ? StreamSource::Rest::read : StreamSource::Rest::leave);
  if (std::uint64_t from = offset_in(before, log.name); from > 0) source->skip(from);
  log.source = std::move(source);
  return log;
}

Result<OpenedLog> open_log(const LogFile& file, const Checkpoint* before) {
  if (file.reading != Reading::whole) {
    NL_ASSIGN(auto stream, make_following_stream(file.path, file.reading == Reading::from_now_on
                                                                ? Begin::at_the_end
                                                                : Begin::at_the_beginning));
    OpenedLog log;
    log.source = std::make_unique<StreamSource>(std::move(stream), StreamSource::Pace::live);
    return log;
  }
  if (file.path == "-") return open_stream(make_plain_stream(Fd(::dup(STDIN_FILENO))), before);
  Fd fd(file.held ? ::fcntl(file.held->get(), F_DUPFD_CLOEXEC, 0)
                  : ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  std::string beginning(peeked, '\0');
  ssize_t got = -1;
  bool regular = fd.valid() && ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode);
  if (regular) got = ::pread(fd.get(), beginning.data(), beginning.size(), 0);
  if (!fd.valid() || (regular && got < 0))
    return fail(util_errors::file_unreadable,
                fmt::format("{}: {}", file.path.string(), std::generic_category().message(errno)));
  auto size = static_cast<std::uint64_t>(regular ? status.st_size : 0);
  beginning.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  bool in_place = regular && compression_of(beginning.data(), beginning.size()) == Compression::none &&
                  !needs_cutting(beginning);
  OpenedLog log;
  if (in_place) {
    if (before != nullptr) {
      log.name = name_of_log(beginning);
      size = end_of_lines(fd, size);
    }
    std::uint64_t from = offset_in(before, log.name);
    log.source = std::make_unique<FileSource>(std::move(fd), from > size ? 0 : from, size);
    log.looks_like_audit = looks_like_audit(beginning);
  } else {
    log = open_stream(make_plain_stream(std::move(fd)), before);
  }
  log.size = size;
  return log;
}

}  // namespace nightlatch::scan
