// Any bytes as an AuthenticationConfiguration; what is read and rendered again opens the same paths.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "access/authentication_config.hpp"
#include "access/exposure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch::access;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ExposureInputs inputs;
  inputs.version = {1, 34, 4, {}};
  inputs.authorization_mode = "Node,RBAC";
  inputs.config_flag_present = true;
  inputs.config = std::string(bytes);
  Exposure exposure = judge(inputs);
  if (exposure.state != ExposureState::restricted) return 0;
  bool printable = std::all_of(exposure.paths.begin(), exposure.paths.end(), [](const std::string& path) {
    return !path.empty() &&
           std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  });
  if (!printable) return 0;
  inputs.config = render_authentication_config(exposure.paths);
  if (judge(inputs).paths != exposure.paths) std::abort();
  return 0;
}
