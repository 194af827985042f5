#include "manifest/api_server_pod.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "manifest/document.hpp"
#include "manifest/errors.hpp"
#include "manifest/generator.hpp"
#include "manifest/kubeadm_documents.hpp"
#include "manifest/pod_volumes.hpp"
#include "util/text.hpp"

namespace nightlatch::manifest {

std::optional<std::string> ApiServerPod::flag(std::string_view name) const {
  auto last = std::find_if(flags.rbegin(), flags.rend(), [&](const Flag& flag) { return flag.name == name; });
  if (last == flags.rend()) return std::nullopt;
  return last->value.value_or("");
}

bool ApiServerPod::has_flag(std::string_view name) const {
  return flag(name).has_value();
}

std::vector<Flag> ApiServerPod::flags_with_prefix(std::string_view prefix) const {
  std::vector<Flag> found;
  std::copy_if(flags.begin(), flags.end(), std::back_inserter(found),
               [&](const Flag& flag) { return flag.name.starts_with(prefix); });
  return found;
}

const HostPathMount* ApiServerPod::mount_holding(std::string_view path) const {
  const HostPathMount* innermost = nullptr;
  for (const HostPathMount& mount : mounts) {
    std::string_view root = path_prefix(mount.mount_path);
    bool holds = path_prefix(path) == root || path.starts_with(std::string(root) + "/");
    if (holds && (innermost == nullptr || mount.mount_path.size() > innermost->mount_path.size()))
      innermost = &mount;
  }
  return innermost;
}

std::optional<std::string> ApiServerPod::joined_flag(std::string_view name) const {
  std::optional<std::string> joined;
  for (const Flag& flag : flags) {
    if (flag.name != name) continue;
    joined = joined && !joined->empty() ? *joined + "," + flag.value.value_or("") : flag.value.value_or("");
  }
  return joined;
}

std::optional<std::string> ApiServerPod::feature_gates() const {
  return joined_flag("feature-gates");
}

namespace {

constexpr std::string_view endpoint_annotation =
    "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint";

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The readers below follow aliases. What is absent is a nullptr, an empty text or nullopt.
template <class Number>
std::optional<Number> number_at(const SpanNode* node, std::string_view key) {
  return number<Number>(text_at(node, key));
}

std::vector<const SpanNode*> items_at(const SpanNode* node, std::string_view key) {
  const SpanNode* list = child(node, key);
  std::vector<const SpanNode*> items;
  if (list == nullptr || list->kind != SpanKind::sequence) return items;
  for (const SpanNode* item : list->children) items.push_back(resolve(item));
  return items;
}

// "registry:5000/kube-apiserver:v1.34.4@sha256:..." -> "v1.34.4"
std::string tag_of(std::string_view image) {
  image = image.substr(0, image.find('@'));
  std::string_view name = image.substr(image.rfind('/') + 1);
  std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? std::string() : std::string(name.substr(colon + 1));
}

class PodReader {
 public:
  PodReader(const Document& document, const Anatomy& anatomy) : text_(document.text), anatomy_(anatomy) {}

  Result<ApiServerPod> read() {
    NL_TRY(check_merges(*anatomy_.container));
    NL_TRY(check_volumes(text_, anatomy_));
    const SpanNode* metadata = child(anatomy_.pod, "metadata");
    pod_.image = text_at(anatomy_.container, "image");
    pod_.image_tag = tag_of(pod_.image);
    pod_.image_pull_policy = text_at(anatomy_.container, "imagePullPolicy");
    pod_.namespace_name = text_at(metadata, "namespace");
    pod_.advertise_endpoint = text_at(child(metadata, "annotations"), endpoint_annotation);
    if (auto generator = recognise_generator(*anatomy_.pod)) pod_.generated_by = generator->name;
    pod_.argv = anatomy_.words;
    pod_.grace_period_seconds = number_at<std::int64_t>(anatomy_.spec, "terminationGracePeriodSeconds");
    pod_.run_as_user = number_at<std::int64_t>(child(anatomy_.container, "securityContext"), "runAsUser");
    if (!pod_.run_as_user) {
      pod_.run_as_user = number_at<std::int64_t>(child(anatomy_.spec, "securityContext"), "runAsUser");
    }
    read_flags();
    NL_TRY(read_probe(ProbeRole::startup, "startupProbe"));
    NL_TRY(read_probe(ProbeRole::liveness, "livenessProbe"));
    NL_TRY(read_probe(ProbeRole::readiness, "readinessProbe"));
    read_mounts();
    return std::move(pod_);
  }

 private:
  // This reader does not merge: a merge key in the container could add probes and mounts that it would miss.
  Status check_merges(const SpanNode& written) const {
    const SpanNode& node = *resolve(&written);
    if (const SpanNode* key = node.find_key("<<")) {
      return fail(text_.error(manifest_errors::indirection, key->begin,
                              fmt::format("{}: the kube-apiserver container has a merge key", text_.file()),
                              2));
    }
    for (const SpanNode* item : node.children) NL_TRY(check_merges(*item));
    return {};
  }

  void read_flags() {
    for (const ParsedFlag& parsed : anatomy_.argv.flags) {
      Error place = text_.error(manifest_errors::bad_flag, anatomy_.positions[parsed.word].node().begin, {});
      pod_.flags.push_back({.name = parsed.name,
                            .value = parsed.value,
                            .line = place.place->line,
                            .column = place.place->column});
    }
    for (const ArgvProblem& problem : anatomy_.argv.problems) {
      const SpanNode& node = anatomy_.positions[problem.word].node();
      pod_.problems.push_back(text_.error(problem.code, node.begin,
                                          fmt::format("{}: {}", text_.file(), problem.message),
                                          node.end - node.begin));
    }
  }

