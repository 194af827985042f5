#include "scan/following_stream.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "util/errors.hpp"

namespace nightlatch::scan {

namespace {

constexpr std::chrono::milliseconds pause{200};

struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  bool known = false;

  [[nodiscard]] bool is_file(const Identity& other) const {
    return known && other.known && device == other.device && inode == other.inode;
  }
};

Identity identity_of(const struct stat& status) {
  return {status.st_dev, status.st_ino, status.st_size, true};
}

class FollowingStream final : public ByteStream {
 public:
  FollowingStream(std::filesystem::path path, Fd fd, off_t offset)
      : path_(std::move(path)), fd_(std::move(fd)), offset_(offset) {}

  std::size_t read(char* at, std::size_t most) override {
    while (true) {
      ssize_t got = ::pread(fd_.get(), at, most, offset_);
      if (got > 0) {
        offset_ += got;
        return static_cast<std::size_t>(got);
      }
      if (got < 0 && errno == EINTR) continue;
      if (!next_file()) std::this_thread::sleep_for(pause);
    }
  }
  [[nodiscard]] const std::string& damage() const override { return damage_; }

 private:
  // The file is read to its end: whether there is another one of its name, or it was cut.
  bool next_file() {
    struct stat status{};
    Identity mine;
    if (::fstat(fd_.get(), &status) == 0) mine = identity_of(status);
    if (mine.known && mine.size < offset_) {
      offset_ = 0;
      return true;
    }
    Identity named;
    if (::stat(path_.c_str(), &status) == 0) named = identity_of(status);
    if (!named.known || named.is_file(mine)) return false;
    // What was written between the last read and the rename is read first.
    if (mine.known && mine.size > offset_) return true;
    Fd next(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!next.valid()) return false;
    fd_ = std::move(next);
    offset_ = 0;
    return true;
  }

  std::filesystem::path path_;
  Fd fd_;
  off_t offset_;
  std::string damage_;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> make_following_stream(const std::filesystem::path& path, Begin begin) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0)
    return fail(util_errors::file_unreadable,
                fmt::format("{}: {}", path.string(), std::generic_category().message(errno)));
  off_t offset = begin == Begin::at_the_end ? status.st_size : 0;
  return std::make_unique<FollowingStream>(path, std::move(fd), offset);
}

}  // namespace nightlatch::scan
