#include "plan/detection.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "access/authentication_config.hpp"
#include "access/profile.hpp"
#include "manifest/errors.hpp"
#include "manifest/generator.hpp"
#include "plan/detect_errors.hpp"
#include "plan/expectations.hpp"
#include "plan/exposure_inputs.hpp"
#include "plan/kubeadm_patches.hpp"
#include "plan/preconditions.hpp"
#include "plan/products.hpp"
#include "plan/rewrite.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

using access::Exposure;
using access::ExposureInputs;
using access::ExposureState;

Error finding(const ErrorCode& code, std::string message, std::vector<std::string> details = {}) {
  return Error{.code = code, .message = std::move(message), .details = std::move(details)};
}

std::string setting_of(const manifest::ApiServerPod& pod) {
  if (!pod.has_flag("anonymous-auth")) return "unset (on)";
  std::string value = pod.flag("anonymous-auth").value_or("");
  return value.empty() ? "true (bare)" : value;
}

void find_refused_probe(NodeDetection& node) {
  auto refused = refused_probe(node.exposure, *node.pod);
  if (!refused) return;
  std::string times = node.restarts > 0 ? fmt::format(". It has restarted {} times", node.restarts) : "";
  node.findings.push_back(
      finding(plan_detect_errors::probe_refused, fmt::format("{}: {}{}", node.name, *refused, times)));
}

void find_unjudged(NodeDetection& node, const ExposureInputs& inputs) {
  if (!inputs.config_flag_present || !inputs.config) return;
  auto config =
      access::decode_authentication_config(*inputs.config, inputs.config_file, access::server_rules(inputs));
  if (!config) return;
  for (const std::string& place : access::places_of_unjudged(*config, *inputs.config, inputs.config_file)) {
    node.findings.push_back(
        finding(plan_detect_errors::expression_unjudged,
                fmt::format("{}: {} is CEL, which only kube-apiserver judges", node.name, place)));
  }
}

// The next version that would refuse the settings with which this one starts: 1.32.3 after 1.32.0 to 1.32.2,
// which accept a flag beside the file, and 1.37, which does not know the feature gate any more.
void find_refusal_after_upgrade(NodeDetection& node, ExposureInputs inputs) {
  const access::Version today = inputs.version;
  for (const access::Version& next : {access::Version{1, 32, 3, ""}, access::Version{1, 37, 0, ""}}) {
    if (next < today || (next.minor == 32 && today.minor != 32)) continue;
    inputs.version = next;
    Exposure then = access::judge(inputs);
    if (then.state != ExposureState::will_not_start) continue;
    node.findings.push_back(
        finding(plan_detect_errors::upgrade_stops,
                fmt::format("{}: kube-apiserver {} starts with these settings, {} would not: {}", node.name,
                            today.text(), next.text(), then.why)));
    if (!then.refusal.empty()) node.findings.back().details.push_back("it would log: " + then.refusal);
    // A plan leaves the feature gates of a manifest alone.
    bool of_gate = then.refusal.find("feature gate") != std::string::npos;
    if (of_gate) node.findings.back().next = "take that gate out of --feature-gates before the upgrade";
    return;
  }
}

// Whatever the exposure is, and whatever the version, which the mode does not depend on.
void find_always_allow(NodeDetection& node) {
  if (!access::always_allows(
          exposure_inputs(*node.pod, access::Version{1, access::newest_known_minor, 0, ""}, {})))
    return;
  std::string_view seen = node.pod->has_flag("authorization-mode")
                              ? "--authorization-mode has AlwaysAllow"
                              : "without --authorization-mode kube-apiserver uses AlwaysAllow";
  node.findings.push_back(finding(plan_detect_errors::always_allow,
                                  fmt::format("{}: {}: {}", node.name, seen, what_always_allow_means)));
}

void judge(NodeDetection& node, const ManifestToJudge& manifest) {
  auto version = version_of(*node.pod, manifest.version);
  if (!version) {
    node.exposure.why =
        fmt::format("the image {:?} has no tag that is a Kubernetes version", node.pod->image);
    node.findings.push_back(
        finding(plan_detect_errors::not_judged, fmt::format("{}: {}", node.name, node.exposure.why)));
    node.findings.back().next = "give the version: --kubernetes-version 1.34.4";
    find_always_allow(node);
    return;
  }
  node.version = version->text();
  ExposureInputs inputs = exposure_inputs(*node.pod, *version, manifest.config);
  find_always_allow(node);
  node.exposure = access::judge(inputs);
  std::string told = fmt::format("{}: {}", node.name, node.exposure.why);
  if (node.exposure.state == ExposureState::unknown) {
    node.findings.push_back(finding(plan_detect_errors::not_judged, std::move(told)));
    bool no_config = !node.config_path.empty() && !manifest.config;
    if (no_config)
      node.findings.back().next =
          fmt::format("give the node's file {}: --authentication-config FILE", node.config_path);
  } else if (node.exposure.state == ExposureState::will_not_start) {
    node.findings.push_back(finding(plan_detect_errors::will_not_start, std::move(told)));
    if (node.exposure.why.find(node.exposure.refusal) == std::string::npos) {
      node.findings.back().details.push_back("it logs: " + node.exposure.refusal);
    }
  } else {
    find_unjudged(node, inputs);
    find_refusal_after_upgrade(node, std::move(inputs));
  }
}

