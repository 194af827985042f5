// Whether a restart of the API server would find its image (S11): the kubelet looks for the image on the node
// when it starts the container, and asks a registry where the pull policy says so or the image is missing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// image_pulled, when the kubelet would ask a registry at every start; image_missing, when the node's runtime
// does not have the image. None when it is there, or when no tool told the images of the node.
[[nodiscard]] std::vector<Error> check_image(const facts::NodeFacts& node, const manifest::ApiServerPod& pod);

// A warning when neither crictl nor ctr told the images of the node; nullopt otherwise.
[[nodiscard]] std::optional<PlanCheck> image_check(const facts::NodeFacts& node);

}  // namespace nightlatch::plan
