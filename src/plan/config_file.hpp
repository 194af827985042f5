// Which configuration file the API server will read: a new one, the present one with other paths, or the
// present one unchanged. The flags --oidc-*, which kube-apiserver refuses beside a file, move into it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "manifest/api_server_pod.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

struct ConfigFile {
  std::string path;  // on the node: <directory>/authn-<first 12 hex digits of sha256>.yaml
  std::string name;
  std::string bytes;
  std::string sha256;
};

// The flags --oidc-* that became an authenticator of the file.
struct MovedOidc {
  std::string issuer;
  std::vector<std::string> flags;         // names without dashes, in the order of the command line
  std::vector<std::string> signing_algs;  // that the flags accept; a configuration file accepts all nine
};

struct ConfigRequest {
  const manifest::ApiServerPod& pod;
  const std::vector<std::string>& paths;  // open without credentials, sorted
  const std::string& directory;
  std::optional<std::string> present;  // bytes of the file that --authentication-config names
  std::optional<std::string> oidc_ca;  // bytes of the file that --oidc-ca-file names
};

struct ConfigChoice {
  std::string bytes;               // what the API server will read
  std::optional<ConfigFile> file;  // nullopt: the present file is as intended and stays
  std::optional<MovedOidc> moved;
};

// Errors: bad_oidc and oidc_flags, for flags that a file cannot express; oidc_ca_unknown; for a present file
// with authenticators those of manifest::edit_authentication_config.
[[nodiscard]] Result<ConfigChoice> choose_config(const ConfigRequest& request);

}  // namespace nightlatch::plan
