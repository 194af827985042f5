// Any bytes give a plan or an error; a plan that was read is written and read again with the same hash.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plan/plan.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto plan = plan::from_json(bytes, "plan.json");
  if (!plan) {
    if (!plan.error().message.starts_with("plan.json:")) std::abort();
    return 0;
  }
  auto again = plan::from_json(plan::to_json(*plan), "plan.json");
  if (!again || again->hash != plan->hash) std::abort();
  return 0;
}
