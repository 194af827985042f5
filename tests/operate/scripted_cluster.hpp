// A cluster of three kubeadm nodes in memory: their facts, their side of the protocol, their API servers and
// the cluster's API. Each answers as its manifest says, unless a test says otherwise.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "api/errors.hpp"
#include "api/server_address.hpp"
#include "cluster/connections.hpp"
#include "node/errors.hpp"
#include "plan/cluster.hpp"
#include "plan/detection.hpp"
#include "plan/kubeadm_change.hpp"
#include "rollout/scripted_node.hpp"
#include "sim/sim_node.hpp"
#include "util/hash.hpp"

namespace nightlatch::operate {

using rollout::Millis;

inline Error error_of(const ErrorCode& code, std::string message) {
  return Error{code, std::move(message), {}, {}, {}, {}};
}

// A control-plane node. What the protocol does to it is seen in its facts.
class BenchNode final : public node::NodePort {
 public:
  explicit BenchNode(facts::NodeFacts read) : facts(std::move(read)), script(facts.name) {
    script.manifest = facts.manifest.bytes;
    facts.pod = script.pod;
    exposure_ = plan::detect(facts).exposure;
  }

  facts::NodeFacts facts;
  rollout::ScriptedNode script;                      // `instead` and `seen` are for tests
  std::map<std::string, sim::Behaviour> behaviours;  // of `machine`, by the bytes of a manifest
  // Takes the place of `script`: the simulator's node, with its guard and its kubelet, in time that passes.
  std::unique_ptr<sim::SimNode> machine;
  std::optional<Error> unreachable;                       // no connection
  std::optional<Error> unreadable;                        // connected, but its facts cannot be read
  std::map<node::Verb, Millis> late;                      // how long its answers take
  std::function<int(const facts::Expectation&)> answers;  // its API server; empty: as its manifest says
  std::optional<std::string> tells_loaded;  // instead of the configuration that lies on the node
  std::string asked_at;                     // host:port at which its API server was asked last
  std::string asked_name;                   // the name that its certificate had to have; empty: the host
  int swap_trials = 0;                      // how often its facts were read with the trial of a swap
  std::map<std::string, facts::FileFacts> files;  // the configuration files that were placed

  node::Reply call(const node::Request& request) override {
    if (request.verb == node::Verb::stage) stage(request);
    node::Reply reply = machine ? call_machine(request) : script.call(request);
    if (request.verb == node::Verb::place && reply.kind != node::ReplyKind::refused) place(request);
    note_state();
    return reply;
  }

  Result<facts::NodeFacts> gather(const node::FactsRequest& wanted) {
    if (unreadable) return fail(*unreadable);
    if (machine) note_state();
    facts::NodeFacts now = facts;
    swap_trials += wanted.trial == node::SwapTrial::yes ? 1 : 0;
    if (const std::string& asked_file = wanted.asked_file; !asked_file.empty()) {
      auto found = files.find(asked_file);
      now.asked_file = found == files.end() ? facts::FileFacts{asked_file, "", "", "", ""} : found->second;
    }
    return now;
  }

  [[nodiscard]] facts::Seen answer(const facts::Expectation& question) const {
    facts::Seen seen{question,
                     answers ? answers(question) : by_manifest(question),
                     facts.name + " through SSH",
                     {},
                     Millis(5)};
    seen.certificate = "certificate of " + facts.name;
    if (question.path == "/metrics" && question.credentials == facts::Credentials::admin) {
      seen.rejected = facts::Rejected{0, "its start"};
      seen.loaded_config = loaded();
    }
    if (question.purpose == facts::Purpose::identity) seen.identity = "ana [dev]";
    if (script.seen) script.seen(seen);
    return seen;
  }

  // From now on it is a machine of the simulator.
  void simulate() {
    machine = std::make_unique<sim::SimNode>(facts.name, facts.manifest.bytes, behaviours);
    note_state();
  }
  void advance(Millis now) {
    if (machine) machine->advance(now);
  }

