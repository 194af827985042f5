// A hash of several texts and numbers, for tables in memory. Not for security. Checkpoints keep it, so a
// change of it is a new version of their schema.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace nightlatch::scan {

class Hash64 {
 public:
  Hash64& add(std::string_view text) {
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left >= 8; at += 8, left -= 8) mix(word(at, 8));
    mix(word(at, left) ^ static_cast<std::uint64_t>(text.size()) << 56U);
    return *this;
  }
  Hash64& add(std::uint64_t number) {
    mix(number);
    return *this;
  }
  [[nodiscard]] std::uint64_t value() const {
    std::uint64_t mixed = state_ ^ state_ >> 32U;
    mixed *= 0xD6E8FEB86659FD93U;
    return mixed ^ mixed >> 32U;
  }

 private:
  __extension__ using Wide = unsigned __int128;

  static std::uint64_t word(const char* at, std::size_t bytes) {
    std::uint64_t found = 0;
    if (bytes > 0) std::memcpy(&found, at, bytes);  // of an empty text there is no address
    return found;
  }
  // The upper half of the product folded onto its lower half, as wyhash does.
  void mix(std::uint64_t number) {
    auto product = static_cast<Wide>(state_ ^ number) * 0x9E3779B97F4A7C15U;
    state_ = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U) ^
             0xA0761D6478BD642FU;
  }

  std::uint64_t state_ = 0x2D358DCCAA6C78A5U;
};

}  // namespace nightlatch::scan
