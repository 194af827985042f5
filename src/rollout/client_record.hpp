// What the run's own client saw, as the data of a record. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "facts/client_sight.hpp"
#include "rollout/record.hpp"

namespace nightlatch::rollout {

// The name of the step in its records, which are of the run as a whole.
inline constexpr std::string_view client_step = "client";

[[nodiscard]] std::map<std::string, std::string> data_of(const facts::ClientSight& sight);
// What is missing or no number is 0.
[[nodiscard]] facts::ClientSight sight_in(const Record& record);

}  // namespace nightlatch::rollout