  std::optional<std::uint16_t> port(const std::string& written) const {
    if (auto value = number<std::uint16_t>(written)) return value;
    for (const SpanNode* item : items_at(anatomy_.container, "ports")) {
      if (text_at(item, "name") == written) return number_at<std::uint16_t>(item, "containerPort");
    }
    return std::nullopt;
  }

  Status read_probe(ProbeRole role, std::string_view key) {
    const SpanNode* node = child(anatomy_.container, key);
    if (node == nullptr || node->kind != SpanKind::mapping) return {};
    Probe probe;
    probe.role = role;
    probe.line = text_.error(manifest_errors::bad_flag, node->begin, {}).place->line;
    auto seconds = [&](std::string_view name, std::chrono::seconds& target) {
      if (auto value = number_at<std::int64_t>(node, name)) target = std::chrono::seconds(*value);
    };
    seconds("initialDelaySeconds", probe.initial_delay);
    seconds("periodSeconds", probe.period);
    seconds("timeoutSeconds", probe.timeout);
    probe.failure_threshold = number_at<int>(node, "failureThreshold").value_or(probe.failure_threshold);
    const SpanNode* http = child(node, "httpGet");
    const SpanNode* tcp = child(node, "tcpSocket");
    const SpanNode* target = http != nullptr ? http : tcp;
    if (target == nullptr) {
      probe.kind = child(node, "grpc") != nullptr ? ProbeKind::grpc : ProbeKind::exec;
    } else {
      probe.kind = http != nullptr ? ProbeKind::http_get : ProbeKind::tcp_socket;
      auto number_of_port = port(text_at(target, "port"));
      if (!number_of_port) {
        return fail(text_.error(
            manifest_errors::wrong_shape, target->begin,
            fmt::format("{}: the port of {} is neither a number nor a named port of the container",
                        text_.file(), key)));
      }
      probe.port = *number_of_port;
      probe.host = text_at(target, "host");
    }
    if (http != nullptr) read_http(*http, probe);
    pod_.probes.push_back(std::move(probe));
    return {};
  }

  static void read_http(const SpanNode& http, Probe& probe) {
    if (std::string scheme = text_at(&http, "scheme"); !scheme.empty()) probe.scheme = scheme;
    probe.path = text_at(&http, "path");
    if (!probe.path.starts_with('/')) probe.path.insert(0, "/");
    for (const SpanNode* header : items_at(&http, "httpHeaders")) {
      if (lower_case(text_at(header, "name")) != "authorization") continue;
      probe.credentials = credentials_in(text_at(header, "value"));
      return;  // kube-apiserver reads the first of several
    }
  }

  static ProbeCredentials credentials_in(const std::string& value) {
    constexpr std::string_view scheme = "bearer ";
    std::string_view words = trim(value);
    bool token = lower_case(words.substr(0, scheme.size())) == scheme && words.size() > scheme.size() &&
                 words[scheme.size()] != ' ';
    return token ? ProbeCredentials::token : ProbeCredentials::ignored;
  }

  void read_mounts() {
    for (const SpanNode* mount : items_at(anatomy_.container, "volumeMounts")) {
      std::string name = text_at(mount, "name");
      for (const SpanNode* volume : items_at(anatomy_.spec, "volumes")) {
        std::string path = text_at(child(volume, "hostPath"), "path");
        if (path.empty() || text_at(volume, "name") != name) continue;
        pod_.mounts.push_back({.volume = name,
                               .host_path = path,
                               .mount_path = text_at(mount, "mountPath"),
                               .read_only = text_at(mount, "readOnly") == "true",
                               .type = text_at(child(volume, "hostPath"), "type")});
      }
    }
  }

  const SourceText& text_;
  const Anatomy& anatomy_;
  ApiServerPod pod_;
};

}  // namespace

std::string_view name(ProbeRole role) {
  switch (role) {
    case ProbeRole::startup:
      return "startup";
    case ProbeRole::liveness:
      return "liveness";
    case ProbeRole::readiness:
      return "readiness";
  }
  return "";
}

std::uint16_t ApiServerPod::secure_port() const {
  return number<std::uint16_t>(flag("secure-port").value_or("")).value_or(6443);
}

namespace {

Result<ApiServerPod> read_pod(std::string_view bytes, std::string_view file) {
  NL_ASSIGN(Document document, Document::read(bytes, file));
  NL_ASSIGN(Anatomy anatomy, dissect(document));
  return PodReader(document, anatomy).read();
}

}  // namespace

Result<ApiServerPod> read_api_server_pod(std::string_view bytes, std::string_view file) {
  auto pod = read_pod(bytes, file);
  if (pod || !is_kubeadm_file(bytes, file)) return pod;
  Error error{
      .code = manifest_errors::not_a_pod,
      .message = fmt::format("{}: this is kubeadm's configuration, not the manifest of kube-apiserver", file),
      .place = std::move(pod.error().place)};
  error.next = fmt::format(
      "give the manifest, /etc/kubernetes/manifests/kube-apiserver.yaml on each control-plane "
      "node, and this file with --kubeadm-config {}",
      file);
  return fail(std::move(error));
}

}  // namespace nightlatch::manifest
