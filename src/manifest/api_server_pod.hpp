// What nightlatch reads from a kube-apiserver manifest, with the lines that a message can point at.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::manifest {

// One flag as pflag reads it: "_" is "-", a bare flag has no value, and `--name value` takes the next item
// unless the flag is a bool.
struct Flag {
  std::string name;                  // without dashes, normalised: "anonymous-auth"
  std::optional<std::string> value;  // nullopt: bare
  std::size_t line = 0;              // from 1
  std::size_t column = 0;            // from 1, in bytes
};

enum class ProbeRole { startup, liveness, readiness };
// "startup", "liveness", "readiness".
[[nodiscard]] std::string_view name(ProbeRole role);
enum class ProbeKind { http_get, tcp_socket, exec, grpc };

// What the probe's httpHeaders entry Authorization makes of its request. kube-apiserver reads Bearer tokens
// only (apiserver/pkg/authentication/request/bearertoken): with every other scheme the request is anonymous.
enum class ProbeCredentials {
  none,     // no Authorization header
  ignored,  // a header that kube-apiserver ignores, as Basic: the request is anonymous
  token,    // a Bearer token
};

// A probe of the API server's container, with the defaults of the Kubernetes API.
struct Probe {
  ProbeRole role = ProbeRole::liveness;
  ProbeKind kind = ProbeKind::http_get;
  std::string scheme = "HTTP";  // as in the manifest, default HTTP
  std::string host;             // empty: the pod's address, that is the node's
  std::uint16_t port = 0;       // a named port is resolved through the container's ports
  std::string path;             // with leading slash; the query stays
  ProbeCredentials credentials = ProbeCredentials::none;
  std::chrono::seconds initial_delay{0};
  std::chrono::seconds period{10};
  std::chrono::seconds timeout{1};
  int failure_threshold = 3;
  std::size_t line = 0;  // of the probe in the manifest, from 1

  // Whether the kubelet sends this probe to kube-apiserver, which listens on `secure_port`, without
  // credentials that kube-apiserver reads.
  [[nodiscard]] bool is_anonymous_on(std::uint16_t secure_port) const {
    return kind == ProbeKind::http_get && credentials != ProbeCredentials::token && port == secure_port;
  }
};

// "/etc/pki" for "/etc/pki/", and "" for "/": what a path below it begins with, before its next slash.
[[nodiscard]] constexpr std::string_view path_prefix(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// A hostPath volume that the API server's container mounts.
struct HostPathMount {
  std::string volume;
  std::string host_path;
  std::string mount_path;
  bool read_only = false;
  std::string type{};  // hostPath.type: Directory, FileOrCreate, ...; empty: the kubelet checks nothing

  // Whether a path below the mount means the same file on the node and in the container.
  [[nodiscard]] bool keeps_path() const { return path_prefix(host_path) == path_prefix(mount_path); }
};

// The API server's container and what belongs to it.
struct ApiServerPod {
  std::string image;
  std::string image_tag;          // "v1.34.4"; empty when the image has none (digest only)
  std::string image_pull_policy;  // as written; empty: Kubernetes' default applies
  std::string namespace_name;
  std::string advertise_endpoint;  // host:port of kubeadm's annotation; empty: there is no such annotation
  std::vector<std::string> argv;   // command ++ args of the API server's container
  std::vector<Flag> flags;         // in the order of the command line
  std::vector<Probe> probes;
  std::vector<HostPathMount> mounts;  // hostPath volumes the API server's container mounts
  std::optional<std::int64_t> grace_period_seconds;
  std::optional<std::int64_t> run_as_user;
  std::string generated_by;     // "kubeadm", "RKE2", ...: Generator::name; empty: no known product
  std::vector<Error> problems;  // items of the command line with which kube-apiserver would exit

  // The value of the flag's last occurrence, which pflag uses; nullopt when the flag is absent, "" when bare.
  // Names are without dashes, "_" as "-".
  [[nodiscard]] std::optional<std::string> flag(std::string_view name) const;
  // Whether the flag is present; names as above.
  [[nodiscard]] bool has_flag(std::string_view name) const;
  // All flags whose name begins so, in order.
  [[nodiscard]] std::vector<Flag> flags_with_prefix(std::string_view prefix) const;
  // The values of all --feature-gates joined by commas, since kube-apiserver adds them up; nullopt: no such
  // flag.
  [[nodiscard]] std::optional<std::string> feature_gates() const;
  // The values of a list flag, one comma between them: given several times, it adds up. nullopt: it is not
  // set.
  [[nodiscard]] std::optional<std::string> joined_flag(std::string_view name) const;
  // The innermost mount that contains the absolute `path`; nullptr: the container finds the path in its
  // image.
  [[nodiscard]] const HostPathMount* mount_holding(std::string_view path) const;
  // --secure-port; 6443, kube-apiserver's default, when the flag is absent or no number.
  [[nodiscard]] std::uint16_t secure_port() const;
};

// Reads one static pod manifest, YAML or JSON, with two readers that must agree. `file` is for messages. What
// would make kube-apiserver exit is in ApiServerPod::problems and is no error. Errors, each with its line and
// column: those of Document::read and dissect (manifest/document.hpp); wrong_shape for a probe whose port is
// neither a number nor a named port of the container; indirection for a merge key in the container.
[[nodiscard]] Result<ApiServerPod> read_api_server_pod(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::manifest
