// kubeadm writes manifests from the ConfigMap kubeadm-config and knows nothing of edits by others: what the
// ConfigMap must say so that kubeadm writes a manifest as exposed as the one at hand. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/api_server_pod.hpp"
#include "manifest/edit.hpp"
#include "plan/detection.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// `bytes`: the ConfigMap's ClusterConfiguration. No splice: it says the same already. Errors: a layout that
// kubeadm does not write; a configuration file that is mounted alone, for which there is no directory to
// name; a change that would let the probes that kubeadm writes kill the API server.
[[nodiscard]] Result<manifest::Edit> persist(std::string_view bytes, std::string_view file,
                                             const manifest::ApiServerPod& pod);

// API servers whose manifest kubeadm would write otherwise. `config` is empty where there is no ConfigMap.
[[nodiscard]] std::vector<Error> find_kubeadm_drift(std::string_view config,
                                                    const std::vector<NodeDetection>& nodes);

// Every word of the ClusterConfiguration that may be the path of a configuration file of ours.
[[nodiscard]] std::vector<std::string> config_files_named(std::string_view cluster_configuration);

// For a person: "remove anonymous-auth, add authentication-config: /etc/...".
[[nodiscard]] std::string in_words(const manifest::Edit& edit);

}  // namespace nightlatch::plan
