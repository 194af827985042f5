// nightlatch status [RUN]: the nodes decide; local files only add words.
#include "report/status.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/cluster_choice.hpp"
#include "cli/cluster_lock.hpp"
#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/known_plan.hpp"
#include "cli/run_store.hpp"
#include "cli/session.hpp"
#include "plan/detection.hpp"
#include "report/lock.hpp"

namespace nightlatch::cli {

namespace {

// "old" or "new" by the bytes that are there, when the plan is at hand.
std::string side_by_plan(const plan::Plan& plan, const facts::NodeFacts& facts) {
  auto planned = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                              [&](const plan::NodePlan& node) { return node.name == facts.name; });
  if (planned == plan.nodes.end()) return {};
  bool is_before = facts.manifest.sha256 == plan.sha256_at_start(*planned);
  bool is_after = facts.manifest.sha256 == plan.sha256_at_end(*planned);
  if (!is_before && !is_after) return "foreign";
  return is_after == (plan.direction == plan::Direction::apply) ? "new" : "old";
}

std::string side_by_step(const std::string& step) {
  if (step == "confirmed") return "new";
  if (step == "restored" || step == "cleaned" || step == "staged" || step == "armed" || step.empty())
    return "old";
  return step == "foreign" ? "foreign" : "";
}

// The plan of a run: this workstation's, else the copy on a node that was last at work in it.
std::optional<plan::Plan> plan_of(const Session& session, const std::string& run,
                                  const std::optional<report::PastRun>& local) {
  if (local && local->plan) return local->plan;
  for (const Member& member : session.members) {
    if (!member.facts || run.empty() || member.facts->plan_run != run) continue;
    if (auto plan = plan::from_json(member.facts->plan, member.node.name)) return *std::move(plan);
  }
  return std::nullopt;
}

report::NodeStatus status_of(const Member& member, const std::string& run,
                             const std::optional<plan::Plan>& plan,
                             const std::optional<report::PastRun>& local) {
  report::NodeStatus status;
  status.name = member.node.name;
  status.unread = member.error;
  const rollout::NodeProgress* told = local ? local->progress.find(member.node.name) : nullptr;
  if (told != nullptr) status.from_journal = told->step;
  if (!member.facts) return status;
  const facts::NodeFacts& facts = *member.facts;
  for (const facts::NodeRun& one : facts.runs) {
    if (one.run != run || one.step == "idle") continue;
    status.step = one.step;
    status.time = one.time;
    status.note = one.note;
  }
  if (facts.guard && facts.guard->run == run) status.guard_seconds = facts.guard->seconds_left;
  status.running = facts.pod.running;
  status.exposure = plan::detect(facts).exposure;
  if (plan) status.side = side_by_plan(*plan, facts);
  if (status.side.empty()) status.side = side_by_step(status.step);
  return status;
}

Exit exit_of(const report::StatusReport& report) {
  std::vector<Error> errors;
  for (const report::NodeStatus& node : report.nodes) {
    if (node.unread) errors.push_back(*node.unread);
  }
  return exit_of_reading(errors);
}

Exit status(const std::string& wanted, Console& console) {
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_reading({session.error()}));
  report::StatusReport report;
  report.cluster = session->header();
  report.run = wanted.empty() ? newest_run(*session) : wanted;
  std::optional<report::PastRun> local;
  if (auto known = find_run(session->cluster.name, report.run); known && !known->broken)
    local = *std::move(known);
  if (local) report.journal = local->progress;
  if (session->kubeconfig) {
    if (auto lease = api::read_lease(*session->kubeconfig, user_agent())) report.lock = *std::move(lease);
  }
  std::optional<plan::Plan> plan = plan_of(*session, report.run, local);
  for (const Member& member : session->members) {
    report.nodes.push_back(status_of(member, report.run, plan, local));
  }
  if (console.json()) {
    console.out.write(report::status_json(report, console.out.shared_options()));
  } else {
    report::write_text(report, console.out);
  }
  return exit_of(report);
}

struct Arguments {
  std::string run;
  bool lock = false;
  bool break_lock = false;
  std::string reason;
};

Exit tell_lock(Console& console, const std::optional<api::Lease>& lease) {
  if (console.json()) {
    console.out.write(report::lock_json(lease));
  } else {
    report::write_lock(lease, console.out);
  }
  return Exit::done;
}

Exit lock(const Arguments& arguments, Console& console) {
  if (arguments.break_lock == arguments.reason.empty()) {  // one without the other
    return console.fail(Error{cli_errors::bad_arguments,
                              "--break-lock and --reason TEXT belong together: the reason is kept",
                              {},
                              {},
                              {},
                              {}});
  }
  auto kubeconfig = kubeconfig_of(console.options);
  if (!kubeconfig) return console.fail(kubeconfig.error());
  if (arguments.break_lock) {
    auto broken = break_lock(*kubeconfig, user_agent(), who_am_i(), arguments.reason);
    if (!broken) return console.fail(broken.error());
    console.err.line(fmt::format("The lock was taken from run {} of {}.", broken->run, broken->holder));
  }
  auto lease = api::read_lease(*kubeconfig, user_agent());
  if (!lease) return console.fail(lease.error());
  return tell_lock(console, *lease);
}

}  // namespace

void add_status(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  root.command("status", "Show what the nodes say about a run")
      .argument("RUN", arguments->run, "The run. Without it: the newest run that a node knows",
                Need::optional)
      .flag("--lock", arguments->lock, "Show only who holds the cluster's lock; no node is asked")
      .flag("--break-lock", arguments->break_lock,
            "Take the lock away from a run that no longer works; needs --reason")
      .option("--reason", "TEXT", arguments->reason,
              "Say why the lock is taken away. The holder and the next run are told")
      .examples({"nightlatch status -i prod.yaml", "nightlatch status -i prod.yaml --lock",
                 "nightlatch status -i prod.yaml --break-lock --reason \"the bastion is gone\""})
      .run([arguments](Console& console) {
        bool of_lock = arguments->lock || arguments->break_lock || !arguments->reason.empty();
        return of_lock ? lock(*arguments, console) : status(arguments->run, console);
      });
}

}  // namespace nightlatch::cli
