#include "report/json.hpp"

#include <nlohmann/json.hpp>

#include "report/error.hpp"

namespace nightlatch::report {

using nlohmann::ordered_json;

std::string dump(const ordered_json& document) {
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json to_json(const access::Exposure& exposure) {
  ordered_json json;
  json["state"] = access::name(exposure.state);
  bool listed =
      exposure.state == access::ExposureState::restricted || exposure.state == access::ExposureState::closed;
  if (listed) json["paths"] = exposure.paths;
  json["why"] = exposure.why;
  if (!exposure.refusal.empty()) json["refusal"] = exposure.refusal;
  return json;
}

ordered_json to_json(const Error& error) {
  ordered_json json;
  json["code"] = code_name(error.code.number);
  json["title"] = error.code.title;
  json["message"] = error.message;
  if (!error.details.empty()) json["details"] = error.details;
  if (!error.hint.empty()) json["hint"] = error.hint;
  json["next"] = error.next_step();
  if (error.place) {
    json["file"] = error.place->file;
    json["line"] = error.place->line;
    json["column"] = error.place->column;
  }
  return json;
}

ordered_json to_json(const facts::Seen& seen) {
  ordered_json json;
  json["method"] = seen.question.method;
  json["path"] = seen.question.path;
  json["credentials"] = seen.question.credentials == facts::Credentials::none ? "none" : "admin";
  json["seen"] = seen.status;
  json["place"] = seen.asked_from;
  if (!seen.why.empty()) json["why"] = seen.why;
  return json;
}

std::string errors_json(std::span<const Error> errors, Exit exit) {
  ordered_json json;
  json["schema"] = "nightlatch.dev/error/v1";
  json["exit"] = static_cast<int>(exit);
  json["errors"] = ordered_json::array();
  for (const Error& error : errors) json["errors"].push_back(to_json(error));
  return dump(json);
}

}  // namespace nightlatch::report
