#include "plan/own_address.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "plan/errors.hpp"
#include "util/ip_address.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

using facts::ApiNode;
using facts::ClusterFacts;
using facts::NodeFacts;

std::string spelled(const std::string& host) {
  return canonical_ip(host).value_or(host);
}

bool is_everybodys(const std::string& host) {
  return host.empty() || host == "localhost" || host == "0.0.0.0" || host == "::" || is_loopback_ip(host);
}

// Empty: the API does not know the machine, or the Node has none.
std::string internal_ip(const NodeFacts& node, const ClusterFacts& facts) {
  if (!facts.api || node.machine_id.empty()) return {};
  auto found = std::find_if(facts.api->control_plane.begin(), facts.api->control_plane.end(),
                            [&](const ApiNode& one) { return one.machine_id == node.machine_id; });
  return found == facts.api->control_plane.end() ? std::string() : spelled(found->internal_ip);
}

bool is_of_endpoint(const std::string& ip, const ClusterFacts& facts) {
  return facts.api && is_among(ip, facts.api->endpoint_addresses);
}

// An address that stays on the node: everybody's own, the one at which SSH reaches it, or its Node's
// InternalIP.
bool is_fixed(const std::string& ip, const NodeFacts& node, const ClusterFacts& facts) {
  return is_everybodys(ip) || ip == spelled(node.host) || ip == internal_ip(node, facts);
}

// Why another machine than the node may answer at `host` now; nullopt: only the node does.
std::optional<std::string> why_another(const std::string& host, const NodeFacts& node,
                                       const ClusterFacts& facts) {
  std::string ip = spelled(host);
  if (is_everybodys(ip) || ip == spelled(node.host)) return std::nullopt;
  bool is_here = is_among(ip, node.addresses);
  for (const NodeFacts& other : facts.nodes) {
    if (other.name != node.name && !is_here && is_among(ip, other.addresses))
      return fmt::format("{} has that address now", other.name);
  }
  if (ip == internal_ip(node, facts)) return std::nullopt;
  if (is_of_endpoint(ip, facts))
    return "it is the address of the cluster's endpoint, at which any node may answer";
  if (is_here) return std::nullopt;
  return fmt::format("no interface of {} has it", node.name);
}

// A fixed address that is on an interface; nullopt: none is known.
std::optional<std::string> fixed_address(const NodeFacts& node, const ClusterFacts& facts) {
  for (const std::string& ip : {internal_ip(node, facts), spelled(node.host)}) {
    if (is_among(ip, node.addresses) && !is_of_endpoint(ip, facts)) return ip;
  }
  return std::nullopt;
}

bool listens_on(const manifest::ApiServerPod& pod, const std::string& ip) {
  std::string bound = spelled(pod.flag("bind-address").value_or(""));
  return bound.empty() || bound == "0.0.0.0" || bound == "::" || bound == ip;
}

bool is_of_a_probe(const manifest::ApiServerPod& pod, const ApiAddress& asked) {
  return std::any_of(pod.probes.begin(), pod.probes.end(), [&](const manifest::Probe& probe) {
    return probe.is_anonymous_on(asked.port) && probe.host == asked.host;
  });
}

}  // namespace

OwnAddress own_address(const manifest::ApiServerPod& pod, const NodeFacts& node, const ClusterFacts& facts) {
  ApiAddress asked = api_address(pod, node.host);
  std::optional<std::string> why = why_another(asked.host, node, facts);
  bool is_probed = is_of_a_probe(pod, asked);
  if (!why && (is_probed || is_fixed(spelled(asked.host), node, facts))) return {std::move(asked), {}, {}};
  if (is_probed) {
    std::string text = fmt::format("the probes ask {}, and {}", asked.host, *why);
    return {std::move(asked), std::move(text),
            "leave host out of the probes in the manifest, or write the node's own address there"};
  }
  std::optional<std::string> own = fixed_address(node, facts);
  if (own && listens_on(pod, *own)) return {{*own, asked.port, asked.host}, {}, {}};
  // It is on an interface of this node now. One that keepalived moves looks no different, but nothing says
  // that it is.
  if (!why) return {std::move(asked), {}, {}};
  std::string at = own ? fmt::format("--bind-address={} keeps it from answering at {}",
                                     pod.flag("bind-address").value_or(""), *own)
                       : std::string("no other address of the node is known");
  std::string text = fmt::format("--advertise-address is {}, and {}; {}", asked.host, *why, at);
  return {std::move(asked), std::move(text), "set --advertise-address to an address that stays on the node"};
}

std::vector<Advertised> advertised_by(const std::string& node, const manifest::ApiServerPod& pod,
                                      const ApiAddress& asked) {
  std::vector<Advertised> all{{node, spelled(asked.host), asked.port}};
  std::string flag = spelled(pod.flag("advertise-address").value_or(""));
  if (!flag.empty() && flag != all.front().host) all.push_back({node, flag, asked.port});
  return all;
}

std::vector<Error> check_shared_addresses(const std::vector<Advertised>& all) {
  std::vector<Error> refusals;
  std::set<std::pair<std::string, std::string>> named;
  for (auto one = all.begin(); one != all.end(); ++one) {
    for (auto other = one + 1; other != all.end(); ++other) {
      bool is_shared = one->node != other->node && one->host == other->host && one->port == other->port;
      if (!is_shared || is_everybodys(one->host) || !named.emplace(one->node, other->node).second) continue;
      refusals.push_back(Error{.code = plan_errors::address_shared,
                               .message = fmt::format("{} and {} have one and the same address: {}, port {}",
                                                      one->node, other->node, one->host, one->port)});
    }
  }
  return refusals;
}

}  // namespace nightlatch::plan
