// The first line of every screen about a cluster (S9).
#pragma once

#include "cluster/session.hpp"
#include "report/detect.hpp"

namespace nightlatch::operate {

[[nodiscard]] report::ClusterHeader header_of(const cluster::Session& session);

}  // namespace nightlatch::operate
