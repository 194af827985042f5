// Keys of a node's reply that this version of nightlatch does not know.
#pragma once

#include <optional>

#include "facts/node_facts.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// A warning that names the keys: the script on the node is another version's, or the reader lacks a row
// (node/reply_keys.cpp). nullopt: every key is known.
[[nodiscard]] std::optional<PlanCheck> unknown_keys_check(const facts::NodeFacts& node);

}  // namespace nightlatch::plan
