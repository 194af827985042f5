#include "operate/prepare.hpp"

#include <algorithm>
#include <utility>

#include "operate/header.hpp"
#include "operate/placing.hpp"
#include "operate/planning.hpp"
#include "plan/detection.hpp"
#include "plan/kubeadm_config.hpp"
#include "plan/new_node.hpp"
#include "plan/preconditions.hpp"

namespace nightlatch::operate {

namespace {

// The cluster as it is without the host, which an inventory may name already.
struct Others {
  spec::Cluster cluster;
  facts::ClusterFacts facts;
};

Others without(const cluster::Session& session, const spec::Node& host) {
  Others others{session.cluster, session.facts()};
  std::erase_if(others.cluster.nodes, [&](const spec::Node& node) { return node.name == host.name; });
  std::erase_if(others.facts.nodes, [&](const facts::NodeFacts& node) { return node.name == host.name; });
  return others;
}

spec::Node host_of(const spec::Cluster& cluster, const std::string& host) {
  auto listed = std::find_if(cluster.nodes.begin(), cluster.nodes.end(),
                             [&](const spec::Node& node) { return node.name == host || node.host == host; });
  return listed == cluster.nodes.end() ? spec::Node{host, host, 22} : *listed;
}

// kubeadm writes the new manifest from the ConfigMap, which may say something else than the nodes have.
std::vector<Error> find_drift(const facts::ClusterFacts& facts) {
  std::vector<plan::NodeDetection> nodes;
  for (const facts::NodeFacts& node : facts.nodes) nodes.push_back(plan::detect(node));
  return plan::find_kubeadm_drift(facts.api->kubeadm_config, nodes);
}

std::vector<Error> find_refusals(const cluster::Session& session, const Others& others,
                                 const facts::NodeFacts& host) {
  std::vector<Error> refusals = plan::check_new_node(host, others.facts.nodes);
  if (!refusals.empty()) return refusals;
  refusals = plan::check_identity(others.facts, others.cluster);
  explain_refusals(session, refusals);
  return refusals;
}

}  // namespace

Outcome<report::PrepareReport> prepare_host(Ports& ports, const cluster::Selection& selection,
                                            const PrepareInput& input) {
  auto session = open_session(ports, selection);
  if (!session) return failed_planning(std::move(session).error());
  spec::Node host = host_of(session->cluster, input.host);
  cluster::Member member = cluster::connect_and_read(ports.connections, session->cluster, host);
  if (member.error) return failed_planning(*member.error);
  Others others = without(*session, host);
  std::vector<Error> refusals = find_refusals(*session, others, *member.facts);
  if (!refusals.empty()) return failed_planning(std::move(refusals));
  auto config = plan::common_config(others.facts.nodes);
  if (!config) return failed(std::move(config).error());
  report::PrepareReport report{.cluster = header_of(*session),
                               .host = host.name,
                               .outcome = report::Prepared::nothing,
                               .file = *config,
                               .nodes = {},
                               .findings = {}};
  if (*config) {
    HostWays ways{&member.connection->port(), [&] { return member.connection->gather((*config)->path); }};
    auto outcome = place_config(ways, host.name, **config, input.dry_run);
    if (!outcome) return failed(std::move(outcome).error());
    report.outcome = *outcome;
  }
  for (const facts::NodeFacts& node : others.facts.nodes) report.nodes.push_back(node.name);
  report.findings = find_drift(others.facts);
  return report;
}

}  // namespace nightlatch::operate
