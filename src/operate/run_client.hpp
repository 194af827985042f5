// The run's own client: asks through the cluster's endpoint with the operator's credentials, four times a
// second, and each time over a new connection, as a user of the cluster would. It has a thread of its own,
// and nothing in a run waits for it.
#pragma once

#include <memory>

#include "cluster/connections.hpp"
#include "facts/client_sight.hpp"

namespace nightlatch::operate {

// Any thread may use it.
class RunClient {
 public:
  RunClient() = default;
  virtual ~RunClient() = default;
  RunClient(const RunClient&) = delete;
  RunClient& operator=(const RunClient&) = delete;

  // What it has seen since it was heard the last time. Does not block.
  [[nodiscard]] virtual facts::ClientSight hear() = 0;
};

// Asks until it is destroyed, which waits for the request that is on its way.
[[nodiscard]] std::unique_ptr<RunClient> ask_all_the_time(std::shared_ptr<cluster::ApiServer> endpoint);

}  // namespace nightlatch::operate
