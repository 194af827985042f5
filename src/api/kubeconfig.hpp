// The kubeconfig by kubectl's rules: the file of --kubeconfig, else the files of $KUBECONFIG merged (the
// first file that sets a value or has an entry wins), else ~/.kube/config.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "util/result.hpp"

namespace nightlatch::api {

class CredentialSource;

// PEM text and a token; never printed.
struct Credentials {
  std::string client_certificate;
  std::string client_key;
  std::string token;
  // When an exec plugin is to be run again (status.expirationTimestamp); nullopt: it did not say.
  std::optional<std::chrono::system_clock::time_point> expires{};

  bool operator==(const Credentials&) const = default;
};

struct Kubeconfig {
  std::string file;
  std::string context;
  std::string server;  // https://host:port
  std::string tls_server_name;
  std::string ca;                               // PEM
  Credentials credentials;                      // as they were when the kubeconfig was read
  std::shared_ptr<CredentialSource> renewal{};  // renews them; null: they are used as they are
};

// `file` and `context` may be empty. Reads certificate-authority(-data), client-certificate(-data),
// client-key(-data), token and tokenFile, and runs exec plugins (client.authentication.k8s.io).
// insecure-skip-tls-verify and a cluster without a certificate-authority are refused: public roots say
// nothing about a control plane. Errors, which name the file and the context and never a secret:
// kubeconfig_missing, kubeconfig_malformed, context_unknown, kubeconfig_unsafe, kubeconfig_unsupported,
// exec_plugin_failed.
[[nodiscard]] Result<Kubeconfig> load_kubeconfig(std::string_view file, std::string_view context);

}  // namespace nightlatch::api
