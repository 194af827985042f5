// Any bytes give a playbook and an inventory, or an error with a place inside those bytes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "spec/inventory.hpp"
#include "spec/playbook.hpp"

namespace {

template <class T>
void check(const nightlatch::Result<T>& result) {
  if (result) return;
  const nightlatch::Error& error = result.error();
  if (error.message.empty() || !error.place || error.place->line == 0 || error.place->column == 0)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(nightlatch::spec::parse_playbook(bytes, "fuzz"));
  check(nightlatch::spec::parse_inventory(bytes, "fuzz"));
  return 0;
}
