// Would a restart find its image (S11)? The kubelet starts the container anew, and with it asks whether the
// image is there, or a registry for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// image_pulled or image_missing.
[[nodiscard]] std::vector<Error> check_image(const facts::NodeFacts& node, const manifest::ApiServerPod& pod);

// A warning where no tool on the node tells what images it has.
[[nodiscard]] std::optional<PlanCheck> image_check(const facts::NodeFacts& node);

}  // namespace nightlatch::plan
