#include "plan/kubeadm_patches.hpp"

#include <map>

#include <fmt/format.h>

#include "plan/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

std::string in_words(const facts::KubeadmPatch& patch) {
  return fmt::format("{} names {}", patch.path, join(patch.names, ", "));
}

PatchOutcome judge_kubeadm_patches(const std::vector<facts::NodeFacts>& nodes, HandedToKubeadm handed) {
  std::map<std::string, std::vector<std::string>> places;
  for (const facts::NodeFacts& node : nodes) {
    for (const facts::KubeadmPatch& patch : node.kubeadm_patches)
      places[in_words(patch)].push_back(node.name);
  }
  PatchOutcome outcome;
  for (const auto& [words, names] : places) {
    std::string text = fmt::format(
        "{}: {}: with --patches kubeadm would write an API server that does not start, or one that is open "
        "again",
        join(names, " and "), words);
    if (handed == HandedToKubeadm::yes) {
      outcome.refusals.push_back(Error{plan_errors::kubeadm_patch, std::move(text), {}, {}, {}, {}});
    } else {
      outcome.checks.push_back(
          {PlanCheck::Grade::warning, fmt::format("{} (NL{})", text, plan_errors::kubeadm_patch.number)});
    }
  }
  return outcome;
}

}  // namespace nightlatch::plan
