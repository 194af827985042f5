// The endpoint that kubeadm's ClusterConfiguration names.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch::api {

// The host of ClusterConfiguration's controlPlaneEndpoint, as kubeadm writes it; empty: it has none.
[[nodiscard]] std::string control_plane_endpoint_host(std::string_view cluster_configuration);

}  // namespace nightlatch::api
