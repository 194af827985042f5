// The edit of kubeadm's ClusterConfiguration, which the ConfigMap kube-system/kubeadm-config contains and
// from which kubeadm writes the manifests again. The intent of a manifest's edit is applied to
// apiServer.extraArgs (a mapping in v1beta3, a list in v1beta4: cmd/kubeadm/app/apis/kubeadm/v1beta4) and
// apiServer.extraVolumes.
#pragma once

#include <string>
#include <string_view>

#include "manifest/edit.hpp"
#include "manifest/kubeadm_config_proof.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Proven as manifest/edit.hpp says: the arguments and volumes are the intended ones and all else is equal.
// Of a file with several documents the ClusterConfiguration is edited, and the others stay to the byte.
// Intent::tcp_probes is not used: kubeadm writes its own probes. `file` is for messages. Errors: those of
// find_cluster_document and Document::read; indirection; not_proven; layout, where the document is no
// ClusterConfiguration of v1beta3 or v1beta4, or its lists are written between brackets.
[[nodiscard]] Result<Edit> edit_kubeadm_config(std::string_view bytes, std::string_view file,
                                               const Intent& intent);

// apiServer.extraArgs of the ClusterConfiguration, in its order; names as written. Errors: those of
// find_cluster_document and Document::read.
[[nodiscard]] Result<Arguments> kubeadm_arguments(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::manifest
