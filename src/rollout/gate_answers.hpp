// What an API server answered to the questions of its gates, as text in the journal: a line each, "GET /livez
// none 200 wanted 200". Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/probe.hpp"

namespace nightlatch::rollout {

// The reason of a missing answer follows its line, cut at 120 bytes.
[[nodiscard]] std::string text_of(std::span<const facts::Seen> answers);
// Method, path, credentials, expected, status and why. A line that is none is left out.
[[nodiscard]] std::vector<facts::Seen> answers_in(std::string_view text);

}  // namespace nightlatch::rollout
