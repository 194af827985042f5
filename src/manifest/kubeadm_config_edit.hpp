// kubeadm's ClusterConfiguration, as the ConfigMap kubeadm-config holds it: the one input from which kubeadm
// writes manifests again. The intent of a manifest's edit, carried over to apiServer.extraArgs (a mapping in
// v1beta3, a list in v1beta4) and apiServer.extraVolumes.
#pragma once

#include <string>
#include <string_view>

#include "manifest/edit.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Proven as every edit: both readers read the new bytes alike, the arguments and volumes are the intended
// ones and all else is equal, editing again yields nothing, the inverse splices give the old bytes. Errors:
// what is no ClusterConfiguration of v1beta3 or v1beta4, a layout that kubeadm does not write.
[[nodiscard]] Result<Edit> edit_kubeadm_config(std::string_view bytes, std::string_view file,
                                               const Intent& intent);

}  // namespace nightlatch::manifest
