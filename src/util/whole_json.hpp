// JSON whose numbers are all whole, as in nightlatch's own files.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace nightlatch {

// Reads JSON of a journal or a plan. Throws nlohmann::json::exception for malformed JSON and for a number
// with a fraction, an exponent or more than 64 bits: converting such a number into an integer is undefined
// behaviour, and nightlatch never writes one.
[[nodiscard]] nlohmann::json parse_whole_json(std::string_view bytes);

}  // namespace nightlatch
