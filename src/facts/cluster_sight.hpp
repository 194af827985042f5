// What the API says of the things that the restart of one API server may disturb beside it (S19); nothing
// inferred.
#pragma once

#include <string>
#include <vector>

#include "facts/cluster_facts.hpp"

namespace nightlatch::facts {

// A leader lease of one of kubeadm's controllers, in kube-system.
struct LeaseSight {
  std::string name;     // kube-scheduler
  std::string renewal;  // another word after each renewal; its holder's clock, so only to be compared
  std::string holder;   // empty: given back
};

struct ClusterSight {
  std::string nodes_unknown;           // why the Nodes could not be read; empty: they were
  std::vector<ApiNode> control_plane;  // by name
  std::string leases_unknown;
  std::vector<LeaseSight> leases;  // those that exist
};

}  // namespace nightlatch::facts