// A setting that should be equal on every node of a cluster, and its value on one node.
using Aspect = std::pair<std::string_view, std::string>;

std::vector<Aspect> aspects_of(const NodeDetection& node) {
  auto set = [&](std::string_view flag) {
    return node.pod && node.pod->has_flag(flag) ? node.pod->flag(flag).value_or("") : std::string("unset");
  };
  std::vector<std::string> oidc;
  if (node.pod) {
    for (const manifest::Flag& flag : node.pod->flags_with_prefix("oidc-"))
      oidc.push_back(fmt::format("--{}={}", flag.name, flag.value.value_or("")));
  }
  std::sort(oidc.begin(), oidc.end());
  std::string exposure(access::name(node.exposure.state));
  if (!node.exposure.paths.empty()) exposure += " to " + join(node.exposure.paths, " ");
  return {{"version", node.version},
          {"exposure", exposure},
          {"--anonymous-auth", node.anonymous_auth},
          {"--authentication-config", node.config_path.empty() ? "unset" : node.config_path},
          {"content of that file",
           node.config_sha256.empty() ? "not read" : "sha256:" + short_hash(node.config_sha256)},
          {"--authorization-mode", set("authorization-mode")},
          {"--authorization-config", set("authorization-config")},
          {"--oidc-*", oidc.empty() ? "unset" : join(oidc, " ")}};
}

// "version: 1.34.4 on cp1 and cp2, 1.33.0 on cp3": one line for each aspect in which the nodes differ.
std::vector<std::string> differences(const std::vector<NodeDetection>& nodes) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < aspects_of(nodes.front()).size(); ++i) {
    std::map<std::string, std::vector<std::string>> names;
    for (const NodeDetection& node : nodes) names[aspects_of(node)[i].second].push_back(node.name);
    if (names.size() == 1) continue;
    std::vector<std::string> parts;
    for (const auto& [value, of] : names) parts.push_back(fmt::format("{} on {}", value, join(of, " and ")));
    lines.push_back(fmt::format("{}: {}", aspects_of(nodes.front())[i].first, join(parts, ", ")));
  }
  return lines;
}

// What is to be set in the product, where something can be wrong: an API server that is closed, or open on
// some paths, needs no advice.
void find_product(NodeDetection& node, const SeenProduct& product) {
  node.owner = product.name;
  bool is_well =
      node.exposure.state == ExposureState::closed || node.exposure.state == ExposureState::restricted;
  if (is_well) return;
  node.findings.insert(node.findings.begin(), refuse_product(plan_detect_errors::of_product, product,
                                                             access::find_profile("health-only")->paths));
}

}  // namespace

NodeDetection detect(const ManifestToJudge& manifest) {
  NodeDetection node;
  node.name = manifest.name;
  node.restarts = manifest.restarts;
  if (auto generator = manifest::recognise_generator(manifest.bytes, manifest.file))
    node.owner = generator->name;
  auto pod = manifest::read_api_server_pod(manifest.bytes, manifest.file);
  auto product = product_of(manifest.bytes, manifest.file, pod ? &*pod : nullptr, manifest.version);
  if (!pod) {
    node.exposure.why = product ? product->mark : pod.error().message;
    if (product) find_product(node, *product);
    if (!product) node.findings.push_back(std::move(pod).error());
    return node;
  }
  node.pod = *std::move(pod);
  node.anonymous_auth = setting_of(*node.pod);
  node.config_path = node.pod->flag("authentication-config").value_or("");
  if (!node.pod->problems.empty()) {
    node.findings = node.pod->problems;
    find_always_allow(node);
    node.exposure = {
        .state = ExposureState::will_not_start, .paths = {}, .why = node.pod->problems.front().message};
    if (node.pod->problems.front().code.number == manifest_errors::stray_word.number) {
      node.exposure.refusal = "\"kube-apiserver\" does not take any arguments";
    }
    if (auto version = version_of(*node.pod, manifest.version)) {
      node.version = version->text();
      Exposure judged = access::judge(exposure_inputs(*node.pod, *version, manifest.config));
      if (node.exposure.refusal.empty()) node.exposure.refusal = judged.refusal;
    }
    return node;
  }
  judge(node, manifest);
  find_refused_probe(node);
  if (product) find_product(node, *product);
  return node;
}

