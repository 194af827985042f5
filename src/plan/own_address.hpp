// The address at which a node's API server is asked, and whether it is that node which answers there. Another
// one may: an address of keepalived or kube-vip moves when an API server is restarted, and would show the
// gates an API server that was not changed (S16). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "facts/cluster_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/expectations.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

struct OwnAddress {
  ApiAddress address;
  std::string why_not;  // why another machine may answer there; empty: it is the node's own
  std::string next;     // what to do about it
};

// `api_address`, if it stays on the node: a loopback address, the one at which SSH reaches the node, or its
// Node's InternalIP. Else one of these two, where the API server listens on it and no probe names the
// advertised one; its certificate is then checked for the name in --advertise-address. Where neither can be
// asked, an advertised address on an interface of the node that is not the endpoint's counts as its own.
// `facts` may have no API: the endpoint's addresses are not known then.
[[nodiscard]] OwnAddress own_address(const manifest::ApiServerPod& pod, const facts::NodeFacts& node,
                                     const facts::ClusterFacts& facts);

// Where one API server says that it answers.
struct Advertised {
  std::string node;
  std::string host;
  std::uint16_t port = 6443;
};
// One refusal (address_shared) for each pair of nodes that say so of one and the same address. Loopback
// addresses, and those that mean every interface, are everybody's own.
[[nodiscard]] std::vector<Error> check_shared_addresses(const std::vector<Advertised>& all);
// What the manifest and the plan say of a node: --advertise-address, and the address that is asked.
[[nodiscard]] std::vector<Advertised> advertised_by(const std::string& node,
                                                    const manifest::ApiServerPod& pod,
                                                    const ApiAddress& asked);

}  // namespace nightlatch::plan
