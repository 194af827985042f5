// Parts that several JSON documents share. Documents are ordered as they are written here.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "access/exposure.hpp"
#include "facts/probe.hpp"
#include "util/result.hpp"

namespace nightlatch::report {

// Two blanks of indent and a newline at the end. What a node sent may be no UTF-8: it is replaced, never
// fatal.
[[nodiscard]] std::string dump(const nlohmann::ordered_json& document);

// {"state", "paths"?, "why"}: `paths` is [] when closed and absent when it cannot be told as a list (A7).
[[nodiscard]] nlohmann::ordered_json to_json(const access::Exposure& exposure);

// {"code", "title", "message", "details", "hint", "next", "file", "line", "column"}: the last three when
// there is a place.
[[nodiscard]] nlohmann::ordered_json to_json(const Error& error);

[[nodiscard]] nlohmann::ordered_json to_json(const facts::Seen& seen);

}  // namespace nightlatch::report
