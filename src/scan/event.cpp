#include "scan/event.hpp"

namespace nightlatch::scan {

Stage stage_named(std::string_view name) {
  if (name == "ResponseComplete") return Stage::response_complete;
  if (name == "RequestReceived") return Stage::request_received;
  if (name == "ResponseStarted") return Stage::response_started;
  return name == "Panic" ? Stage::panic : Stage::unknown;
}

Caller caller_of(const Event& event) {
  if (event.username == anonymous_user || event.in_unauthenticated_group) return Caller::anonymous;
  if (event.username.empty() && event.code == 401) return Caller::rejected;
  if (event.impersonates &&
      (event.impersonated_username == anonymous_user || event.impersonates_unauthenticated_group))
    return Caller::posing_as_anonymous;
  return Caller::other;
}

}  // namespace nightlatch::scan
