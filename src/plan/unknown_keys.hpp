// Keys of a node's reply that this version of nightlatch does not know.
#pragma once

#include <optional>

#include "facts/node_facts.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// A warning (facts_unknown) that names the keys. They come from the script of another version, or the table
// in node/reply_keys.cpp lacks a row. nullopt: every key is known.
[[nodiscard]] std::optional<PlanCheck> unknown_keys_check(const facts::NodeFacts& node);

}  // namespace nightlatch::plan