NodeDetection detect(const facts::NodeFacts& facts) {
  if (facts.manifest_path.empty()) {
    NodeDetection node;
    node.name = facts.name;
    if (auto product = product_of(facts)) {
      node.exposure.why = product->mark;
      find_product(node, *product);
      return node;
    }
    node.exposure.why = fmt::format("{} has no kube-apiserver manifest", facts.static_pod_path);
    node.findings.push_back(
        finding(plan_detect_errors::no_manifest, fmt::format("{}: {}", facts.name, node.exposure.why)));
    return node;
  }
  std::optional<std::string> config;
  if (facts.authentication_config) config = facts.authentication_config->bytes;
  std::string file = fmt::format("{}:{}", facts.name, facts.manifest_path);
  NodeDetection node = detect(ManifestToJudge{.name = facts.name,
                                              .bytes = facts.manifest.bytes,
                                              .file = file,
                                              .config = config,
                                              .version = std::nullopt,
                                              .restarts = facts.pod.restarts});
  auto product = product_of(facts);
  bool is_told =
      !node.findings.empty() && node.findings.front().code.number == plan_detect_errors::of_product.number;
  if (product && !is_told) find_product(node, *product);
  if (facts.authentication_config) node.config_sha256 = facts.authentication_config->sha256;
  if (!facts.other_manifests.empty()) {
    node.findings.push_back(finding(
        plan_detect_errors::second_manifest,
        fmt::format("{}: {} also holds a kube-apiserver pod", facts.name, facts.other_manifests.front()),
        facts.other_manifests));
  }
  for (const facts::KubeadmPatch& patch : facts.kubeadm_patches) {
    node.findings.push_back(
        finding(plan_detect_errors::kubeadm_patch,
                fmt::format("{}: {}, and kubeadm applies this patch to the manifest that it writes",
                            facts.name, patch_sentence(patch))));
  }
  if (node.pod) {
    for (Error& pending : check_pending_change(facts, *node.pod)) {
      node.findings.push_back(finding(plan_detect_errors::pending_change, pending.message, pending.details));
    }
  }
  return node;
}

std::vector<facts::Expectation> detect_questions() {
  std::vector<facts::Expectation> questions;
  for (const char* path : {"/livez", "/version", "/api"}) {
    questions.push_back({.method = "GET",
                         .path = path,
                         .credentials = facts::Credentials::none,
                         .purpose = facts::Purpose::must_be_closed,
                         .expected = {}});
  }
  return questions;
}

void compare_answers(NodeDetection& node, std::vector<facts::Seen> asked) {
  node.asked = std::move(asked);
  ExposureState state = node.exposure.state;
  if (state != ExposureState::open && state != ExposureState::restricted && state != ExposureState::closed)
    return;
  for (const facts::Seen& seen : node.asked) {
    bool closed = !access::lets_in(node.exposure, seen.question.path);
    if (seen.status == 0 || closed == (seen.status == 401)) continue;
    node.findings.push_back(finding(
        plan_detect_errors::answers_differ,
        fmt::format("{}: GET {} without credentials is answered with {}, but by its manifest this path is {}",
                    node.name, seen.question.path, seen.status, closed ? "closed" : "open")));
    return;
  }
}

void compare_loaded(NodeDetection& node, std::string_view loaded) {
  if (loaded.empty() || node.config_sha256.empty() || loaded == "sha256:" + node.config_sha256) return;
  node.findings.push_back(finding(plan_detect_errors::not_loaded,
                                  fmt::format("{}: {} has the hash sha256:{}, and kube-apiserver uses {}",
                                              node.name, node.config_path, short_hash(node.config_sha256),
                                              loaded.substr(0, std::string_view("sha256:").size() + 12))));
}

std::vector<Error> find_drift(const std::vector<NodeDetection>& nodes) {
  std::map<std::vector<Aspect>, std::size_t> seen;
  for (const NodeDetection& node : nodes) ++seen[aspects_of(node)];
  if (seen.size() <= 1) return {};
  auto usual = std::max_element(seen.begin(), seen.end(),
                                [](const auto& a, const auto& b) { return a.second < b.second; });
  std::vector<std::string> alike;
  std::vector<std::string> others;
  for (const NodeDetection& node : nodes)
    (aspects_of(node) == usual->first ? alike : others).push_back(node.name);
  std::string_view verb = others.size() == 1 ? "differs" : "differ";
  return {finding(plan_detect_errors::drift,
                  fmt::format("{} {} from {}", join(others, " and "), verb, join(alike, " and ")),
                  differences(nodes))};
}

}  // namespace nightlatch::plan