  [[nodiscard]] std::string loaded() const {
    if (tells_loaded) return *tells_loaded;
    return facts.authentication_config ? "sha256:" + facts.authentication_config->sha256 : std::string{};
  }

  void set_manifest(const std::string& bytes) {
    if (machine) machine->edit_by_stranger(bytes);
    script.manifest = bytes;
    note_state();
  }

 private:
  node::Reply call_machine(const node::Request& request) {
    if (script.instead) {
      if (auto reply = script.instead(request)) return *reply;
    }
    return machine->call(request);
  }

  void stage(const node::Request& request) {
    script.before = request.manifest_before;
    script.after = request.manifest_after;
    facts.plan = request.plan;
    facts.plan_run = request.run;
    facts.manifest_backup = script.manifest;
  }

  void place(const node::Request& request) {
    std::string owner = request.config_owner.empty() ? "0:0" : request.config_owner;
    std::string mode = request.config_mode.empty() ? "600" : request.config_mode;
    files[request.config_path] = {request.config_path, owner, mode, sha256_hex(request.config),
                                  request.config};
  }

  void note_manifest() {
    if (machine) script.manifest = machine->manifest();
    if (facts.manifest.bytes == script.manifest) return;
    plan::set_manifest(facts, script.manifest);
    facts.authentication_config.reset();
    for (const auto& [path, file] : files) {
      if (facts.manifest.bytes.find(path) != std::string::npos) facts.authentication_config = file;
    }
    exposure_ = plan::detect(facts).exposure;
  }

  void note_state() {
    note_manifest();
    node::Request look;
    look.verb = node::Verb::state;
    node::Reply told = machine ? machine->call(look) : script.ok();
    facts.pod = told.pod;
    const node::NodeState& state = told.state;
    if (state.run.empty()) return;
    std::erase_if(facts.runs, [&](const facts::NodeRun& one) { return one.run == state.run; });
    facts.runs.insert(facts.runs.begin(),
                      {state.run, std::string(node::name(state.step)), "2026-11-22T01:22:40Z", state.note});
    bool is_guarded = state.step >= node::Step::armed && state.step <= node::Step::soaked;
    facts.guard.reset();
    if (is_guarded) facts.guard = facts::Guard{state.run, state.deadline_in};
  }

  // As kube-apiserver answers: who is not let in gets 401, an administrator gets everything.
  [[nodiscard]] int by_manifest(const facts::Expectation& question) const {
    if (machine && !machine->serving()) return 0;
    if (question.credentials != facts::Credentials::none) return question.method == "POST" ? 201 : 200;
    std::string path = question.path.substr(0, question.path.find('?'));
    if (!access::lets_in(exposure_, path)) return 401;
    bool is_public = path == "/healthz" || path == "/livez" || path == "/readyz" || path == "/version";
    return is_public ? 200 : 403;
  }

  access::Exposure exposure_;  // of the manifest that is there
};

// The cluster's API: its facts, its Nodes and leader leases, its lock.
class BenchApi final : public cluster::ClusterApi {
 public:
  facts::ApiFacts facts;
  std::optional<Error> away;                     // no answer to anything
  std::optional<Error> lock_unwritable;          // no right to write the lock
  std::optional<std::string> object_unwritable;  // why no object may be written
  std::function<void(facts::ClusterSight&)> change_sight = [](facts::ClusterSight&) {};
  std::optional<api::Lease> lease;
  std::function<void()> on_read = [] {};  // whenever the cluster is read
  std::vector<facts::ObjectChange> written;
  std::map<std::string, std::vector<std::string>> lists{};  // the pages of a list, by its path
  bool allowed = false;                                     // by every SubjectAccessReview
  std::optional<std::size_t> denied{};                      // but the one with this number, from 0
  std::string leases_denied{};                              // why no lease of a leader can be read
  std::vector<api::AccessQuestion> reviewed{};

