// What kube-apiserver itself says: may somebody do something (SubjectAccessReview), and whose are these
// credentials (SelfSubjectReview).
#pragma once

#include <string>
#include <vector>

#include "api/kubeconfig.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

struct AccessQuestion {
  std::string user{};
  std::vector<std::string> groups{};
  std::string verb{};
  std::string path{};  // of a request about no resource; empty: about the resource
  std::string api_group{};
  std::string resource{};
  std::string subresource{};
  std::string name{};
  std::string name_space{};
};

struct AccessAnswer {
  bool allowed = false;
  std::string reason{};  // of the authorizer that decided; may be empty
};

// Errors: address_malformed; those of send(); denied; answer_unexpected.
[[nodiscard]] Result<AccessAnswer> review_access(const Kubeconfig& kubeconfig, const AccessQuestion& question,
                                                 const std::string& user_agent);

// "ana [dev ops]": whom the kubeconfig's credentials belong to. Errors: the same.
[[nodiscard]] Result<std::string> review_self(const Kubeconfig& kubeconfig, const std::string& user_agent);

}  // namespace nightlatch::api
