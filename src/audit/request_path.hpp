// What a request asks for, out of the URI that the log holds: still encoded, and chosen by the client.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace nightlatch::audit {

struct RequestPath {
  std::string path;  // decoded once, without the query: what `conditions` are compared with
  // The client wrote the path in another way than a Kubernetes client does: needless escapes, dot segments,
  // control bytes, doubled slashes.
  bool is_disguised = false;
  bool is_api = false;        // below /api/ or /apis/, or a path that kube-apiserver has
  bool is_resource = false;   // names a resource of the Kubernetes API
  bool is_discovery = false;  // /api/v1, /apis/GROUP, /apis/GROUP/VERSION
  std::string group{};        // "" is the core group
  std::string resource{};
  std::string subresource{};
  std::string space{};  // the namespace
  std::string name{};
  std::string canonical{};  // the path without doubled slashes and dot segments; behind a doubled one, a
                            // slash at its end
  // With {namespace} and {name} in the place of names, so that equal requests are one row.
  std::string shape{};
};

[[nodiscard]] RequestPath read_path(std::string_view uri);

// The first segments of the paths that a kube-apiserver has.
[[nodiscard]] std::span<const std::string_view> api_roots();

}  // namespace nightlatch::audit
