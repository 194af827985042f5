// Any bytes as a manifest: reading and editing end in a value or an error, and an edit that succeeds can be
// undone byte for byte.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "manifest/api_server_pod.hpp"
#include "manifest/edit.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch::manifest;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto pod = read_api_server_pod(bytes, "fuzz");
  Intent intent{{"anonymous-auth"},
                {{"authentication-config", "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml"}},
                {"AnonymousAuthConfigurableEndpoints=true"},
                DirectoryMount{"nightlatch-authn", "/etc/kubernetes/nightlatch/config"}};
  auto edited = edit(bytes, "fuzz", intent);
  if (!edited) return 0;
  if (nightlatch::manifest::apply(edited->after, inverse(bytes, edited->splices)) != bytes) std::abort();
  if (unified_diff(bytes, edited->splices, "fuzz").empty() == edited->changed()) std::abort();
  if (!pod) return 0;  // a probe that names no port: of no concern to an edit
  auto after = read_api_server_pod(edited->after, "fuzz");
  if (!after || after->has_flag("anonymous-auth") || !after->has_flag("authentication-config")) std::abort();
  return 0;
}
