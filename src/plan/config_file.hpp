// Which AuthenticationConfiguration the API server will read: a new file, the present one with other paths,
// or the present one unchanged. kube-apiserver refuses --oidc-* beside such a file
// (pkg/kubeapiserver/options/authentication.go), so these flags move into it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/authentication_types.hpp"
#include "manifest/api_server_pod.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

struct ConfigFile {
  std::string path;  // on the node: <directory>/<name>
  std::string name;  // authn-<first 12 hex digits of sha256>.yaml
  std::string bytes;
  std::string sha256;
};

// The flags --oidc-* that are one authenticator in the list jwt of the file.
struct MovedOidc {
  std::string issuer;
  std::vector<std::string> flags;         // names without dashes, in the order of the command line
  std::vector<std::string> signing_algs;  // that the flags accept; a configuration file accepts all nine
  bool is_in_the_file = false;            // the present file has this authenticator; the flags only go
};

struct ConfigRequest {
  const manifest::ApiServerPod& pod;
  const std::vector<std::string>& paths;  // open without credentials, sorted
  const std::string& directory;           // on the node, without a slash at its end
  std::optional<std::string> present;     // bytes of the file that --authentication-config names
  std::optional<std::string> oidc_ca;     // bytes of the file that --oidc-ca-file names
  access::ServerRules rules;
};

struct ConfigChoice {
  std::string bytes;               // what the API server will read
  std::optional<ConfigFile> file;  // nullopt: the present file has authenticators, is as intended, and stays
  std::optional<MovedOidc> moved;
};

// A present file with authenticators (jwt) is edited; any other is replaced by a new one. What --oidc-*
// means becomes one more authenticator, with the bytes of --oidc-ca-file in it, unless the file has it
// already. Errors: bad_oidc, for flags that kube-apiserver would not accept or that have a variable;
// oidc_ca_unknown, when --oidc-ca-file is set and `oidc_ca` is not; oidc_ca_unusable, when it has a private
// key or no certificate; oidc_flags, when YAML would read the rendered authenticator differently, or the
// present file has another authenticator of this issuer; for a present file with authenticators those of
// manifest::edit_authentication_config.
[[nodiscard]] Result<ConfigChoice> choose_config(const ConfigRequest& request);

}  // namespace nightlatch::plan
