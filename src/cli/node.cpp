// nightlatch node prepare HOST: before kubeadm join --control-plane.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/placing.hpp"
#include "cli/planning.hpp"
#include "plan/kubeadm_config.hpp"
#include "plan/new_node.hpp"
#include "plan/preconditions.hpp"
#include "report/prepare.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string host;
  bool dry_run = false;
};

// The cluster as it is without the host, which an inventory may name already.
struct Others {
  spec::Cluster cluster;
  facts::ClusterFacts facts;
};

Others without(const Session& session, const spec::Node& host) {
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

Exit prepare(const Arguments& arguments, Console& console) {
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_planning({session.error()}));
  spec::Node host = host_of(session->cluster, arguments.host);
  Member member = meet(session->cluster, host);
  if (member.error) return console.fail(std::span(&*member.error, 1), exit_of_planning({*member.error}));
  Others others = without(*session, host);
  std::vector<Error> refusals = plan::check_new_node(*member.facts, others.facts.nodes);
  if (refusals.empty()) {
    refusals = plan::check_identity(others.facts, others.cluster);
    explain_refusals(*session, refusals);
  }
  if (!refusals.empty()) return console.fail(refusals, exit_of_planning(refusals));
  auto config = plan::common_config(others.facts.nodes);
  if (!config) return console.fail(config.error());
  report::PrepareReport report{session->header(), host.name, report::Prepared::nothing, *config, {}, {}};
  if (*config) {
    HostWays ways{member.remote.get(), [&] { return member.remote->gather((*config)->path); }};
    auto outcome =
        place_config(ways, host.name, **config, arguments.dry_run ? report::DryRun::yes : report::DryRun::no);
    if (!outcome) return console.fail(outcome.error());
    report.outcome = *outcome;
  }
  for (const facts::NodeFacts& node : others.facts.nodes) report.nodes.push_back(node.name);
  report.findings = find_drift(others.facts);
  if (console.json()) {
    console.out.write(report::prepare_json(report, console.out.shared_options()));
  } else {
    report::write_text(report, console.out);
  }
  return Exit::done;
}

}  // namespace

void add_node(Verb& root) {
  const std::vector<std::string> examples{"nightlatch node prepare -i prod.yaml 10.0.0.14 --dry-run",
                                          "nightlatch node prepare -i prod.yaml 10.0.0.14"};
  Verb node = root.command("node", "Prepare a host that is to join as a control-plane node");
  node.examples(examples).needs_command();
  auto arguments = std::make_shared<Arguments>();
  node.command("prepare", "Put the configuration file onto a host, before kubeadm join")
      .argument("HOST", arguments->host, "The host's address, or its name in the inventory")
      .flag("--dry-run", arguments->dry_run, "Read everything, and change nothing")
      .examples(examples)
      .run([arguments](Console& console) { return prepare(*arguments, console); });
}

}  // namespace nightlatch::cli
