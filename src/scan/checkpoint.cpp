#include "scan/checkpoint.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scan/errors.hpp"
#include "scan/timestamp.hpp"
#include "util/hash.hpp"
#include "util/whole_json.hpp"

namespace nightlatch::scan {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view schema = "nightlatch.dev/checkpoint/v1";
constexpr std::size_t longest_first_line = 4096;  // more of it is not needed to know a log again

std::string_view name(Stage stage) {
  switch (stage) {
    case Stage::request_received:
      return "RequestReceived";
    case Stage::response_started:
      return "ResponseStarted";
    case Stage::response_complete:
      return "ResponseComplete";
    case Stage::panic:
      return "Panic";
    case Stage::unknown:
      break;
  }
  return "";
}

ordered_json user_json(std::string_view username, bool in_group) {
  ordered_json user;
  if (!username.empty()) user["username"] = username;
  if (in_group) user["groups"] = {unauthenticated_group};
  return user.is_null() ? ordered_json::object() : user;
}

std::string hexadecimal(std::uint64_t number) {
  return fmt::format("{:016x}", number);
}

std::uint64_t number_of(const std::string& text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return number;
}

Checkpoint read(const nlohmann::json& json) {
  Checkpoint checkpoint;
  for (const auto& log : json.at("logs"))
    checkpoint.read[log.at("firstLine").get<std::string>()] = log.at("offset").get<std::uint64_t>();
  for (const auto& open : json.at("open"))
    checkpoint.open.push_back({number_of(open.at("key").get<std::string>()),
                               open.at("requests").get<std::uint32_t>(),
                               open.at("event").get<std::string>()});
  return checkpoint;
}

}  // namespace

std::string line_of(const Event& event) {
  ordered_json json;
  json["kind"] = "Event";
  json["apiVersion"] = "audit.k8s.io/v1";
  json["auditID"] = event.audit_id;
  json["stage"] = name(event.stage);
  json["requestURI"] = event.uri;
  json["verb"] = event.verb;
  json["user"] = user_json(event.username, event.in_unauthenticated_group);
  if (event.impersonates)
    json["impersonatedUser"] =
        user_json(event.impersonated_username, event.impersonates_unauthenticated_group);
  json["sourceIPs"] = ordered_json::array();
  if (event.forwarded) json["sourceIPs"].push_back("");
  json["sourceIPs"].push_back(event.last_ip);
  json["userAgent"] = event.user_agent;
  json["responseStatus"] = {{"code", event.code}, {"message", event.message}};
  json["requestReceivedTimestamp"] = rfc3339(event.received_us);
  json["stageTimestamp"] = rfc3339(event.stage_us);
  json["annotations"] = ordered_json::object();
  if (event.decision != Decision::absent)
    json["annotations"]["authorization.k8s.io/decision"] =
        event.decision == Decision::allow ? "allow" : "forbid";
  if (!event.reason.empty()) json["annotations"]["authorization.k8s.io/reason"] = event.reason;
  // What a client sent may be no UTF-8: it is replaced.
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string to_json(const Checkpoint& checkpoint) {
  ordered_json json;
  json["schema"] = schema;
  json["logs"] = ordered_json::array();
  for (const auto& [first_line, offset] : checkpoint.read)
    json["logs"].push_back({{"firstLine", first_line}, {"offset", offset}});
  json["open"] = ordered_json::array();
  for (const OpenRequest& open : checkpoint.open)
    json["open"].push_back(
        {{"key", hexadecimal(open.key)}, {"requests", open.requests}, {"event", open.line}});
  return json.dump(2) + "\n";
}

Result<Checkpoint> parse_checkpoint(std::string_view json, std::string_view file) {
  try {
    nlohmann::json value = parse_whole_json(json);
    if (value.is_object() && value.value("schema", "") == schema) return read(value);
    return fail(scan_errors::bad_checkpoint, fmt::format("{}: it is no {}", file, schema));
  } catch (const nlohmann::json::exception& exception) {
    return fail(scan_errors::bad_checkpoint, fmt::format("{}: {}", file, exception.what()));
  }
}

std::string name_of_log(std::string_view beginning) {
  std::size_t end = beginning.find('\n');
  if (end == std::string_view::npos && beginning.size() < longest_first_line) return {};
  return sha256_hex(beginning.substr(0, std::min(end, longest_first_line)));
}

}  // namespace nightlatch::scan
