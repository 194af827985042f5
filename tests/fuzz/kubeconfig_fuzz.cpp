// Any bytes give a kubeconfig file, or an error that names a place inside those bytes and shows none of them.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/kubeconfig_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto parsed = nightlatch::api::parse_kubeconfig(bytes, "fuzz");
  if (parsed) return 0;
  const nightlatch::Error& error = parsed.error();
  if (error.message.empty()) std::abort();
  if (error.place && (!error.place->text.empty() || error.place->line == 0 || error.place->column == 0))
    std::abort();
  return 0;
}
