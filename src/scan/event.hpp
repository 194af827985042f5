// One event of a kube-apiserver's audit log (audit.k8s.io/v1), as far as the audit of anonymous access looks
// at it. Values only: every view points into the line that was read, or into the reader's own memory, and is
// valid until that reader reads again.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace nightlatch::scan {

enum class Stage : std::uint8_t { unknown, request_received, response_started, response_complete, panic };
// "RequestReceived", …; Stage::unknown for every other text.
[[nodiscard]] Stage stage_named(std::string_view name);

// What authorization said: the annotation authorization.k8s.io/decision.
enum class Decision : std::uint8_t { absent, allow, forbid };

inline constexpr std::string_view anonymous_user = "system:anonymous";
inline constexpr std::string_view unauthenticated_group = "system:unauthenticated";

struct Event {
  std::string_view audit_id;  // chosen by the client where it sends the header Audit-ID
  Stage stage = Stage::unknown;
  std::string_view uri;  // as the client sent it: still percent-encoded, with its query
  std::string_view verb;
  std::string_view username;
  std::string_view impersonated_username;
  std::string_view last_ip;     // of sourceIPs: the only one that the client cannot choose
  std::string_view user_agent;  // chosen by the client
  std::string_view message;     // of responseStatus
  std::string_view reason;  // the annotation authorization.k8s.io/reason: names the binding that allowed it
  std::string_view origin;  // the API server, where the wrapping of the log names it
  std::int64_t received_us = 0;  // requestReceivedTimestamp in microseconds of Unix time; 0: none
  std::int64_t stage_us = 0;     // stageTimestamp
  int code = 0;                  // of responseStatus; 0: none
  Decision decision = Decision::absent;
  bool in_unauthenticated_group = false;
  bool impersonates = false;  // impersonatedUser is there
  bool impersonates_unauthenticated_group = false;
  bool address_is_claimed = false;  // the legacy format: last_ip is what the client says
  bool forwarded = false;  // sourceIPs has more than one address: what the client says stands before the last
};

// Whose request it is, as far as anonymous access goes.
enum class Caller : std::uint8_t {
  other,
  anonymous,  // the user system:anonymous, or the group system:unauthenticated (isAnonymousUser)
  rejected,   // 401: one ResponseStarted with an empty user; the log cannot tell a bad token from none
  posing_as_anonymous  // somebody with credentials, impersonating the anonymous user (kubectl --as)
};
[[nodiscard]] Caller caller_of(const Event& event);

// When the request was made: where the event lacks the time of its arrival, that of its stage. 0: neither.
[[nodiscard]] inline std::int64_t time_of(const Event& event) {
  return event.received_us != 0 ? event.received_us : event.stage_us;
}

}  // namespace nightlatch::scan
