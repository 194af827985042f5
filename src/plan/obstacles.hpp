// Whether a swap could replace the manifests today: what lies in the way is named before any node is touched.
#pragma once

#include <vector>

#include "facts/node_facts.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// not_replaceable, with the path, what is wrong with it, and the commands that show and remove it.
[[nodiscard]] std::vector<Error> check_obstacle(const facts::NodeFacts& node);

}  // namespace nightlatch::plan
