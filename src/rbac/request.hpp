// Who asks for what, as the authorizers of Kubernetes see it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::rbac {

inline constexpr std::string_view anonymous_user = "system:anonymous";
inline constexpr std::string_view unauthenticated_group = "system:unauthenticated";
inline constexpr std::string_view authenticated_group = "system:authenticated";

struct Requester {
  std::string name{};
  std::vector<std::string> groups{};
};

// Whom a request without credentials becomes (k8s.io/apiserver/pkg/authentication/request/anonymous).
[[nodiscard]] Requester anonymous_requester();

enum class RequestKind { resource, non_resource };

struct Request {
  RequestKind kind = RequestKind::non_resource;
  std::string verb{};
  std::string path{};  // of a request that is about no resource
  std::string api_group{};
  std::string resource{};
  std::string subresource{};
  std::string name{};
  std::string name_space{};

  bool operator==(const Request&) const = default;
};

// What a request with this method and target asks for: RequestInfoFactory of
// k8s.io/apiserver/pkg/endpoints/request, with the prefixes /api and /apis. Of the query, watch=true and
// fieldSelector=metadata.name=… count.
[[nodiscard]] Request request_of(std::string_view method, std::string_view target);

// "secrets", "pods/exec", "deployments.apps": as kubectl writes them.
[[nodiscard]] std::string resource_text(const Request& request);

}  // namespace nightlatch::rbac
