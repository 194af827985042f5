#include "verify/questions.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace nightlatch::verify {
namespace {

using access::ExposureState;
using facts::Credentials;
using facts::Expectation;
using facts::Purpose;

constexpr std::string_view cluster_info = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
constexpr std::array<std::string_view, 3> health_paths{"/healthz", "/livez", "/readyz"};

struct Probe {
  std::string_view method;
  std::string_view path;
  std::string_view query;
};

// Identity, discovery, data, and paths below the health paths: kube-apiserver compares conditions exactly, so
// none of these may be let in with a health path.
constexpr std::array probes{
    Probe{"GET", "/version", ""},
    Probe{"GET", "/api", ""},
    Probe{"GET", "/apis", ""},
    Probe{"GET", "/api/v1/pods", "?limit=1"},
    Probe{"GET", "/api/v1/secrets", "?limit=1"},
    Probe{"GET", cluster_info, ""},
    Probe{"GET", "/openapi/v2", ""},
    Probe{"GET", "/metrics", ""},
    Probe{"GET", "/.well-known/openid-configuration", ""},
    Probe{"GET", "/openid/v1/jwks", ""},
    Probe{"GET", "/livez/ping", ""},
    Probe{"GET", "/readyz/etcd", ""},
    Probe{"GET", "/healthz/ping", ""},
    Probe{"GET", bait_path, ""},
    Probe{"POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", ""},
};

template <class Range>
bool holds(const Range& range, std::string_view word) {
  return std::find(range.begin(), range.end(), word) != range.end();
}

// Of a path that a condition opens: RBAC must allow it, too. The default roles allow the health paths and
// /version; kubeadm allows cluster-info, which a cluster may lack.
std::vector<int> let_in(std::string_view path) {
  if (holds(health_paths, path) || path == "/version") return {200};
  if (path == cluster_info) return {200, 403, 404};
  return {200, 403};
}

// Of an open API server: authentication lets the request in, and RBAC decides.
std::vector<int> whatever_rbac_says(const Probe& probe) {
  if (probe.method == "POST") return {403, 201};
  if (probe.path == "/version") return {200, 403};
  if (probe.path == cluster_info || probe.path == bait_path) return {403, 200, 404};
  return {403, 200};
}

Expectation question(const Probe& probe, Purpose purpose, std::vector<int> expected) {
  std::string target = std::string(probe.path).append(probe.query);
  return {.method = std::string(probe.method),
          .path = std::move(target),
          .credentials = Credentials::none,
          .purpose = purpose,
          .expected = std::move(expected)};
}

std::vector<int> expected_of(const Probe& probe, ExposureState state) {
  switch (state) {
    case ExposureState::restricted:
    case ExposureState::closed:
      return {401};
    case ExposureState::open:
      return whatever_rbac_says(probe);
    default:
      return {};
  }
}

void add_paths(const access::Exposure& exposure, std::vector<Expectation>& out) {
  auto ask = [&](std::string_view path, Purpose purpose, std::vector<int> expected) {
    out.push_back(question({"GET", path, ""}, purpose, std::move(expected)));
  };
  if (exposure.state == ExposureState::restricted) {
    for (const std::string& path : exposure.paths) ask(path, Purpose::stays_open, let_in(path));
  }
  for (std::string_view path : health_paths) {
    if (exposure.state == ExposureState::restricted && holds(exposure.paths, path)) continue;
    if (exposure.state == ExposureState::open) {
      ask(path, Purpose::stays_open, {200});
    } else {
      ask(path, Purpose::must_be_closed, expected_of({"GET", path, ""}, exposure.state));
    }
  }
}

}  // namespace

std::vector<Expectation> questions(const access::Exposure& exposure) {
  std::vector<Expectation> out;
  add_paths(exposure, out);
  Purpose purpose = exposure.state == ExposureState::open ? Purpose::stays_open : Purpose::must_be_closed;
  for (const Probe& probe : probes) {
    bool condition = exposure.state == ExposureState::restricted && holds(exposure.paths, probe.path);
    if (condition && probe.method == "GET") continue;  // asked above
    // RBAC, not authentication, decides on a POST to a path that is let in.
    out.push_back(question(probe, purpose,
                           condition ? std::vector<int>{201, 403} : expected_of(probe, exposure.state)));
  }
  for (const char* path : {"/readyz", "/version"}) {
    out.push_back({.method = "GET",
                   .path = path,
                   .credentials = Credentials::admin,
                   .purpose = Purpose::ready,
                   .expected = {200}});
  }
  return out;
}

}  // namespace nightlatch::verify
