#include "operate/confirm.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cluster/askers.hpp"
#include "operate/confirmation.hpp"
#include "operate/errors.hpp"
#include "operate/header.hpp"

namespace nightlatch::operate {

namespace {

Status confirm_member(Operator& person, const cluster::Session& session, const cluster::Member& member,
                      const std::string& run) {
  const std::string& name = member.node.name;
  NL_ASSIGN(plan::Plan plan, plan::from_json(member.facts->plan, fmt::format("{}: plan.json", name)));
  auto node = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                           [&](const plan::NodePlan& one) { return one.name == name; });
  if (node == plan.nodes.end())
    return fail(operate_errors::confirm_refused,
                fmt::format("{} has another name in the plan that lies on it", name));
  auto server = cluster::ask_node(session, member, {node->api_host, node->api_port}, {.run = run});
  NodeAccess ways{.port = &member.connection->port(),
                  .ask = [server](const std::vector<facts::Expectation>& questions) {
                    std::vector<facts::Seen> seen;
                    for (const facts::Expectation& question : questions)
                      seen.push_back(server->ask(question));
                    return seen;
                  }};
  return confirm_node(plan, *node, run, ways, [&](std::chrono::seconds time) { person.pause(time); });
}

bool waits_for(const cluster::Member& member, const std::string& run) {
  return member.facts && member.facts->guard && member.facts->guard->run == run;
}

Error why_none(const cluster::Session& session, const std::string& run) {
  std::vector<facts::NodeFacts> nodes;
  std::vector<std::string> unread;
  for (const cluster::Member& member : session.members) {
    if (member.facts) {
      nodes.push_back(*member.facts);
    } else {
      unread.push_back(member.node.name);
    }
  }
  return nothing_waits(run, nodes, unread);
}

}  // namespace

Outcome<report::ConfirmReport> confirm(Ports& ports, const cluster::Selection& selection,
                                       const std::string& run) {
  auto session = open_session(ports, selection);
  if (!session) return failed_planning(std::move(session).error());
  report::ConfirmReport report{.cluster = header_of(*session), .run = run, .confirmed = {}};
  std::vector<Error> errors;
  for (const cluster::Member& member : session->members) {
    if (!waits_for(member, run)) continue;
    if (Status done = confirm_member(ports.person, *session, member, run); !done) {
      errors.push_back(std::move(done).error());
    } else {
      report.confirmed.push_back(member.node.name);
    }
  }
  if (report.confirmed.empty() && errors.empty()) errors.push_back(why_none(*session, run));
  if (errors.empty()) return report;
  Exit exit = errors.front().code.exit;
  return tl::unexpected<Failure>(Failure{std::move(errors), exit});
}

}  // namespace nightlatch::operate
