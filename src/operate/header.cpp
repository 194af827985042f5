#include "operate/header.hpp"

namespace nightlatch::operate {

report::ClusterHeader header_of(const cluster::Session& session) {
  return {.name = session.cluster.name,
          .endpoint = session.kubeconfig ? session.kubeconfig->server : session.cluster.endpoint,
          .uid = session.api ? session.api->kube_system_uid : std::string{}};
}

}  // namespace nightlatch::operate
