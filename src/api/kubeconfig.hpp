// The usual kubeconfig rules: --kubeconfig, else the files of $KUBECONFIG merged as kubectl merges them (the
// first file to set a value or name an entry wins), else ~/.kube/config.
#pragma once

#include <string>
#include <string_view>

#include "util/result.hpp"

namespace nightlatch::api {

// PEM bytes in memory; never printed.
struct Credentials {
  std::string client_certificate;
  std::string client_key;
  std::string token;
};

struct Kubeconfig {
  std::string file;
  std::string context;
  std::string server;  // https://host:port
  std::string tls_server_name;
  std::string ca;  // PEM
  Credentials credentials;
};

// `file` and `context` may be empty. Errors name file and context and never a secret.
// Understood: certificate-authority(-data), client-certificate(-data), client-key(-data), token, tokenFile,
// exec plugins (client.authentication.k8s.io). insecure-skip-tls-verify is refused, and so is a cluster
// without a certificate-authority: public roots do not vouch for a control plane.
[[nodiscard]] Result<Kubeconfig> load_kubeconfig(std::string_view file, std::string_view context);

}  // namespace nightlatch::api
