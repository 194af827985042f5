// Patch files that kubeadm applies to the manifest that it writes (`kubeadm upgrade --patches`) and that name
// a setting of the plan (S20). Pure.
#pragma once

#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "plan/plan.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// yes: the plan puts the change into the ConfigMap kubeadm-config, from which kubeadm writes the manifest,
// and the patch would change that manifest again.
enum class HandedToKubeadm { no, yes };

struct PatchOutcome {
  std::vector<PlanCheck> checks;
  std::vector<Error> refusals;
};

// Judges the patches that were found on the nodes. With such a patch, the next `kubeadm upgrade --patches`
// would write an API server that does not start or that is as open as before. For each patch one refusal
// (kubeadm_patch) where the plan hands the change to kubeadm, else one warning (patch_named). Nodes with the
// same patch are named together.
[[nodiscard]] PatchOutcome judge_kubeadm_patches(const std::vector<facts::NodeFacts>& nodes,
                                                 HandedToKubeadm handed);

// "/etc/kubernetes/patches/kube-apiserver.yaml names anonymous-auth"
[[nodiscard]] std::string patch_sentence(const facts::KubeadmPatch& patch);

}  // namespace nightlatch::plan
