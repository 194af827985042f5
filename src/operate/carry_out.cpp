#include "operate/carry_out.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "cluster/askers.hpp"
#include "cluster/lock.hpp"
#include "operate/balancer.hpp"
#include "operate/evidence.hpp"
#include "operate/hooks.hpp"
#include "operate/permit.hpp"
#include "operate/run_store.hpp"
#include "plan/estimate.hpp"
#include "plan/kubeadm_config.hpp"
#include "rollout/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

namespace fs = std::filesystem;

// The runs that the nodes know, so that a new run does not get the id of a run of another workstation.
std::set<std::string> runs_on_nodes(const cluster::Session& session) {
  std::set<std::string> ids;
  for (const cluster::Member& member : session.members) {
    if (!member.facts) continue;
    for (const facts::NodeRun& run : member.facts->runs) ids.insert(run.run);
  }
  return ids;
}

report::RunReport dry(const plan::Plan& plan, const RunChoices& choices) {
  rollout::RunResult result = report::nothing_to_do(plan);
  result.cluster = rollout::ClusterState::old_state;
  result.outcome = rollout::Outcome::done;
  result.exit = Exit::done;
  for (const auto& turn : plan.object_changes()) result.objects_left.push_back(turn.change->object);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    if (plan.is_changed(plan.nodes[i])) result.nodes[i].outcome = rollout::NodeOutcome::untouched;
  }
  return {.run = {},
          .plan = plan,
          .result = std::move(result),
          .progress = {},
          .directory = {},
          .dry = report::DryRun::yes,
          .playbook = choices.playbook};
}

report::RunReport needless(const plan::Plan& plan, const RunChoices& choices) {
  return {.run = {},
          .plan = plan,
          .result = report::nothing_to_do(plan),
          .progress = {},
          .directory = {},
          .dry = report::DryRun::no,
          .playbook = choices.playbook};
}

// One run of a plan, and the connections, the lock and the screen that it uses.
class ActiveRun final : public rollout::Ports {
 public:
  ActiveRun(operate::Ports& ports, const cluster::Session& session, const plan::Plan& plan,
            const RunChoices& choices, fs::path directory, Approved approved,
            std::unique_ptr<cluster::ClusterLock> lock, std::vector<std::string> hooks_owed)
      : ports_(ports),
        session_(session),
        plan_(plan),
        choices_(choices),
        directory_(std::move(directory)),
        id_(directory_.filename().string()),
        approved_(std::move(approved)),
        lock_(std::move(lock)),
        hooks_owed_(std::move(hooks_owed)),
        api_(session.cluster_api(id_)),
        look_at_cluster_(cluster::watch_cluster(session, id_)),
        balancer_(balancer_of(session, plan)),
        view_(ports.person.follow(plan, id_, directory_.string())) {
    begin_client();
    cluster::AskedBy by{.run = id_, .login_token_file = choices.login_token_file};
    for (const plan::NodePlan& node : plan.nodes) {
      const cluster::Member& member = *session.find(node.name);
      by.tls_name = node.api_tls_name;
      nodes_[node.name] = {.plan = &node,
                           .port = &member.connection->port(),
                           .server = cluster::ask_node(session, member, {node.api_host, node.api_port}, by)};
    }
  }

  report::RunReport carry_out(rollout::Journal& journal,
                              const std::map<std::string, plan::NodeBytes>& bytes) {
    if (!lock_->is_held())
      view_->say("!  this run does not hold the cluster's lock: " + lock_->description());
    rollout::Run run(id_, plan_, bytes, choices_.prompting, cluster::who_am_i(), options());
    rollout::RunResult result = ports_.drive(run, journal, *this);
    lock_->release();
    client_.reset();
    view_->end();
    if (Status kept = keep_evidence(directory_); !kept)
      ports_.person.say(
          fmt::format("!  the report of this run was not written: {}. nightlatch history {} shows it",
                      kept.error().message, id_));
    return {.run = id_,
            .plan = plan_,
            .result = std::move(result),
            .progress = progress_,
            .directory = directory_.string(),
            .dry = report::DryRun::no,
            .playbook = choices_.playbook};
  }

