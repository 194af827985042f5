// spec.window as plan.json holds it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "calendar/window.hpp"

namespace nightlatch::plan {

[[nodiscard]] nlohmann::json to_json(const calendar::WindowRules& rules);
// Throws nlohmann::json::exception for anything else.
[[nodiscard]] calendar::WindowRules window_from_json(const nlohmann::json& value);

}  // namespace nightlatch::plan