  Result<facts::ApiFacts> read_facts() override {
    on_read();
    if (away) return fail(*away);
    return facts;
  }
  facts::ClusterSight look() override {
    if (away) return {away->message, {}, away->message, {}};
    if (!leases_denied.empty()) return {{}, facts.control_plane, leases_denied, {}};
    std::string renewal = std::to_string(++renewals_);
    facts::ClusterSight sight{
        {},
        facts.control_plane,
        {},
        {{"kube-controller-manager", renewal, "cp1"}, {"kube-scheduler", renewal, "cp1"}}};
    change_sight(sight);
    return sight;
  }
  // As api/ does: what was not there when the plan was made is not overwritten.
  facts::ObjectWritten write_object(const facts::ObjectChange& change) override {
    if (away) return {facts::WriteResult::lost, away->message};
    if (object_unwritable) return {facts::WriteResult::refused, *object_unwritable};
    std::string& there = facts.kubeadm_config;
    if (change.object == plan::kubeadm_config() && sha256_hex(there) != change.sha256_after) {
      auto after = facts::applied(change, there);
      if (!after) return {facts::WriteResult::refused, "it is another text now"};
      there = *std::move(after);
    }
    written.push_back(change);
    return {facts::WriteResult::written, {}};
  }
  Result<std::vector<std::string>> read_list(const std::string& path) override {
    if (away) return fail(*away);
    auto list = lists.find(path);
    if (list == lists.end())
      return fail(error_of(api_errors::denied, "GET " + path + " was answered with 403"));
    return list->second;
  }
  Result<api::AccessAnswer> review_access(const api::AccessQuestion& question) override {
    if (away) return fail(*away);
    bool is_allowed = allowed && denied != reviewed.size();
    reviewed.push_back(question);
    return api::AccessAnswer{is_allowed, is_allowed ? "RBAC: allowed by a test" : ""};
  }
  Result<std::string> review_self() override {
    if (away) return fail(*away);
    return "ana [dev ops]";
  }
  Result<std::optional<api::Lease>> read_lease() override {
    if (away) return fail(*away);
    return lease;
  }
  Result<api::Lease> write_lease(const api::Lease& wanted) override {
    if (away) return fail(*away);
    if (lock_unwritable) return fail(*lock_unwritable);
    std::string there = lease ? lease->resource_version : std::string{};
    if (there != wanted.resource_version) return fail(error_of(api_errors::lease_conflict, "was written"));
    lease = wanted;
    lease->resource_version = std::to_string(++versions_);
    return *lease;
  }
  Status delete_lease(const api::Lease& wanted) override {
    if (away) return fail(*away);
    if (lease && lease->resource_version == wanted.resource_version) lease.reset();
    return {};
  }

  // A run on another machine holds the lock.
  void hold_lock_elsewhere(const std::string& run) {
    lease = api::Lease{};
    lease->holder = "bo@desk";
    lease->run = run;
    lease->process = "other-boot pid:[9] 1 1";
    lease->acquired = lease->renewed = "2026-11-22T01:00:00Z";
    lease->resource_version = std::to_string(++versions_);
  }

 private:
  int renewals_ = 0;
  int versions_ = 0;
};

class ScriptedCluster final : public cluster::Connections {
 public:
  ScriptedCluster() : Connections("nightlatch/test") { build(); }

  // As on the first day.
  void build() {
    plan::PlanRequest healthy = plan::healthy_request();
    nodes.clear();
    for (facts::NodeFacts& node : healthy.facts.nodes)
      nodes.push_back(std::make_unique<BenchNode>(std::move(node)));
    cluster_api = std::make_shared<BenchApi>();
    cluster_api->facts = *healthy.facts.api;
  }
  // Machines of the simulator, and time that passes for them.
  void simulate() {
    for (auto& one : nodes) one->simulate();
  }
  void advance(Millis now) {
    for (auto& one : nodes) one->advance(now);
  }
  // A host that is to join.
  BenchNode& add_host(const std::string& name) {
    facts::NodeFacts host;
    host.name = name;
    host.host = name;
    host.machine_id = "machine of " + name;
    nodes.push_back(std::make_unique<BenchNode>(std::move(host)));
    return *nodes.back();
  }

