// Any bytes as the RBAC objects of a cluster: an error with a place inside them, or objects that can be
// listed and asked, where no binding is judged worse than what it grants allows.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rbac/evaluator.hpp"
#include "rbac/listing.hpp"
#include "rbac/read_objects.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto objects = rbac::read_objects(bytes, "fuzz");
  if (!objects) {
    const Error& error = objects.error();
    if (error.message.empty()) std::abort();
    if (error.place && (error.place->line == 0 || error.place->column == 0)) std::abort();
    return 0;
  }
  rbac::Listing listing = rbac::list(*objects, std::vector<std::string>{"/healthz", "/metrics"});
  for (const rbac::BoundRole& bound : listing.anonymous) {
    if (bound.reaching.empty()) std::abort();
    if (bound.role != rbac::RoleState::read && !bound.grants.empty()) std::abort();
    bool harmless = bound.dangers.empty() && bound.role == rbac::RoleState::read;
    if (harmless && bound.severity != rbac::Severity::none) std::abort();
    if (rbac::text_of(bound.binding).empty()) std::abort();
  }
  // What the listing says of a path is what the evaluator says of it.
  rbac::Evaluator evaluator(*objects);
  bool allowed =
      evaluator.allows(rbac::anonymous_requester(), rbac::request_of("GET", "/metrics")).has_value();
  bool listed = false;
  for (const rbac::BoundRole& bound : listing.anonymous) {
    for (const std::string& path : bound.reachable) listed = listed || path == "/metrics";
  }
  if (allowed != listed) std::abort();
  return 0;
}
