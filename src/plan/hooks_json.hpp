// spec.hooks as plan.json holds it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "spec/hooks.hpp"

namespace nightlatch::plan {

[[nodiscard]] nlohmann::json to_json(const spec::Hooks& hooks);
// Throws nlohmann::json::exception for anything else.
[[nodiscard]] spec::Hooks hooks_from_json(const nlohmann::json& value);

}  // namespace nightlatch::plan