  node::Reply answer(const rollout::CallNode& asked) override {
    return nodes_.at(asked.node).port->call(asked.request);
  }
  rollout::ApiServerAnswers answer(const rollout::AskApiServer& asked) override {
    rollout::ApiServerAnswers answers;
    for (const facts::Expectation& question : asked.questions)
      answers.seen.push_back(nodes_.at(asked.node).server->ask(question));
    return answers;
  }
  rollout::BalancerAnswer answer(const rollout::AskBalancer& asked) override {
    if (balancer_) return {balancer_->ask(asked.question)};
    rollout::BalancerAnswer none;
    none.seen.question = asked.question;
    none.seen.why = "no load balancer is known";
    return none;
  }
  facts::ClusterSight answer(const rollout::LookAtCluster&) override { return look_at_cluster_(); }
  rollout::ObjectWritten answer(const rollout::PutObject& asked) override {
    if (api_) return api_->write_object(asked.change);
    std::string why = session_.api_error ? session_.api_error->message : "there is no kubeconfig";
    return {rollout::WriteResult::refused, why};
  }
  rollout::Choice answer(const rollout::AskOperator& asked) override {
    return view_->ask(*nodes_.at(asked.node).plan);
  }

  rollout::Permission answer(const rollout::AskToBegin& asked) override {
    auto now = ports_.person.now();
    if (asked.is_first && approved_.until && *approved_.until <= now)
      return {.why_not = rollout_errors::approval_ended,
              .why = fmt::format("the plan was approved until {}", utc_timestamp(*approved_.until))};
    if (!choices_.window) return rollout::Permission::given();
    return permission_of(*choices_.window, std::chrono::floor<std::chrono::seconds>(now));
  }

  rollout::HookEnded answer(const rollout::CallHook& asked) override {
    return hooks_.call(plan_, id_, utc_timestamp(ports_.person.now()), asked);
  }

  facts::ClientSight answer(const rollout::HearClient&) override {
    return client_ ? client_->hear() : facts::ClientSight{};
  }

  std::optional<std::string> keep_lock() override { return lock_->keep(); }
  void on_record(const rollout::Record& record) override {
    progress_.fold(record);
    view_->on_record(record);
  }
  void on_tick() override { view_->on_tick(); }
  void withdraw_question() override {
    view_->withdraw_question();
    view_->say(
        "interrupted: the run brings the current node to a safe end first. A second interruption ends "
        "nightlatch at once");
  }
  void leave_at_once() override {
    std::string node = view_->node_in_mid_change();
    view_->end();
    hooks_.kill_now();
    Error error{
        rollout_errors::interrupted, "nightlatch ended at once. No node is in mid-change", {}, {}, {}, {}};
    if (!node.empty()) {
      error.message = fmt::format(
          "nightlatch ended at once: {} is in mid-change, and its guard puts the old manifest back", node);
      error.next = report::next_in_mid_change(plan_, id_);
    }
    ports_.person.leave_at_once(error, [this] { lock_->release(); });
  }

 private:
  struct ReachedNode {
    const plan::NodePlan* plan = nullptr;
    node::NodePort* port = nullptr;
    std::shared_ptr<cluster::ApiServer> server{};
  };

  // Where an API server is restarted, what a user of the cluster sees meanwhile.
  void begin_client() {
    using namespace std::chrono_literals;
    bool restarts =
        !plan_.rehearsal && plan_.changing_nodes() > 0 && !plan_.has(plan::ManifestChange::Kind::place);
    if (!restarts) return not_measured("no API server is restarted");
    if (!session_.kubeconfig)
      return not_measured(session_.api_error ? session_.api_error->message : "there is no kubeconfig");
    auto endpoint = cluster::ask_endpoint(session_, {.run = id_, .timeout = 2s});
    if (!endpoint) return not_measured(endpoint.error().message);
    about_client_ = {"client", (*endpoint)->address()};
    client_ = ports_.client(*std::move(endpoint));
  }
  void not_measured(std::string why) { about_client_ = {"clientNot", std::move(why)}; }

