// The classes of `nightlatch audit` as the query of an engine that holds audit logs. Rendered from
// templates/monitor/.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "audit/taxonomy.hpp"

namespace nightlatch::monitor {

enum class Engine { clickhouse, loki, elasticsearch, athena, splunk };
inline constexpr std::array<std::string_view, 5> engine_names{"clickhouse", "loki", "elasticsearch", "athena",
                                                              "splunk"};
[[nodiscard]] std::optional<Engine> engine_named(std::string_view name);

[[nodiscard]] std::string query_of(Engine engine, const audit::Taxonomy& taxonomy);

}  // namespace nightlatch::monitor
