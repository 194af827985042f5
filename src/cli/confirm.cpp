// nightlatch confirm RUN: from any workstation.
#include "report/confirm.hpp"

#include <algorithm>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "cli/errors.hpp"
#include "cli/session.hpp"

namespace nightlatch::cli {

namespace {

Status confirm_member(const Session& session, const Member& member, const std::string& run) {
  const std::string& name = member.node.name;
  NL_ASSIGN(plan::Plan plan, plan::from_json(member.facts->plan, fmt::format("{}: plan.json", name)));
  auto node = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                           [&](const plan::NodePlan& one) { return one.name == name; });
  if (node == plan.nodes.end())
    return fail(cli_errors::confirm_refused,
                fmt::format("{} has another name in the plan that lies on it", name));
  auto asker = ask_node(session, member, {node->api_host, node->api_port}, run);
  NodeAccess ways{member.remote.get(), [&](const std::vector<facts::Expectation>& questions) {
                    std::vector<facts::Seen> seen;
                    for (const facts::Expectation& question : questions) seen.push_back(asker->ask(question));
                    return seen;
                  }};
  return confirm_node(plan, *node, run, ways,
                      [](std::chrono::seconds time) { std::this_thread::sleep_for(time); });
}

bool waits_for(const Member& member, const std::string& run) {
  return member.facts && member.facts->guard && member.facts->guard->run == run;
}

Error why_none(const Session& session, const std::string& run) {
  std::vector<facts::NodeFacts> nodes;
  std::vector<std::string> unread;
  for (const Member& member : session.members) {
    if (member.facts) {
      nodes.push_back(*member.facts);
    } else {
      unread.push_back(member.node.name);
    }
  }
  return nothing_waits(run, nodes, unread);
}

Exit confirm(const std::string& run, Console& console) {
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_planning({session.error()}));
  report::ConfirmReport report{session->header(), run, {}};
  std::vector<Error> errors;
  for (const Member& member : session->members) {
    if (!waits_for(member, run)) continue;
    if (Status done = confirm_member(*session, member, run); !done) {
      errors.push_back(std::move(done).error());
    } else {
      report.confirmed.push_back(member.node.name);
    }
  }
  if (report.confirmed.empty() && errors.empty()) errors.push_back(why_none(*session, run));
  if (!errors.empty()) return console.fail(errors, errors.front().code.exit);
  if (console.json()) {
    console.out.write(report::confirm_json(report, console.out.shared_options()));
  } else {
    report::write_text(report, console.out);
  }
  return Exit::done;
}

}  // namespace

void add_confirm(Verb& root) {
  auto run = std::make_shared<std::string>();
  root.command("confirm", "Keep the change of a run whose workstation was lost")
      .argument("RUN", *run, "The run; nightlatch status names it")
      .examples({"nightlatch status -i prod.yaml", "nightlatch confirm -i prod.yaml 20261122T0114-7f3a"})
      .run([run](Console& console) { return confirm(*run, console); });
}

}  // namespace nightlatch::cli
