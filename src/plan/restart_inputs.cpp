#include "plan/restart_inputs.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "access/config_tree.hpp"
#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "plan/refusal.hpp"
#include "util/certificate.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

namespace codes = plan_errors;

constexpr std::int64_t days = std::int64_t{24} * 60 * 60;
constexpr std::int64_t soon = 7 * days;
constexpr std::int64_t starting = 2;  // seconds: a process reads its files a moment after it has begun

// What a file must hold for a server that starts.
enum class Holds { authorities, certificate, private_key, public_keys, yaml, other };
// Whether a running server notices a change of the file. at_start: only the next start reads it.
enum class Read { at_start, again };

struct Input {
  std::string_view flag;
  Holds holds;
  Read read;
};

// The flags that name one file each, which must be there (cmd/kube-apiserver/app/options and the options of
// k8s.io/apiserver). --authentication-config and --oidc-ca-file are read and judged by the rewrite. `again`:
// k8s.io/apiserver/pkg/server/dynamiccertificates, client-go's transports and etcd's, and the reload of
// --authorization-config.
constexpr std::array inputs{
    Input{"client-ca-file", Holds::authorities, Read::again},
    Input{"etcd-cafile", Holds::authorities, Read::at_start},
    Input{"kubelet-certificate-authority", Holds::authorities, Read::at_start},
    Input{"requestheader-client-ca-file", Holds::authorities, Read::again},
    Input{"etcd-certfile", Holds::certificate, Read::again},
    Input{"kubelet-client-certificate", Holds::certificate, Read::again},
    Input{"proxy-client-cert-file", Holds::certificate, Read::again},
    Input{"tls-cert-file", Holds::certificate, Read::again},
    Input{"admission-control-config-file", Holds::other, Read::at_start},
    Input{"audit-policy-file", Holds::yaml, Read::at_start},
    Input{"audit-webhook-config-file", Holds::other, Read::at_start},
    Input{"authentication-token-webhook-config-file", Holds::other, Read::at_start},
    Input{"authorization-config", Holds::yaml, Read::again},
    Input{"authorization-policy-file", Holds::other, Read::at_start},
    Input{"authorization-webhook-config-file", Holds::other, Read::at_start},
    Input{"egress-selector-config-file", Holds::yaml, Read::at_start},
    Input{"encryption-provider-config", Holds::other, Read::at_start},
    Input{"etcd-keyfile", Holds::private_key, Read::again},
    Input{"kubelet-client-key", Holds::private_key, Read::again},
    Input{"proxy-client-key-file", Holds::private_key, Read::again},
    Input{"service-account-key-file", Holds::public_keys, Read::at_start},
    Input{"service-account-signing-key-file", Holds::private_key, Read::at_start},
    Input{"tls-private-key-file", Holds::private_key, Read::again},
    Input{"token-auth-file", Holds::other, Read::at_start},
    Input{"tracing-config-file", Holds::yaml, Read::at_start},
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

struct NamedFile {
  Input input;
  std::string path;  // on the node
};

// The files that the flags name and that the container sees at the place where the node has them.
std::vector<NamedFile> files_of(const manifest::ApiServerPod& pod) {
  std::vector<NamedFile> files;
  for (const Input& input : inputs) {
    std::string path = pod.flag(input.flag).value_or("");
    const manifest::HostPathMount* mount = path.starts_with('/') ? pod.mount_holding(path) : nullptr;
    if (mount != nullptr && mount->keeps_path()) files.push_back({input, std::move(path)});
  }
  return files;
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

// --- what the next start would read (--accept-input) ---------------------------------------------------

bool is_public_key(std::string_view label) {
  return label.ends_with("PUBLIC KEY") || label.ends_with("PRIVATE KEY") || label == "CERTIFICATE";
}

bool is_wanted(std::string_view label, Holds holds) {
  switch (holds) {
    case Holds::authorities:
    case Holds::certificate:
      return label == "CERTIFICATE";
    case Holds::private_key:
      return label.ends_with("PRIVATE KEY");
    case Holds::public_keys:
      return is_public_key(label);
    case Holds::yaml:
    case Holds::other:
      break;
  }
  return false;
}

std::string_view wanted_words(Holds holds) {
  if (holds == Holds::private_key) return "private key";
  return holds == Holds::public_keys ? "public or private key" : "certificate";
}

// Why a server could not read the file at its start; empty: it can, as far as the node tells.
std::string damage(const facts::InputFile& file, Holds holds) {
  if (holds == Holds::other) return {};
  if (holds == Holds::yaml) {
    if (!file.yaml) return {};
    auto tree = access::read_config_tree(*file.yaml);
    if (!tree) return fmt::format("is not YAML: {}", tree.error().words);
    return tree->root.kind == access::ConfigValue::Kind::object ? std::string() : "holds no object";
  }
  if (std::find(file.pem.begin(), file.pem.end(), "broken") != file.pem.end())
    return "holds a PEM block that is not whole";
  bool has_wanted = std::any_of(file.pem.begin(), file.pem.end(),
                                [&](const std::string& label) { return is_wanted(label, holds); });
  return has_wanted ? std::string() : fmt::format("holds no PEM block of a {}", wanted_words(holds));
}

bool is_reloaded(const Input& input, const manifest::ApiServerPod& pod) {
  bool is_told_to = input.flag == "encryption-provider-config" &&
                    pod.flag("encryption-provider-config-automatic-reload").value_or("false") != "false";
  return input.read == Read::again || is_told_to;
}

std::optional<Error> check_content(const facts::NodeFacts& node, const Input& input,
                                   const manifest::ApiServerPod& pod, const facts::InputFile& file) {
  std::string about = fmt::format("{}: {} (--{})", node.name, file.path, input.flag);
  if (std::string why = damage(file, input.holds); !why.empty()) {
    Error error = refusal(codes::input_broken, fmt::format("{} {}", about, why));
    error.next =
        fmt::format("put a whole file there; if the file is as it must be, plan again with --accept-input {}",
                    shell_word(file.path));
    return error;
  }
  bool is_newer = node.process_began != 0 && file.changed > node.process_began + starting;
  if (!is_newer || is_reloaded(input, pod)) return std::nullopt;
  Error error = refusal(codes::input_changed,
                        fmt::format("{} was changed or moved at {:%Y-%m-%d %H:%M:%S} UTC, after the "
                                    "kube-apiserver that runs had started "
                                    "({:%Y-%m-%d %H:%M:%S} UTC): a restart would be the first to read it",
                                    about, fmt::gmtime(static_cast<std::time_t>(file.changed)),
                                    fmt::gmtime(static_cast<std::time_t>(node.process_began))));
  error.next = fmt::format("look at the file on {}, then plan again with --accept-input {}", node.name,
                           shell_word(file.path));
  return error;
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
  for (const auto& [input, path] : files_of(pod)) {
    if (is_missing(node, path)) {
      refusals.push_back(refusal(codes::input_missing, fmt::format("{}: {} does not exist, and --{} names it",
                                                                   node.name, path, input.flag)));
    } else if (input.holds != Holds::other) {
      if (auto ended = check_certificate(node, input, path)) refusals.push_back(*std::move(ended));
    }
  }
  return refusals;
}

InputFindings check_input_content(const facts::NodeFacts& node, const manifest::ApiServerPod& pod,
                                  const std::vector<std::string>& accepted) {
  InputFindings findings;
  for (const auto& [input, path] : files_of(pod)) {
    auto file = std::find_if(node.inputs.begin(), node.inputs.end(),
                             [&](const facts::InputFile& one) { return one.path == path; });
    if (file == node.inputs.end()) continue;
    auto error = check_content(node, input, pod, *file);
    if (!error) continue;
    if (!is_among(path, accepted)) {
      findings.refusals.push_back(*std::move(error));
    } else {
      findings.accepted.push_back({.node = node.name, .path = path});
    }
  }
  return findings;
}

void record_inputs(const std::vector<AcceptedInput>& accepted, Plan& plan) {
  std::map<std::string, std::set<std::string>> nodes;
  for (const AcceptedInput& input : accepted) nodes[input.path].insert(input.node);
  for (const auto& [path, on] : nodes) {
    plan.accepted.inputs.push_back(path);
    std::vector<std::string> names(on.begin(), on.end());
    plan.checks.push_back(
        {PlanCheck::Grade::warning,
         fmt::format("{} on {} was accepted: the restart is the first start that reads it as it is", path,
                     join(names, " and ")),
         plan_checks::input_accepted.number,
         {.node = join(names, " "), .path = path}});
  }
}

}  // namespace nightlatch::plan
