// One request of an administrator to the kubeconfig's server, from here.
#pragma once

#include <string>

#include "api/http.hpp"
#include "api/kubeconfig.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

struct ClusterRequest {
  std::string method = "GET";
  std::string path;
  std::string body{};
  std::string content_type = "application/json";
};

[[nodiscard]] Result<Answer> send(const Kubeconfig& kubeconfig, const std::string& user_agent,
                                  const ClusterRequest& request);

// What to say of an answer whose status was not hoped for: denied, or answer_unexpected; with the server's
// own message.
[[nodiscard]] Error refusal(const Kubeconfig& kubeconfig, const ClusterRequest& request,
                            const Answer& answer);

}  // namespace nightlatch::api
