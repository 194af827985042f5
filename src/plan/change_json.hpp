// A plan's list of changes as plan.json holds it.
#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "plan/change.hpp"

namespace nightlatch::plan {

// An array with one object for each change, in the order of the list.
[[nodiscard]] nlohmann::json to_json(const std::vector<Change>& changes);

// Reads such an array. Throws nlohmann::json::exception, which plan_json.cpp turns into not_a_plan, for a
// missing key, an unknown kind of change, and a write to the API that this version cannot make
// (facts::is_writable). The splices are not checked against any bytes.
[[nodiscard]] std::vector<Change> changes_from_json(const nlohmann::json& list);

}  // namespace nightlatch::plan
