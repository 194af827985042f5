#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace nightlatch {

/// Reads JSON in which every number is a whole one, as in our own files (journal, plan).
/// Throws nlohmann::json::exception for broken JSON and for a number with a fraction, an exponent or more
/// than 64 bits: to turn such a number into an integer is undefined behaviour, and none of ours ever has one.
nlohmann::json parse_whole_json(std::string_view bytes);

}  // namespace nightlatch
