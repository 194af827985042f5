// Files that kubeadm lays over the manifest it writes and that name what a plan decides (S20). Pure.
#pragma once

#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "plan/plan.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// yes: kubeadm-config is given the change, so that kubeadm writes it again, and the patch over it.
enum class HandedToKubeadm { no, yes };

struct PatchOutcome {
  std::vector<PlanCheck> checks;
  std::vector<Error> refusals;
};

// What the next kubeadm upgrade --patches would make of the change: the API server would not start, or be as
// open as before. Refused where kubeadm is to keep the change, else only said.
[[nodiscard]] PatchOutcome judge_kubeadm_patches(const std::vector<facts::NodeFacts>& nodes,
                                                 HandedToKubeadm handed);

// "/etc/kubernetes/patches/kube-apiserver.yaml names anonymous-auth"
[[nodiscard]] std::string in_words(const facts::KubeadmPatch& patch);

}  // namespace nightlatch::plan
