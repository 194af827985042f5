#include "plan/restart_inputs.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "plan/errors.hpp"
#include "util/certificate.hpp"

namespace nightlatch::plan {

namespace {

namespace codes = plan_errors;

constexpr std::int64_t days = std::int64_t{24} * 60 * 60;
constexpr std::int64_t soon = 7 * days;

enum class Holds { authorities, certificate, other };

struct Input {
  std::string_view flag;
  Holds holds;
};

// The flags that name one file each, which must be there (cmd/kube-apiserver/app/options and the options of
// k8s.io/apiserver). --authentication-config and --oidc-ca-file are read and judged by the rewrite.
constexpr std::array inputs{
    Input{"client-ca-file", Holds::authorities},
    Input{"etcd-cafile", Holds::authorities},
    Input{"kubelet-certificate-authority", Holds::authorities},
    Input{"requestheader-client-ca-file", Holds::authorities},
    Input{"etcd-certfile", Holds::certificate},
    Input{"kubelet-client-certificate", Holds::certificate},
    Input{"proxy-client-cert-file", Holds::certificate},
    Input{"tls-cert-file", Holds::certificate},
    Input{"admission-control-config-file", Holds::other},
    Input{"audit-policy-file", Holds::other},
    Input{"audit-webhook-config-file", Holds::other},
    Input{"authentication-token-webhook-config-file", Holds::other},
    Input{"authorization-config", Holds::other},
    Input{"authorization-policy-file", Holds::other},
    Input{"authorization-webhook-config-file", Holds::other},
    Input{"egress-selector-config-file", Holds::other},
    Input{"encryption-provider-config", Holds::other},
    Input{"etcd-keyfile", Holds::other},
    Input{"kubelet-client-key", Holds::other},
    Input{"proxy-client-key-file", Holds::other},
    Input{"service-account-key-file", Holds::other},
    Input{"service-account-signing-key-file", Holds::other},
    Input{"tls-private-key-file", Holds::other},
    Input{"token-auth-file", Holds::other},
    Input{"tracing-config-file", Holds::other},
};

// The kubelet creates hostPaths of the other types, or does not check them
// (pkg/volume/hostpath/host_path.go).
bool must_be_there(const manifest::HostPathMount& mount) {
  constexpr std::array<std::string_view, 5> checked{"BlockDevice", "CharDevice", "Directory", "File",
                                                    "Socket"};
  return std::find(checked.begin(), checked.end(), mount.type) != checked.end();
}

bool is_missing(const facts::NodeFacts& node, std::string_view path) {
  return std::find(node.missing_paths.begin(), node.missing_paths.end(), path) != node.missing_paths.end();
}

Error refusal(const ErrorCode& code, std::string message) {
  return Error{.code = code, .message = std::move(message)};
}

// When the file stops being usable: a bundle of authorities when its last certificate expires, a chain when
// its first one does, which is the server's own. nullopt: there is no certificate in it.
std::optional<std::int64_t> end_of(const facts::FileFacts& file, Holds holds) {
  std::vector<std::int64_t> ends = certificate_ends(file.bytes);
  if (ends.empty()) return std::nullopt;
  return holds == Holds::authorities ? *std::max_element(ends.begin(), ends.end()) : ends.front();
}

std::optional<Error> check_certificate(const facts::NodeFacts& node, const Input& input,
                                       std::string_view path) {
  auto file = std::find_if(node.certificates.begin(), node.certificates.end(),
                           [&](const facts::FileFacts& one) { return one.path == path; });
  if (file == node.certificates.end() || node.clock == 0) return std::nullopt;
  std::optional<std::int64_t> end = end_of(*file, input.holds);
  if (!end || *end > node.clock + soon) return std::nullopt;
  return refusal(
      codes::certificate_ends,
      fmt::format("{}: {} (--{}) {} on {:%Y-%m-%d %H:%M} UTC", node.name, path, input.flag,
                  *end <= node.clock ? "expired" : "expires", fmt::gmtime(static_cast<std::time_t>(*end))));
}

}  // namespace

std::vector<Error> check_restart_inputs(const facts::NodeFacts& node, const manifest::ApiServerPod& pod) {
  std::vector<Error> refusals;
  std::set<std::string> refused;  // kubeadm mounts some paths twice, and each is named once
  for (const manifest::HostPathMount& mount : pod.mounts) {
    if (!must_be_there(mount) || !is_missing(node, mount.host_path) ||
        !refused.insert(mount.host_path).second)
      continue;
    refusals.push_back(
        refusal(codes::input_missing, fmt::format("{}: {} does not exist, and the volume {} needs a {} there",
                                                  node.name, mount.host_path, mount.volume, mount.type)));
  }
  for (const Input& input : inputs) {
    std::string path = pod.flag(input.flag).value_or("");
    const manifest::HostPathMount* mount = path.starts_with('/') ? pod.mount_holding(path) : nullptr;
    if (mount == nullptr || !mount->keeps_path()) continue;
    if (is_missing(node, path)) {
      refusals.push_back(refusal(codes::input_missing, fmt::format("{}: {} does not exist, and --{} names it",
                                                                   node.name, path, input.flag)));
    } else if (input.holds != Holds::other) {
      if (auto ended = check_certificate(node, input, path)) refusals.push_back(*std::move(ended));
    }
  }
  return refusals;
}

}  // namespace nightlatch::plan
