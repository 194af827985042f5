// Any bytes as a log: cut into values, decompressed, read; and the lines that come out are never longer than
// allowed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "scan/byte_stream.hpp"
#include "scan/chunk_source.hpp"
#include "scan/event_cutter.hpp"

namespace {

class Bytes final : public nightlatch::scan::ByteStream {
 public:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}
  std::size_t read(char* at, std::size_t most) override {
    std::size_t size = std::min({most, bytes_.size() - given_, std::size_t{997}});
    if (size > 0) std::memcpy(at, bytes_.data() + given_, size);
    given_ += size;
    return size;
  }
  [[nodiscard]] const std::string& damage() const override { return none_; }

 private:
  std::string bytes_;
  std::size_t given_ = 0;
  std::string none_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch::scan;
  std::string text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(needs_cutting(text));
  auto cutter = make_event_cutter(std::make_unique<Bytes>(text), 300);
  std::string block(512, '\0');
  std::size_t length = 0;
  while (std::size_t got = cutter->read(block.data(), block.size())) {
    for (std::size_t i = 0; i < got; ++i) length = block[i] == '\n' ? 0 : length + 1;
    if (length > 301) __builtin_trap();
  }
  OpenedLog log = open_stream(std::make_unique<Bytes>(text));
  static Piece piece;
  std::size_t sum = 0;
  while (log.source->next(piece) && sum < (std::size_t{64} << 20U)) sum += piece.lines().size();
  return 0;
}
