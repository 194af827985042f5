// What the API says about the objects that the restart of an API server may disturb (S19): control-plane
// nodes and leader leases. Values only: nothing is inferred.
#pragma once

#include <string>
#include <vector>

#include "facts/cluster_facts.hpp"

namespace nightlatch::facts {

// A leader lease of one of kubeadm's controllers, in kube-system.
struct LeaseSight {
  std::string name;     // kube-scheduler
  std::string renewal;  // spec.renewTime, by the holder's clock: to be compared for a change only
  std::string holder;   // spec.holderIdentity; empty: the lease was released
};

struct ClusterSight {
  std::string nodes_unknown;           // why the Nodes could not be read; empty: they were read
  std::vector<ApiNode> control_plane;  // by name
  std::string leases_unknown;          // the same for the leases
  std::vector<LeaseSight> leases;      // those that exist
};

}  // namespace nightlatch::facts
