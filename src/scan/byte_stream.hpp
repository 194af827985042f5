// The bytes of a log, one after the other: of a file, of a pipe, decompressed on the way.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "util/fd.hpp"

namespace nightlatch::scan {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Reads at most `most` bytes to `at`; 0: the end. Never fails: what cannot be read further is at its end,
  // and damage() says why.
  virtual std::size_t read(char* at, std::size_t most) = 0;
  // Why the stream ended before its end; empty: it did not.
  [[nodiscard]] virtual const std::string& damage() const = 0;
};

enum class Compression { none, gzip, zstd };
// By the first bytes.
[[nodiscard]] Compression compression_of(const char* bytes, std::size_t size);

// The stream takes the descriptor over and reads from its current position on.
[[nodiscard]] std::unique_ptr<ByteStream> make_plain_stream(Fd fd);
// gzip, also of several members, and zstd, with a window of at most 32 MiB. What comes behind is left away:
// it is damage, where it does not begin another member.
[[nodiscard]] std::unique_ptr<ByteStream> make_gzip_stream(std::unique_ptr<ByteStream> below);
[[nodiscard]] std::unique_ptr<ByteStream> make_zstd_stream(std::unique_ptr<ByteStream> below);

// `below` with its first bytes looked at: they are read again.
class PeekedStream final : public ByteStream {
 public:
  PeekedStream(std::unique_ptr<ByteStream> below, std::size_t most);
  [[nodiscard]] const std::string& first_bytes() const { return first_; }
  std::size_t read(char* at, std::size_t most) override;
  [[nodiscard]] const std::string& damage() const override { return below_->damage(); }

 private:
  std::unique_ptr<ByteStream> below_;
  std::string first_;
  std::size_t given_ = 0;
};

}  // namespace nightlatch::scan
