// The grant of paths that belong to no namespace: /metrics, and the discovery of the issuer of service
// account tokens; as objects for kubectl apply, and what Prometheus needs beside them. Rendered from
// templates/rbac/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rbac/objects.hpp"
#include "util/result.hpp"

namespace nightlatch::rbac {

// "anonymous"; "serviceaccount", "NS/NAME"; "group", "NAME". Error: not_a_grantee.
[[nodiscard]] Result<Subject> read_grantee(const std::vector<std::string>& words);
// The same words, quoted for a shell.
[[nodiscard]] std::string grantee_words(const Subject& subject);

enum class GrantedPaths { metrics, oidc_discovery };
[[nodiscard]] std::vector<std::string> paths_of(GrantedPaths paths);

// Whether Prometheus verifies the certificate of the API server.
enum class TlsCheck { verify, skip };

struct GrantRequest {
  Subject to{};
  GrantedPaths paths = GrantedPaths::metrics;
  std::vector<std::string> targets{};  // HOST:PORT that Prometheus asks; empty: the Service kubernetes
  std::string job = "kube-apiserver";  // the name of the scrape job
  TlsCheck tls = TlsCheck::verify;
};

struct PathGrant {
  Subject to{};
  std::vector<std::string> paths{};
  std::string role{};                // the name of the ClusterRole
  std::string binding{};             // the name of the ClusterRoleBinding
  std::string yaml{};                // both of them
  std::string scrape{};              // an item of scrape_configs; empty: nothing scrapes these paths
  std::vector<std::string> notes{};  // what else it opens, and what is needed besides
  std::string open_with{};  // the profile that opens the paths without credentials; empty: not needed
};

[[nodiscard]] PathGrant grant_of(const GrantRequest& request);

}  // namespace nightlatch::rbac
