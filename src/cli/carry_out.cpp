#include "cli/carry_out.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

#include "api/objects.hpp"
#include "api/server_address.hpp"
#include "api/write_object.hpp"
#include "cli/cluster_choice.hpp"
#include "cli/cluster_lock.hpp"
#include "cli/errors.hpp"
#include "cli/person.hpp"
#include "cli/run_store.hpp"
#include "plan/estimate.hpp"
#include "plan/kubeadm_config.hpp"
#include "report/live_view.hpp"
#include "report/plan.hpp"
#include "report/run_report.hpp"
#include "rollout/driver.hpp"
#include "rollout/errors.hpp"
#include "util/clock.hpp"

namespace nightlatch::cli {

namespace {

namespace fs = std::filesystem;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(wall_clock().time_since_epoch()).count();
}

[[noreturn]] void leave(Console& console, report::LiveView& view, const std::string& run, ClusterLock& lock) {
  std::string node = view.node_in_mid_change();
  view.end();
  Error error{rollout_errors::interrupted, "left at once; no node is in mid-change", {}, {}, {}, {}};
  if (!node.empty()) {
    error.message =
        fmt::format("left at once: {} is in mid-change, its guard puts the old manifest back", node);
    error.next = fmt::format("nightlatch resume {0}, or nightlatch rollback {0}", run);
  }
  Exit exit = console.fail(error);
  lock.release();
  std::_Exit(static_cast<int>(exit));
}

// A kubeconfig or inventory that names a node's own address has no load balancer in between.
std::shared_ptr<api::Asker> ask_balancer(const Session& session, const plan::Plan& plan) {
  if (!session.api) return nullptr;  // a rollback while the API is away: there is nothing to see through it
  auto endpoint = ask_endpoint(session);
  if (!endpoint) return nullptr;
  bool is_a_node = std::any_of(plan.nodes.begin(), plan.nodes.end(), [&](const plan::NodePlan& node) {
    auto at = [&](const std::string& host) { return api::ServerAddress{host, node.api_port}.text(); };
    std::string address = (*endpoint)->address();
    return address == at(node.host) || address == at(node.api_host);
  });
  return is_a_node ? nullptr : *endpoint;
}

LockWish wish_of(Console& console, const How& how) {
  LockWish wish;
  wish.holder = who_am_i();
  wish.of_run = how.of_run;
  wish.take_over = how.take_over;
  wish.when_held = how.when_held;
  wish.say = [&console](const std::string& text) { console.err.line(text); };
  return wish;
}

// A rollback goes on without the cluster's lock where the API is away: it may be what brings it back.
Result<std::unique_ptr<ClusterLock>> take_lock(Console& console, const Session& session,
                                               const plan::Plan& plan, const std::string& id,
                                               const How& how) {
  LockWish wish = wish_of(console, how);
  wish.run = id;
  if (plan.direction == plan::Direction::rollback) wish.without_api = WithoutApi::go_on;
  return ClusterLock::take(session.kubeconfig, fmt::format("{} run/{}", session.user_agent, id), wish);
}

// The cluster of a session, as a run asks and tells it.
class SessionPorts final : public rollout::Ports {
 public:
  SessionPorts(Console& console, const Session& session, const std::string& run, const How& how,
               report::LiveView& view, ClusterLock& lock, std::shared_ptr<api::Asker> balancer)
      : console_(console),
        session_(session),
        run_(run),
        view_(view),
        person_(view),
        lock_(lock),
        balancer_(std::move(balancer)),
        agent_(fmt::format("{} run/{}", session.user_agent, run)),
        login_token_file_(how.login_token_file) {}

  // `plan` outlives the ports. Before the run begins: questions come from several threads.
  void open(const plan::Plan& plan) {
    for (const plan::NodePlan& node : plan.nodes) {
      const Member* member = session_.find(node.name);
      auto asker = ask_node(session_, *member, {node.api_host, node.api_port}, run_, login_token_file_);
      nodes_[node.name] = {&node, member->remote.get(), std::move(asker)};
    }
  }

  node::Reply answer(const rollout::CallNode& asked) override {
    return nodes_.at(asked.node).port->call(asked.request);
  }
  rollout::ApiServerAnswers answer(const rollout::AskApiServer& asked) override {
    rollout::ApiServerAnswers answers;
    for (const facts::Expectation& question : asked.questions)
      answers.seen.push_back(nodes_.at(asked.node).asker->ask(question));
    return answers;
  }
  rollout::BalancerAnswer answer(const rollout::AskBalancer& asked) override {
    if (balancer_) return {balancer_->ask(asked.question)};
    rollout::BalancerAnswer none;
    none.seen.question = asked.question;
    none.seen.why = "no load balancer is known";
    return none;
  }
  facts::ClusterSight answer(const rollout::LookAtCluster&) override {
    if (session_.kubeconfig) return api::look_at_cluster(*session_.kubeconfig, agent_);
    std::string why = why_no_api();
    return {.nodes_unknown = why, .control_plane = {}, .leases_unknown = why, .leases = {}};
  }
  rollout::ObjectWritten answer(const rollout::PutObject& asked) override {
    if (!session_.kubeconfig) return {rollout::WriteResult::refused, why_no_api()};
    return api::write_object(*session_.kubeconfig, asked.change, agent_);
  }
  rollout::Choice answer(const rollout::AskOperator& asked) override {
    return person_.ask(*nodes_.at(asked.node).plan);
  }

  std::optional<std::string> keep_lock() override { return lock_.keep(); }
  void on_record(const rollout::Record& record) override { view_.on_record(record); }
  void on_tick() override { view_.on_tick(now_ms()); }
  void withdraw_question() override {
    person_.withdraw();
    view_.say("interrupted: the node at hand is brought to a safe end first; once more leaves at once");
  }
  void leave_at_once() override { leave(console_, view_, run_, lock_); }

