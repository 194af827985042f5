#include "plan/kubeadm_patches.hpp"

#include <map>

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

std::string patch_sentence(const facts::KubeadmPatch& patch) {
  return fmt::format("{} names {}", patch.path, join(patch.names, ", "));
}

PatchOutcome judge_kubeadm_patches(const std::vector<facts::NodeFacts>& nodes, HandedToKubeadm handed) {
  struct Patched {
    std::string path;
    std::vector<std::string> nodes;
  };
  std::map<std::string, Patched> patched;  // by the sentence about a patch
  for (const facts::NodeFacts& node : nodes) {
    for (const facts::KubeadmPatch& patch : node.kubeadm_patches) {
      Patched& one = patched[patch_sentence(patch)];
      one.path = patch.path;
      one.nodes.push_back(node.name);
    }
  }
  PatchOutcome outcome;
  for (const auto& [sentence, one] : patched) {
    std::string text = fmt::format(
        "{}: {}: `kubeadm upgrade --patches` would write a manifest with which the API server does not start "
        "or is open again",
        join(one.nodes, " and "), sentence);
    if (handed == HandedToKubeadm::yes) {
      outcome.refusals.push_back(Error{.code = plan_errors::kubeadm_patch, .message = std::move(text)});
    } else {
      outcome.checks.push_back({PlanCheck::Grade::warning,
                                std::move(text),
                                plan_checks::patch_named.number,
                                {.node = join(one.nodes, " "), .path = one.path}});
    }
  }
  return outcome;
}

}  // namespace nightlatch::plan
