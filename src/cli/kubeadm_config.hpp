// A plan's change of the ConfigMap kubeadm-config, made through the API.
#pragma once

#include <string>

#include "api/kubeconfig.hpp"
#include "plan/plan.hpp"
#include "rollout/event.hpp"

namespace nightlatch::cli {

// Written only over the bytes that the plan was made from. May be asked for again when its answer was lost.
[[nodiscard]] rollout::KubeadmConfigPersisted persist_kubeadm_config(const api::Kubeconfig& kubeconfig,
                                                                     const plan::KubeadmChange& change,
                                                                     const std::string& user_agent);

}  // namespace nightlatch::cli
