#include "plan/image.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "plan/refusal.hpp"

namespace nightlatch::plan {

namespace {

bool is_host(std::string_view part) {
  return part.find_first_of(".:") != std::string_view::npos || part == "localhost";
}

// The full name, as container runtimes write it (github.com/distribution/reference): with registry, and with
// a tag or a digest. Where the image has both, the digest counts.
std::string spelled_out(std::string_view image) {
  std::string text(image);
  std::size_t slash = text.find('/');
  if (slash == std::string::npos) text.insert(0, "library/");
  if (slash == std::string::npos || !is_host(text.substr(0, slash))) text.insert(0, "docker.io/");
  std::size_t digest = text.find('@');
  std::size_t colon = text.find(':', text.rfind('/', digest));
  if (digest != std::string::npos && colon < digest) text.erase(colon, digest - colon);
  if (digest == std::string::npos && colon == std::string::npos) text += ":latest";
  return text;
}

// Kubernetes' default is Always for :latest and for no tag (SetDefaults_Container in
// pkg/apis/core/v1/defaults.go).
bool is_always_pulled(const manifest::ApiServerPod& pod) {
  if (!pod.image_pull_policy.empty()) return pod.image_pull_policy == "Always";
  return pod.image.find('@') == std::string::npos && spelled_out(pod.image).ends_with(":latest");
}

}  // namespace

std::vector<Error> check_image(const facts::NodeFacts& node, const manifest::ApiServerPod& pod) {
  if (is_always_pulled(pod)) {
    return {
        refusal(plan_errors::image_pulled,
                fmt::format("{}: the kubelet would pull {} at every start (imagePullPolicy {})", node.name,
                            pod.image, pod.image_pull_policy.empty() ? "defaults to Always" : "is Always"))};
  }
  std::string wanted = spelled_out(pod.image);
  bool is_there = std::any_of(node.images.begin(), node.images.end(),
                              [&](const std::string& image) { return spelled_out(image) == wanted; });
  if (is_there || node.images.empty()) return {};
  return {
      refusal(plan_errors::image_missing,
              fmt::format("{}: the container runtime does not have the image {}: the running container was "
                          "made from an image of another name, or the image was removed since",
                          node.name, pod.image))};
}

std::optional<PlanCheck> image_check(const facts::NodeFacts& node) {
  if (!node.images.empty()) return std::nullopt;
  return PlanCheck{
      PlanCheck::Grade::warning,
      fmt::format(
          "{}: neither crictl nor ctr lists the images, so the kubelet may have to pull kube-apiserver's "
          "image when it restarts it",
          node.name),
      plan_checks::image_unknown.number,
      {.node = node.name}};
}

}  // namespace nightlatch::plan
