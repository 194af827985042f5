// The change of the ConfigMap kubeadm-config that belongs to a plan (S20), and what the plan says of it.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// The object that the change is of.
[[nodiscard]] const facts::ObjectReference& kubeadm_config();

struct KubeadmOutcome {
  std::optional<ObjectChange> change;
  std::string diff;  // unified, for people
  std::optional<PlanCheck> check;
  std::vector<Error> refusals;
};

// `config`: today's ClusterConfiguration; empty: there is no such ConfigMap. `pods`: every node's API server
// after the roll. Refused: a change that was asked for and cannot be made for all nodes at once, or not
// proven.
[[nodiscard]] KubeadmOutcome plan_kubeadm_change(const std::string& config,
                                                 const std::vector<manifest::ApiServerPod>& pods,
                                                 const spec::Playbook& playbook);

// The way back, on what is there today; nullopt for `config`: it could not be read. What somebody else has
// written since stays (S1), and the plan says so.
[[nodiscard]] KubeadmOutcome turn_kubeadm_change(const ObjectChange& original,
                                                 const std::optional<std::string>& config,
                                                 const std::string& run);

}  // namespace nightlatch::plan
