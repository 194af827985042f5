// Whatever an API server calls its metrics is read, or is no answer.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/metrics.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto rejected = nightlatch::api::rejected_requests(text);
  auto hash = nightlatch::api::loaded_config_hash(text);
  // Both are what one whole line says.
  if (rejected && (rejected->since.empty() || text.find(rejected->since) == std::string_view::npos))
    __builtin_trap();
  constexpr std::size_t prefix_and_digits = 7 + 64;
  if (hash && hash->size() != prefix_and_digits) __builtin_trap();
  return 0;
}