  std::vector<std::unique_ptr<BenchNode>> nodes;
  std::shared_ptr<BenchApi> cluster_api = std::make_shared<BenchApi>();
  std::optional<Error> no_kubeconfig;
  std::function<void(facts::Seen&)> through_balancer;  // changes what its load balancer shows
  int connected = 0;                                   // how often a node was connected to
  std::vector<std::string> user_agents;                // of the cluster's API

  [[nodiscard]] BenchNode& node(const std::string& name) {
    for (auto& one : nodes) {
      if (one->facts.name == name || one->facts.host == name) return *one;
    }
    throw std::out_of_range(name);
  }

  Result<api::Kubeconfig> load_kubeconfig(const std::string&, const std::string&) override {
    if (no_kubeconfig) return fail(*no_kubeconfig);
    api::Kubeconfig kubeconfig;
    kubeconfig.context = "admin";
    kubeconfig.server = cluster_api->facts.endpoint;
    return kubeconfig;
  }
  std::shared_ptr<cluster::ClusterApi> api(const api::Kubeconfig&, const std::string& user_agent) override {
    user_agents.push_back(user_agent);
    return cluster_api;
  }
  Result<std::unique_ptr<cluster::NodeConnection>> node(const spec::Ssh&, const spec::Node& wanted) override {
    BenchNode& found = node(wanted.name);
    if (found.unreachable) return fail(*found.unreachable);
    ++connected;
    return std::make_unique<Connection>(found);
  }
  std::shared_ptr<cluster::ApiServer> api_server(api::AskerTarget target) override {
    return std::make_shared<Balancer>(*this, api::ServerAddress{target.host, target.port}.text());
  }
  std::vector<std::string> resolve(const std::string&) override { return {"10.0.0.100"}; }

 private:
  class Server final : public cluster::ApiServer {
   public:
    Server(BenchNode& node, std::string address) : node_(node), address_(std::move(address)) {}
    facts::Seen ask(const facts::Expectation& question) override { return node_.answer(question); }
    Result<std::optional<std::string>> loaded_config_hash() override {
      return std::optional<std::string>(node_.loaded());
    }
    std::string address() const override { return address_; }

   private:
    BenchNode& node_;
    std::string address_;
  };

  class Connection final : public cluster::NodeConnection {
   public:
    explicit Connection(BenchNode& node) : node_(node) {}
    node::NodePort& port() override { return node_; }
    Result<facts::NodeFacts> gather(const node::FactsRequest& wanted) override {
      return node_.gather(wanted);
    }
    std::shared_ptr<cluster::ApiServer> api_server(api::AskerTarget target) override {
      node_.asked_at = api::ServerAddress{target.host, target.port}.text();
      node_.asked_name = target.tls_name;
      return std::make_shared<Server>(node_, node_.asked_at);
    }

   private:
    BenchNode& node_;
  };

  // Leads each new connection to the next node.
  class Balancer final : public cluster::ApiServer {
   public:
    Balancer(ScriptedCluster& cluster, std::string address)
        : cluster_(cluster), address_(std::move(address)) {}
    facts::Seen ask(const facts::Expectation& question) override {
      facts::Seen seen = cluster_.nodes[next_++ % 3]->answer(question);
      seen.asked_from = "this workstation";
      if (cluster_.through_balancer) cluster_.through_balancer(seen);
      return seen;
    }
    Result<std::optional<std::string>> loaded_config_hash() override { return std::optional<std::string>(); }
    std::string address() const override { return address_; }

   private:
    ScriptedCluster& cluster_;
    std::string address_;
    std::size_t next_ = 0;
  };
};

}  // namespace nightlatch::operate
