// What nightlatch reads from a kube-apiserver manifest, with places to point at.
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

// One flag as pflag reads it: "_" is "-", a bare flag has no value, `--name value` takes the next word unless
// the flag is a bool. Order is that of the command line; for scalars the last one wins.
struct Flag {
  std::string name;                  // without dashes, normalised: "anonymous-auth"
  std::optional<std::string> value;  // nullopt: bare
  std::size_t line = 0;
  std::size_t column = 0;
};

enum class ProbeRole { startup, liveness, readiness };
[[nodiscard]] std::string_view name(ProbeRole role);
enum class ProbeKind { http_get, tcp_socket, exec, grpc };

// The httpHeaders entry named Authorization. kube-apiserver looks at Bearer alone
// (apiserver/pkg/authentication/request/bearertoken): with any other word the request is an anonymous one.
enum class ProbeCredentials { none, passed_by, token };

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
  std::size_t line = 0;

  // kube-apiserver, which listens there, is asked, and takes the kubelet for system:anonymous.
  [[nodiscard]] bool is_anonymous_on(std::uint16_t secure_port) const {
    return kind == ProbeKind::http_get && credentials != ProbeCredentials::token && port == secure_port;
  }
};

// A mount of the API server's container.
struct HostPathMount {
  std::string volume;
  std::string host_path;
  std::string mount_path;
  bool read_only = false;
  std::string type{};  // hostPath.type: Directory, FileOrCreate, ...; empty: not checked by the kubelet

  // The node has at the same path what the container sees there.
  [[nodiscard]] bool keeps_path() const { return host_path == mount_path; }
};

struct ApiServerPod {
  std::string image;
  std::string image_tag;          // "v1.34.4"; empty when the image has none (digest only)
  std::string image_pull_policy;  // as written; empty: the default
  std::string namespace_name;
  std::string advertise_endpoint;  // kubeadm's annotation; empty: not kubeadm's
  std::vector<std::string> argv;   // command ++ args of the API server's container
  std::vector<Flag> flags;
  std::vector<Probe> probes;
  std::vector<HostPathMount> mounts;  // hostPath volumes the API server's container mounts
  std::optional<std::int64_t> grace_period_seconds;
  std::optional<std::int64_t> run_as_user;
  std::string generated_by;     // "kubeadm", "RKE2", ...: by its marks; empty: none
  std::vector<Error> problems;  // words with which kube-apiserver would exit, each with its place

  // The last value of a scalar flag; nullopt when the flag is absent, "" when bare.
  [[nodiscard]] std::optional<std::string> flag(std::string_view name) const;
  [[nodiscard]] bool has_flag(std::string_view name) const;
  // All flags whose name begins so, in order.
  [[nodiscard]] std::vector<Flag> flags_with_prefix(std::string_view prefix) const;
  // Of --feature-gates, joined: kube-apiserver adds repeated ones up.
  [[nodiscard]] std::optional<std::string> feature_gates() const;
  // The mount in which the container finds `path`: the innermost of those that hold it; nullptr: its image's.
  [[nodiscard]] const HostPathMount* mount_holding(std::string_view path) const;
  // --secure-port, 6443 when absent.
  [[nodiscard]] std::uint16_t secure_port() const;
};

// Reads one static pod manifest, YAML or JSON, with two parsers that must agree. `file` is for messages.
// Errors (manifest_errors): not YAML, several documents, not a Pod, no or several API server containers,
// a shape that cannot be edited safely; each with its place.
[[nodiscard]] Result<ApiServerPod> read_api_server_pod(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::manifest
