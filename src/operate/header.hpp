// The first line of every screen about a cluster (S9).
#pragma once

#include "cluster/session.hpp"
#include "report/detect.hpp"

namespace nightlatch::operate {

// The cluster's name, its endpoint, and the UID of kube-system, which is empty where the API was not read.
[[nodiscard]] report::ClusterHeader header_of(const cluster::Session& session);

}  // namespace nightlatch::operate
