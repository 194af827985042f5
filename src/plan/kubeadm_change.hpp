// The change of the ConfigMap kubeadm-config that belongs to a plan (S20), and the check that the plan shows
// for it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "manifest/api_server_pod.hpp"
#include "plan/kubeadm_logins.hpp"
#include "plan/plan.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// Refers to the ConfigMap kube-system/kubeadm-config.
[[nodiscard]] const facts::ObjectReference& kubeadm_config();

struct KubeadmOutcome {
  std::optional<ObjectChange> change;  // nullopt: the ConfigMap stays unchanged
  std::string diff;                    // of `change`: unified, for people
  std::optional<PlanCheck> check;
  std::vector<Error> refusals;
};

// An API server after the roll.
struct PersistedServer {
  manifest::ApiServerPod pod;
  KnownLogins logins{};
};

// `config`: today's ClusterConfiguration; empty: there is no such ConfigMap. `servers`: those of all
// nodes. There is a change where spec.persist.kubeadmConfig is true and the same edit serves
// all nodes; where it is false, the check (kubeadm_reopens) says what to change by hand. The ConfigMap also
// stays unchanged, with that check, where the probes that kubeadm writes would be answered 401 afterwards.
// Refusals: kubeadm_config_unfit, where a change is wanted and the nodes need different edits or an edit
// cannot be made; kubeadm_logins, where it would remove logins that no API server has, unless
// spec.persist.kubeadmOidc is drop.
[[nodiscard]] KubeadmOutcome plan_kubeadm_change(const std::string& config,
                                                 const std::vector<PersistedServer>& servers,
                                                 const spec::Playbook& playbook);

// The inverse of `original`, which was part of `run`. `config`: today's ClusterConfiguration; nullopt: the
// API could not be read, which is the check kubeadm_config_unread. A text that somebody else has written
// since stays unchanged (S1), with the check kubeadm_config_changed. Nothing at all where the old text is
// there already. Never refuses.
[[nodiscard]] KubeadmOutcome turn_kubeadm_change(const ObjectChange& original,
                                                 const std::optional<std::string>& config,
                                                 const std::string& run);

}  // namespace nightlatch::plan
