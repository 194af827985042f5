#include "scan/byte_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <isa-l/igzip_lib.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>
#include <zstd.h>

#include <fmt/format.h>

namespace nightlatch::scan {

namespace {

constexpr std::size_t compressed_block = 128U << 10U;
constexpr int largest_window_log = 25;  // 32 MiB

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(Fd fd) : fd_(std::move(fd)) {}

  std::size_t read(char* at, std::size_t most) override {
    while (damage_.empty()) {
      ssize_t got = ::read(fd_.get(), at, most);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) damage_ = std::generic_category().message(errno);
    }
    return 0;
  }
  [[nodiscard]] const std::string& damage() const override { return damage_; }

 private:
  Fd fd_;
  std::string damage_;
};

// What both decompressors share: a block of compressed bytes, and what is wrong.
class Compressed : public ByteStream {
 public:
  explicit Compressed(std::unique_ptr<ByteStream> below)
      : below_(std::move(below)), block_(compressed_block) {}
  [[nodiscard]] const std::string& damage() const override { return damage_; }

 protected:
  // The next block; 0: the end.
  std::size_t refill() {
    std::size_t got = below_->read(block_.data(), block_.size());
    if (got == 0 && damage_.empty()) damage_ = below_->damage();
    return got;
  }
  void set_damage(std::string words) {
    if (damage_.empty()) damage_ = std::move(words);
  }

  std::unique_ptr<ByteStream> below_;
  std::vector<char> block_;
  std::string damage_;
};

class GzipStream final : public Compressed {
 public:
  explicit GzipStream(std::unique_ptr<ByteStream> below) : Compressed(std::move(below)) {
    isal_inflate_init(&state_);
    state_.crc_flag = ISAL_GZIP;
  }

  std::size_t read(char* at, std::size_t most) override {
    state_.next_out = reinterpret_cast<std::uint8_t*>(at);
    state_.avail_out = static_cast<std::uint32_t>(std::min(most, std::size_t{1} << 30U));
    std::uint32_t room = state_.avail_out;
    while (!ended_ && state_.avail_out == room) step();
    return room - state_.avail_out;
  }

 private:
  void step() {
    if (state_.avail_in == 0 && !fill()) {
      ended_ = true;
      if (in_member_) set_damage("the gzip data ends before its end");
      return;
    }
    if (!in_member_ && !begin_member()) return;
    int result = isal_inflate(&state_);
    if (result != ISAL_DECOMP_OK) {
      ended_ = true;
      set_damage(fmt::format("the gzip data is damaged (isal_inflate says {})", result));
    } else if (state_.block_state == ISAL_BLOCK_FINISH) {
      in_member_ = false;
    }
  }

  bool fill() {
    std::size_t got = refill();
    state_.next_in = reinterpret_cast<std::uint8_t*>(block_.data());
    state_.avail_in = static_cast<std::uint32_t>(got);
    return got > 0;
  }

  // Behind a member comes another one, or the end; some writers fill up with zeros.
  bool begin_member() {
    if (members_ > 0 && *state_.next_in != 0x1F) {
      ended_ = true;
      if (*state_.next_in != 0) set_damage("behind the gzip data comes something else");
      return false;
    }
    auto* next_in = state_.next_in;
    std::uint32_t avail_in = state_.avail_in;
    auto* next_out = state_.next_out;
    std::uint32_t avail_out = state_.avail_out;
    isal_inflate_reset(&state_);
    state_.crc_flag = ISAL_GZIP;
    state_.next_in = next_in;
    state_.avail_in = avail_in;
    state_.next_out = next_out;
    state_.avail_out = avail_out;
    in_member_ = true;
    ++members_;
    return true;
  }

  inflate_state state_{};
  std::size_t members_ = 0;
  bool in_member_ = false;
  bool ended_ = false;
};

class ZstdStream final : public Compressed {
 public:
  explicit ZstdStream(std::unique_ptr<ByteStream> below)
      : Compressed(std::move(below)), context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, largest_window_log);
  }

  std::size_t read(char* at, std::size_t most) override {
    ZSTD_outBuffer out{at, most, 0};
    while (!ended_ && out.pos == 0) step(out);
    return out.pos;
  }

 private:
  void step(ZSTD_outBuffer& out) {
    if (in_.pos == in_.size && !more_out_) {
      in_ = {block_.data(), refill(), 0};
      if (in_.size == 0) {
        ended_ = true;
        if (in_frame_) set_damage("the zstd data ends before its end");
        return;
      }
    }
    std::size_t result = ZSTD_decompressStream(context_.get(), &out, &in_);
    if (ZSTD_isError(result) != 0U) {
      ended_ = true;
      set_damage(fmt::format("the zstd data cannot be read: {}", ZSTD_getErrorName(result)));
      return;
    }
    in_frame_ = result != 0;
    more_out_ = out.pos == out.size && in_frame_;  // what does not fit comes without more input
  }

  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  bool in_frame_ = false;
  bool more_out_ = false;
  bool ended_ = false;
};

}  // namespace

Compression compression_of(const char* bytes, std::size_t size) {
  constexpr std::array gzip_magic{'\x1F', '\x8B'};
  constexpr std::array zstd_magic{'\x28', '\xB5', '\x2F', '\xFD'};
  if (size >= gzip_magic.size() && std::equal(gzip_magic.begin(), gzip_magic.end(), bytes))
    return Compression::gzip;
  if (size >= zstd_magic.size() && std::equal(zstd_magic.begin(), zstd_magic.end(), bytes))
    return Compression::zstd;
  return Compression::none;
}

std::unique_ptr<ByteStream> make_plain_stream(Fd fd) {
  return std::make_unique<PlainStream>(std::move(fd));
}

std::unique_ptr<ByteStream> make_gzip_stream(std::unique_ptr<ByteStream> below) {
  return std::make_unique<GzipStream>(std::move(below));
}

std::unique_ptr<ByteStream> make_zstd_stream(std::unique_ptr<ByteStream> below) {
  return std::make_unique<ZstdStream>(std::move(below));
}

PeekedStream::PeekedStream(std::unique_ptr<ByteStream> below, std::size_t most) : below_(std::move(below)) {
  first_.resize(most);
  std::size_t filled = 0;
  while (filled < most) {
    std::size_t got = below_->read(first_.data() + filled, most - filled);
    if (got == 0) break;
    filled += got;
  }
  first_.resize(filled);
}

std::size_t PeekedStream::read(char* at, std::size_t most) {
  if (given_ >= first_.size()) return below_->read(at, most);
  std::size_t size = std::min(most, first_.size() - given_);
  std::memcpy(at, first_.data() + given_, size);
  given_ += size;
  return size;
}

}  // namespace nightlatch::scan
