#include "operate/prepare.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "operate/carry_out.hpp"
#include "operate/errors.hpp"
#include "operate/header.hpp"
#include "operate/permit.hpp"
#include "operate/planning.hpp"
#include "plan/detection.hpp"
#include "plan/kubeadm_config.hpp"
#include "plan/new_node.hpp"
#include "plan/preconditions.hpp"
#include "rollout/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

// The cluster without the host, which an inventory may name already.
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

std::vector<Error> find_refusals(const cluster::Session& session, const Others& others,
                                 const facts::NodeFacts& host) {
  std::vector<Error> refusals = plan::check_new_node(host, others.facts.nodes);
  if (!refusals.empty()) return refusals;
  refusals = plan::check_identity(others.facts, others.cluster);
  explain_refusals(session, refusals);
  return refusals;
}

// Nobody is asked: whoever names a host has said yes, and nothing is restarted.
RunChoices choices_for(const PrepareInput& input) {
  return {.prompting = rollout::Prompting::assume_yes, .dry_run = input.dry_run};
}

Result<plan::Presence> look(const cluster::Session& session, const std::string& host,
                            const facts::FileFacts& config) {
  NL_ASSIGN(facts::NodeFacts facts, session.find(host)->connection->gather({.asked_file = config.path}));
  return plan::find_config(facts, config);
}

// Why the host does not have the file after `run`. The run may have ended before it wrote to the host.
Error not_placed(const report::RunReport& run, const std::string& host, const facts::FileFacts& config) {
  const std::optional<rollout::Trouble>& trouble = run.result.trouble;
  Error error{
      operate_errors::not_placed, fmt::format("{}: {} is not there", host, config.path), {}, {}, {}, {}};
  if (!trouble) {
    if (run.result.exit == Exit::interrupted) error.code = rollout_errors::interrupted;
    return error;
  }
  const ErrorCode* code = rollout_errors::find(trouble->code);
  bool of_the_run = code != nullptr && (code->exit == Exit::needs_person || code->exit == Exit::locked);
  if (of_the_run) error.code = *code;
  bool refused = trouble->code == rollout_errors::node_refused.number;
  error.message = refused || of_the_run ? trouble->why : fmt::format("{}: {}", error.message, trouble->why);
  return error;
}

// The host is read before and after the run: a lost answer says nothing, and the file on the host decides.
Outcome<report::Prepared> place(Ports& ports, const cluster::Session& session,
                                const plan::PlanOutcome& planned, const facts::FileFacts& config,
                                const RunChoices& choices) {
  const std::string& host = planned.plan->nodes.front().name;
  auto before = look(session, host, config);
  if (!before) return failed(std::move(before).error());
  if (*before == plan::Presence::there) return report::Prepared::there;
  if (choices.dry_run == report::DryRun::yes) return report::Prepared::would_place;
  auto run = carry_out(ports, session, *planned.plan, planned.bytes, choices);
  if (!run) return tl::unexpected<Failure>(std::move(run).error());
  auto after = look(session, host, config);
  if (!after) return failed(std::move(after).error());
  if (*after == plan::Presence::there) return report::Prepared::placed;
  return failed(not_placed(*run, host, config));
}

// Makes the host a member of the session, because a run finds the nodes that it changes there.
void add_member(cluster::Session& session, cluster::Member member) {
  std::erase_if(session.members,
                [&](const cluster::Member& one) { return one.node.name == member.node.name; });
  session.members.push_back(std::move(member));
}

}  // namespace

std::vector<Error> find_drift(const facts::ClusterFacts& facts) {
  std::vector<plan::NodeDetection> nodes;
  for (const facts::NodeFacts& node : facts.nodes) nodes.push_back(plan::detect(node));
  return plan::find_kubeadm_drift(facts.api->kubeadm_config, nodes);
}

Outcome<report::PrepareReport> prepare_host(Ports& ports, const cluster::Selection& selection,
                                            const PrepareInput& input) {
  RunChoices choices = choices_for(input);
  if (Status may = permit(ports, selection, choices); !may) return failed(std::move(may).error());
  auto session = open_session(ports, selection);
  if (!session) return failed_planning(std::move(session).error());
  spec::Node host = host_of(session->cluster, input.host);
  cluster::Member member =
      cluster::connect_and_read(ports.connections, session->cluster, host, node::SwapTrial::no);
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
    plan::PlanOutcome planned =
        plan::plan_new_node(request_of(ports.person, *session, {}), *member.facts, **config);
    planned.plan->created = utc_timestamp(ports.person.now());
    add_member(*session, std::move(member));
    auto outcome = place(ports, *session, planned, **config, choices);
    if (!outcome) return tl::unexpected<Failure>(std::move(outcome).error());
    report.outcome = *outcome;
  }
  for (const facts::NodeFacts& node : others.facts.nodes) report.nodes.push_back(node.name);
  report.findings = find_drift(others.facts);
  return report;
}

}  // namespace nightlatch::operate
