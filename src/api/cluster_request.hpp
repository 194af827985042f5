// One request to the kubeconfig's server with the credentials of its user, sent from this workstation.
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

// Waits at most 10 s. Every HTTP status is an answer, not an error. Errors: address_malformed, unreachable,
// untrusted, credentials_unusable, credentials_unverified.
[[nodiscard]] Result<Answer> send(const Kubeconfig& kubeconfig, const std::string& user_agent,
                                  const ClusterRequest& request);

// The error for an answer with another status than the expected one, with the server's own message as detail:
// denied for 401 and 403, else answer_unexpected.
[[nodiscard]] Error refusal(const Kubeconfig& kubeconfig, const ClusterRequest& request,
                            const Answer& answer);

}  // namespace nightlatch::api
