#include "plan/expectations.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "access/version.hpp"

namespace nightlatch::plan {

namespace {

using access::ExposureState;
using facts::Credentials;
using facts::Expectation;
using facts::Purpose;

// Asked on every node after a swap. The paths have small answers, because a gate asks every few seconds.
constexpr std::array closed_paths{"/version", "/api", "/apis", "/api/v1/pods?limit=1"};
constexpr std::array health_paths{"/livez", "/readyz", "/healthz"};
constexpr const char* metrics = "/metrics";

Expectation get(std::string path, Credentials credentials, Purpose purpose, int expected) {
  return {.method = "GET",
          .path = std::move(path),
          .credentials = credentials,
          .purpose = purpose,
          .expected = {expected}};
}

void add(std::vector<Expectation>& gates, Expectation gate) {
  bool known = std::any_of(gates.begin(), gates.end(), [&](const Expectation& other) {
    return other.path == gate.path && other.credentials == gate.credentials;
  });
  if (!known) gates.push_back(std::move(gate));
}

}  // namespace

ApiAddress api_address(const manifest::ApiServerPod& pod, const std::string& node_host) {
  ApiAddress address{node_host, 6443};
  if (auto advertised = pod.flag("advertise-address"); advertised && !advertised->empty())
    address.host = *advertised;
  if (auto port = pod.flag("secure-port")) {
    std::from_chars(port->data(), port->data() + port->size(), address.port);
  }
  for (const manifest::Probe& probe : pod.probes) {
    if (probe.is_anonymous_on(address.port) && !probe.host.empty()) address.host = probe.host;
  }
  return address;
}

std::vector<Expectation> gates_for(const access::Exposure& exposure, const manifest::ApiServerPod& pod) {
  std::vector<Expectation> gates;
  std::uint16_t port = api_address(pod, {}).port;
  for (const manifest::Probe& probe : pod.probes) {
    if (!probe.is_anonymous_on(port)) continue;
    // 401 is expected where a closed API server has probes without credentials: on a node that is not
    // repaired yet, and after a rollback to such a manifest.
    int expected = access::lets_in(exposure, probe.path) ? 200 : 401;
    add(gates, get(probe.path, Credentials::none, Purpose::kubelet_probe, expected));
  }
  for (const char* path : health_paths) {
    if (access::lets_in(exposure, path)) add(gates, get(path, Credentials::none, Purpose::stays_open, 200));
  }
  add(gates, get("/readyz", Credentials::admin, Purpose::ready, 200));
  if (exposure.state != ExposureState::restricted && exposure.state != ExposureState::closed) return gates;
  for (const char* path : closed_paths) {
    if (!access::lets_in(exposure, path)) {
      add(gates, get(path, Credentials::none, Purpose::must_be_closed, 401));
    }
  }
  return gates;
}

std::optional<std::string> refused_probe(const access::Exposure& exposure,
                                         const manifest::ApiServerPod& pod) {
  if (exposure.state != ExposureState::closed && exposure.state != ExposureState::restricted) return {};
  for (const manifest::Probe& probe : pod.probes) {
    if (!probe.is_anonymous_on(pod.secure_port()) || access::lets_in(exposure, probe.path)) continue;
    auto after = probe.initial_delay + probe.period * probe.failure_threshold;
    std::string effect =
        probe.role == manifest::ProbeRole::readiness
            ? "this API server never becomes ready"
            : fmt::format("the kubelet kills this API server about {} s after every start", after.count());
    return fmt::format("the {} probe GET {} gets 401: {}", name(probe.role), probe.path, effect);
  }
  return {};
}

std::optional<Expectation> loaded_config_question(const NodePlan& node, const ManifestChange& change) {
  const access::Version first_to_tell{.major = 1, .minor = 34, .patch = 0};
  auto version = access::parse_version(node.version);
  if (change.config_sha256.empty() || !version || *version < first_to_tell) return std::nullopt;
  return get(metrics, Credentials::admin, Purpose::ready, 200);
}

bool promises_metrics(const NodePlan& node) {
  return node.after.state == ExposureState::restricted && access::lets_in(node.after, metrics);
}

}  // namespace nightlatch::plan
