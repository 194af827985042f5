// What the ConfigMap kubeadm-config must say so that kubeadm writes a manifest with the same exposure as a
// given one: kubeadm writes manifests from this ConfigMap and overwrites edits of the files (S20). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/api_server_pod.hpp"
#include "manifest/edit.hpp"
#include "plan/detection.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// The edit after which `bytes`, a ClusterConfiguration, gives the API server of `pod` its flags for
// authentication (--anonymous-auth, --authentication-config, --oidc-*), its feature gate and the mount of
// its configuration file. An edit without splices: `bytes` has them already. --oidc-required-claim is only
// removed, never set. `file` is for messages. Errors: those of manifest::edit_kubeadm_config;
// mount_not_persistable, where the configuration file is mounted without its directory or at another path
// than on the node; probes_not_persistable, where `bytes` must change and the pod has
// --anonymous-auth=false: kubeadm writes probes without credentials, and the kubelet would kill that API
// server.
[[nodiscard]] Result<manifest::Edit> persist(std::string_view bytes, std::string_view file,
                                             const manifest::ApiServerPod& pod);

// Findings (kubeadm_drift) about API servers whose manifest kubeadm would write with other flags, one
// finding for all nodes that need the same change. `config`: today's ClusterConfiguration; empty: there is
// no ConfigMap, and no finding. Only manifests that kubeadm wrote are compared.
[[nodiscard]] std::vector<Error> find_kubeadm_drift(std::string_view config,
                                                    const std::vector<NodeDetection>& nodes);

// Every word of the ClusterConfiguration that contains "authn-" and so may be the path of a configuration
// file that nightlatch placed. Such files are kept on the nodes (S3).
[[nodiscard]] std::vector<std::string> config_files_named(std::string_view cluster_configuration);

// For a person: "remove anonymous-auth, add authentication-config: /etc/..."; empty for an edit without
// splices.
[[nodiscard]] std::string in_words(const manifest::Edit& edit);

}  // namespace nightlatch::plan
