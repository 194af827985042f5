// A plan's list of changes as plan.json holds it.
#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "plan/change.hpp"

namespace nightlatch::plan {

[[nodiscard]] nlohmann::json to_json(const std::vector<Change>& changes);

// Throws nlohmann::json::exception, as the file that reads the whole plan expects it, for what is no list of
// changes of this version: another kind of change, or a change of an object that this version cannot make.
[[nodiscard]] std::vector<Change> changes_from_json(const nlohmann::json& list);

}  // namespace nightlatch::plan
