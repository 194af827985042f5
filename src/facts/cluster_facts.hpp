// What was read from the API of a cluster. Values only: nothing is inferred.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "facts/probe.hpp"

namespace nightlatch::facts {

struct ApiNode {
  std::string name;
  std::string internal_ip;   // status.addresses, type InternalIP; empty: none
  std::string machine_id;    // status.nodeInfo.machineID
  bool ready = false;        // the condition Ready is True
  bool never_ready = false;  // its condition Ready has not changed since the Node was made
};

struct ApiFacts {
  std::string endpoint;  // the kubeconfig's server, https://host:port
  // The addresses of its host and of controlPlaneEndpoint's, as this workstation resolves them.
  std::vector<std::string> endpoint_addresses;
  std::string kube_system_uid;         // identifies the cluster
  std::set<std::string> ca;            // SHA-256 of each certificate of the kubeconfig's CA (DER), hex
  std::string server_version;          // gitVersion of GET /version: "v1.34.4"
  std::vector<ApiNode> control_plane;  // by name
  std::string kubeadm_config;          // data.ClusterConfiguration of kube-system/kubeadm-config; empty: none
  std::string kubeadm_config_sha256;
  std::vector<std::string>
      kured_lock;       // the Nodes for which kured holds its lock, so that it restarts them now
  int etcd_status = 0;  // HTTP status of GET /readyz/etcd, which reads a key with etcd's quorum; 0: no answer
};

struct ClusterFacts {
  std::string cluster;
  std::optional<ApiFacts> api;   // nullopt: the API could not be read
  std::string api_unreadable;    // why the API could not be read
  std::vector<NodeFacts> nodes;  // by name
};

}  // namespace nightlatch::facts
