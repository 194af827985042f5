#include "plan/kubeadm_patches.hpp"

#include <map>

#include <fmt/format.h>

#include "plan/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

std::string patch_sentence(const facts::KubeadmPatch& patch) {
  return fmt::format("{} names {}", patch.path, join(patch.names, ", "));
}

PatchOutcome judge_kubeadm_patches(const std::vector<facts::NodeFacts>& nodes, HandedToKubeadm handed) {
  std::map<std::string, std::vector<std::string>> nodes_of;  // by the sentence about a patch
  for (const facts::NodeFacts& node : nodes) {
    for (const facts::KubeadmPatch& patch : node.kubeadm_patches)
      nodes_of[patch_sentence(patch)].push_back(node.name);
  }
  PatchOutcome outcome;
  for (const auto& [patch, names] : nodes_of) {
    std::string text = fmt::format(
        "{}: {}: `kubeadm upgrade --patches` would write a manifest with which the API server does not start "
        "or is "
        "open again",
        join(names, " and "), patch);
    if (handed == HandedToKubeadm::yes) {
      outcome.refusals.push_back(Error{.code = plan_errors::kubeadm_patch, .message = std::move(text)});
    } else {
      outcome.checks.push_back(
          {PlanCheck::Grade::warning, fmt::format("{} (NL{})", text, plan_errors::kubeadm_patch.number)});
    }
  }
  return outcome;
}

}  // namespace nightlatch::plan
