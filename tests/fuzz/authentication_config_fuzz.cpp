// Any bytes as an AuthenticationConfiguration. Every error and every expression has a place within them, an
// authenticator equals itself, and what is read and rendered again opens the same paths.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "access/authentication_config.hpp"
#include "access/authenticator_rows.hpp"
#include "access/exposure.hpp"

namespace {

void read(std::string_view bytes) {
  using namespace nightlatch::access;
  const ServerRules rules{
      .minor = 34, .egress_selector = true, .service_account_issuers = {"https://kubernetes.default.svc"}};
  auto config = decode_authentication_config(bytes, "f", rules);
  if (!config) {
    if (!config.error().place || config.error().message.find('\n') != std::string::npos) std::abort();
    return;
  }
  for (const CelExpression& expression : config->unjudged) {
    if (expression.at >= bytes.size()) std::abort();
  }
  for (const JwtAuthenticatorConfig& jwt : config->content.jwt.items) {
    AuthenticatorRows rows = authenticator_rows(jwt);
    if (!side_by_side("a", rows, "b", rows).empty()) std::abort();
  }
  auto good = check_authentication_config(*config, bytes, "f", rules);
  if (!good && !good.error().place) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch::access;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
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
