#include <algorithm>

#include <nlohmann/json.hpp>

#include "report/audit_formats.hpp"
#include "scan/timestamp.hpp"

namespace nightlatch::report {

namespace {

constexpr std::size_t longest_path = 1024;
constexpr std::size_t longest_text = 256;

}  // namespace

std::string request_line(const audit::Judged& request, const std::vector<std::string>& class_names) {
  using nlohmann::ordered_json;
  const scan::Event& event = request.event;
  ordered_json json;
  json["schema"] = "nightlatch.dev/request/v1";
  json["time"] = scan::rfc3339(scan::time_of(event));
  json["class"] = class_names.at(request.endpoint.request_class);
  json["template"] = request.endpoint.shape;
  json["verb"] = event.verb;
  json["path"] = event.uri.substr(0, std::min(event.uri.find_first_of("?#"), longest_path));
  json["outcome"] = audit::name(request.endpoint.outcome);
  json["code"] = event.code;
  json["severity"] = audit::name(request.severity);
  json["source"] = event.last_ip;
  json["place"] = audit::name(request.source.place);
  json["forwarded"] = event.forwarded;
  json["userAgent"] = event.user_agent.substr(0, longest_text);
  json["reason"] = event.reason.substr(0, longest_text);
  json["auditID"] = event.audit_id.substr(0, longest_text);
  return json.dump(-1, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace nightlatch::report
