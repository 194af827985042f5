// Any URI has a class, and what is decoded is never longer than what was sent.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "audit/taxonomy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch::audit;
  std::string_view uri(reinterpret_cast<const char*>(data), size);
  RequestPath path = read_path(uri);
  if (path.path.size() > size) __builtin_trap();
  if (path.shape.empty() || path.canonical.empty()) __builtin_trap();
  if (shipped_taxonomy().class_of(path, "get") + 2 >= shipped_taxonomy().classes.size()) __builtin_trap();
  return 0;
}
