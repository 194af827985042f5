#include "util/whole_json.hpp"

#include <nlohmann/json.hpp>

namespace nightlatch {

nlohmann::json parse_whole_json(std::string_view bytes) {
  using nlohmann::json;
  return json::parse(bytes, [](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::value && value.is_number_float())
      throw json::other_error::create(501, "a number that is not whole", &value);
    return true;
  });
}

}  // namespace nightlatch
