// What was read from the API of a cluster; nothing inferred.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "facts/probe.hpp"

namespace nightlatch::facts {

struct ApiNode {
  std::string name;
  std::string internal_ip;
  std::string machine_id;
  bool ready = false;
};

struct ApiFacts {
  std::string endpoint;  // the kubeconfig's server
  // What its host and controlPlaneEndpoint's resolve to, as the workstation sees it.
  std::vector<std::string> endpoint_addresses;
  std::string kube_system_uid;         // identifies the cluster
  std::string ca_sha256;               // of the kubeconfig's CA bundle, PEM as in ca.crt
  std::string server_version;          // gitVersion
  std::vector<ApiNode> control_plane;  // by name
  std::string kubeadm_config;          // data.ClusterConfiguration of kube-system/kubeadm-config; empty: none
  std::string kubeadm_config_sha256;
  int etcd_status = 0;  // of GET /readyz/etcd, which reads a key with etcd's quorum; 0: no answer
};

struct ClusterFacts {
  std::string cluster;
  std::optional<ApiFacts> api;   // nullopt: the API could not be read
  std::string api_unreadable;    // why
  std::vector<NodeFacts> nodes;  // by name
};

}  // namespace nightlatch::facts