 private:
  struct Reached {
    const plan::NodePlan* plan = nullptr;
    node::NodePort* port = nullptr;
    std::shared_ptr<api::Asker> asker;
  };

  [[nodiscard]] std::string why_no_api() const {
    return session_.api_error ? session_.api_error->message : "there is no kubeconfig";
  }

  Console& console_;
  const Session& session_;
  std::string run_;
  report::LiveView& view_;
  Person person_;
  ClusterLock& lock_;
  std::shared_ptr<api::Asker> balancer_;  // nullptr: none is known
  std::string agent_;
  std::string login_token_file_;
  std::map<std::string, Reached> nodes_;  // by name
};

// A run id never comes twice on a node, whichever workstation gave it.
std::set<std::string> runs_on_nodes(const Session& session) {
  std::set<std::string> ids;
  for (const Member& member : session.members) {
    if (!member.facts) continue;
    for (const facts::NodeRun& run : member.facts->runs) ids.insert(run.run);
  }
  return ids;
}

Exit finish(Console& console, const report::RunReport& report) {
  if (console.json()) {
    console.out.write(report::run_json(report, console.out.shared_options()));
  } else {
    report::write_text(report, console.out);
  }
  return report.result.exit;
}

Exit tell_dry(Console& console, const plan::Plan& plan, const std::string& playbook) {
  rollout::RunResult result = report::nothing_to_do(plan);
  result.cluster = rollout::ClusterState::old_state;
  for (const auto& turn : plan.object_changes()) result.objects_left.push_back(turn.change->object);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    if (plan.is_changed(plan.nodes[i])) result.nodes[i].outcome = rollout::NodeOutcome::untouched;
  }
  return finish(console, {{}, plan, std::move(result), {}, {}, report::DryRun::yes, playbook});
}

Exit tell_needless(Console& console, const plan::Plan& plan, const How& how) {
  return finish(console, {{}, plan, report::nothing_to_do(plan), {}, {}, report::DryRun::no, how.playbook});
}

Status check_prompting(rollout::Prompting prompting) {
  if (prompting == rollout::Prompting::assume_yes || is_interactive()) return {};
  return fail(cli_errors::nobody_to_ask,
              "each node is asked for before it is changed, and there is no terminal to ask on");
}

}  // namespace

Exit carry_out(Console& console, const Session& session, const plan::Plan& plan,
               const std::map<std::string, plan::NodeBytes>& bytes, const How& how) {
  if (how.dry_run == report::DryRun::yes) return tell_dry(console, plan, how.playbook);
  auto directory = create_run(plan, wall_clock(), runs_on_nodes(session));
  if (!directory) return console.fail(directory.error());
  std::string id = directory->filename().string();
  auto lock = take_lock(console, session, plan, id, how);
  if (!lock) {
    std::error_code ignored;
    fs::remove_all(*directory, ignored);  // it was never begun
    return console.fail(lock.error());
  }
  auto journal = rollout::Journal::create(*directory / "journal.jsonl");
  if (!journal) return console.fail(journal.error());
  auto balancer = ask_balancer(session, plan);
  rollout::RunOptions options{.balancer_settle = {},
                              .login = !how.login_token_file.empty(),
                              .lock = (*lock)->word(),
                              .collateral = rollout::Collateral::awaited,
                              .endpoint_addresses = session.endpoint_addresses,
                              .kubeadm_names = {}};
  if (session.api) options.kubeadm_names = plan::config_files_named(session.api->kubeadm_config);
  if (balancer) options.balancer_settle = plan::balancer_settle(session.cluster);
  rollout::Run run(id, plan, bytes, how.prompting, who_am_i(), options);
  report::LiveView view(plan, console.err);
  view.begin(id, directory->string());
  if (!(*lock)->is_held()) view.say("!  no lock of the cluster: " + (*lock)->word());
  SessionPorts ports(console, session, id, how, view, **lock, balancer);
  ports.open(plan);
  rollout::RunResult result = rollout::drive(run, *journal, ports);
  (*lock)->release();
  view.end();
  if (how.summary == Summary::of_failure && result.exit == Exit::done) return result.exit;
  return finish(console, {id, plan, std::move(result), view.progress(), directory->string(),
                          report::DryRun::no, how.playbook});
}

Exit show_and_carry_out(Console& console, const Session& session, const plan::PlanOutcome& outcome,
                        const How& how) {
  if (!outcome.plan) return console.fail(outcome.refusals, exit_of_planning(outcome.refusals));
  bool needless = how.rehearse ? outcome.plan->changing_nodes() == 0 : outcome.plan->changes_nothing();
  if (needless) return tell_needless(console, *outcome.plan, how);
  if (!console.json()) {
    report::write_text({.plan = *outcome.plan,
                        .bytes = outcome.bytes,
                        .object_diffs = outcome.object_diffs,
                        .file = how.plan_file,
                        .purpose = report::Purpose::to_apply},
                       console.err);
    console.err.line();
  }
  plan::Plan plan = how.rehearse ? plan::rehearsal_of(*outcome.plan) : *outcome.plan;
  return carry_out(console, session, plan, outcome.bytes, how);
}

Status may_begin(Console& console, const How& how, const std::string& cluster) {
  if (how.dry_run == report::DryRun::yes) return {};
  NL_TRY(check_prompting(how.prompting));
  auto kubeconfig = kubeconfig_of(console.options, cluster);
  if (!kubeconfig) return {};  // said by whoever needs it
  return ClusterLock::look(*kubeconfig, user_agent(), wish_of(console, how));
}

}  // namespace nightlatch::cli