  rollout::RunOptions options() const {
    rollout::RunOptions out;
    out.login = !choices_.login_token_file.empty();
    out.lock = lock_->description();
    if (approved_.until || choices_.window) out.to_begin = rollout::Asking::before_each_node;
    out.record = approved_.record;
    out.record.insert(about_client_);
    out.record["version"] = session_.connections->user_agent({});
    if (auto until = choices_.window ? open_until(*choices_.window, ports_.person.now()) : std::nullopt)
      out.record["windowUntil"] = utc_timestamp(*until);
    if (client_) out.client = rollout::OwnClient::heard;
    out.collateral = rollout::Collateral::awaited;
    out.endpoint_addresses = session_.endpoint_addresses;
    if (session_.api) out.kubeadm_names = plan::config_files_named(session_.api->kubeadm_config);
    out.hooks_owed = hooks_owed_;
    if (balancer_) {
      out.balancer = rollout::BalancerFacts{.settle = plan::balancer_settle(session_.cluster),
                                            .check = health_check_of(session_, plan_)};
    }
    return out;
  }

  operate::Ports& ports_;
  const cluster::Session& session_;
  const plan::Plan& plan_;
  const RunChoices& choices_;
  fs::path directory_;
  std::string id_;
  Approved approved_;
  std::unique_ptr<cluster::ClusterLock> lock_;
  std::vector<std::string> hooks_owed_;
  HookRunner hooks_;
  std::shared_ptr<cluster::ClusterApi> api_;  // null: there is no kubeconfig
  std::function<facts::ClusterSight()> look_at_cluster_;
  std::shared_ptr<cluster::ApiServer> balancer_;  // null: no load balancer is known
  std::unique_ptr<RunView> view_;
  std::unique_ptr<RunClient> client_;                 // null: nothing is measured
  std::pair<std::string, std::string> about_client_;  // for the first record
  std::map<std::string, ReachedNode> nodes_;          // by name
  rollout::RunProgress progress_;
};

}  // namespace

Outcome<report::RunReport> carry_out(Ports& ports, const cluster::Session& session, const plan::Plan& plan,
                                     const std::map<std::string, plan::NodeBytes>& bytes,
                                     const RunChoices& choices) {
  if (choices.dry_run == report::DryRun::yes) return dry(plan, choices);
  if (Status usable = check_hooks(plan); !usable) return failed(std::move(usable).error());
  std::vector<std::string> owed = hooks_owed(plan.cluster);
  auto directory = create_run(plan, ports.person.now(), runs_on_nodes(session));
  if (!directory) return failed(std::move(directory).error());
  auto never_begun = [&](Error why) {
    std::error_code ignored;
    fs::remove_all(*directory, ignored);
    return failed(std::move(why));
  };
  Result<Approved> approved;
  if (choices.approval) approved = begin_approved(*choices.approval, *directory, ports.person.now());
  if (!approved) return never_begun(std::move(approved).error());
  auto lock = take_lock(ports, session, plan, directory->filename().string(), choices);
  if (!lock) return never_begun(std::move(lock).error());
  auto journal = rollout::Journal::create(*directory / "journal.jsonl");
  if (!journal) return failed(std::move(journal).error());
  if (Status room = journal->reserve(plan::journal_bytes(plan)); !room) {
    (*lock)->release();
    return never_begun(std::move(room).error());
  }
  return ActiveRun(ports, session, plan, choices, *directory, *std::move(approved), *std::move(lock),
                   std::move(owed))
      .carry_out(*journal, bytes);
}

Outcome<report::RunReport> show_and_carry_out(Ports& ports, const cluster::Session& session,
                                              const plan::PlanOutcome& outcome, const RunChoices& choices) {
  if (!outcome.plan) return failed_planning(outcome.refusals);
  bool is_rehearsal = choices.rehearse == Rehearse::yes;
  bool is_needless = is_rehearsal ? outcome.plan->changing_nodes() == 0 : outcome.plan->changes_nothing();
  if (is_needless) return needless(*outcome.plan, choices);
  ports.person.show(outcome, choices.plan_file);
  plan::Plan plan = is_rehearsal ? plan::rehearsal_of(*outcome.plan) : *outcome.plan;
  return carry_out(ports, session, plan, outcome.bytes, choices);
}

}  // namespace nightlatch::operate
