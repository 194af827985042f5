// Whether a restart of the API server would find its image (S11). The kubelet looks for the image on the
// node when it starts the container. It asks a registry where the pull policy says so or the image is
// missing. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// At most one refusal: image_pulled, when the kubelet would ask a registry at every start (imagePullPolicy
// Always, or its default for the tag latest: SetDefaults_Container in pkg/apis/core/v1/defaults.go);
// image_missing, when the container runtime does not list the image. No list of images (no tool gave one) is
// no refusal; image_check warns of that.
[[nodiscard]] std::vector<Error> check_image(const facts::NodeFacts& node, const manifest::ApiServerPod& pod);

// A warning (image_unknown) when neither crictl nor ctr listed the images of the node; nullopt otherwise.
[[nodiscard]] std::optional<PlanCheck> image_check(const facts::NodeFacts& node);

}  // namespace nightlatch::plan
