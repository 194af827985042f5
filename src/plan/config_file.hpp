// Which configuration file the API server is to read: a new one, the present one with other paths, or the
// present one as it is. The --oidc-* flags, which no API server accepts beside a file, move into it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "manifest/api_server_pod.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

struct ConfigFile {
  std::string path;  // <directory>/authn-<sha256:12>.yaml, on the node
  std::string name;
  std::string bytes;
  std::string sha256;
};

// --oidc-* flags that became an authenticator of the file.
struct MovedOidc {
  std::string issuer;
  std::vector<std::string> flags;         // normalised names, in the order of the command line
  std::vector<std::string> signing_algs;  // what --oidc-signing-algs accepted; a file accepts every one
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
  std::optional<ConfigFile> file;  // nullopt: the present file says it already and stays
  std::optional<MovedOidc> moved;
};

// Errors: flags that no file can express, a CA that is not known, a present file that cannot be edited.
[[nodiscard]] Result<ConfigChoice> choose_config(const ConfigRequest& request);

}  // namespace nightlatch::plan
