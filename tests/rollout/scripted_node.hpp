// A node that says yes to everything, and a test's word to say otherwise.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "node/protocol.hpp"
#include "plan/planner.hpp"
#include "util/hash.hpp"

namespace nightlatch::rollout {

class ScriptedNode final : public node::NodePort {
 public:
  explicit ScriptedNode(const std::string& name)
      : before("old manifest of " + name), after("new manifest of " + name), manifest(before), name_(name) {
    start_pod();
  }

  // Answers instead of the ordinary node when it returns something.
  std::function<std::optional<node::Reply>(const node::Request&)> instead;
  // Changes what is seen of a question; it is as expected otherwise.
  std::function<void(facts::Seen&)> seen;

  std::string before;
  std::string after;
  std::string manifest;
  node::NodeState state;
  facts::PodView pod;
  std::vector<node::Request> requests;

  node::Reply call(const node::Request& request) override {
    requests.push_back(request);
    if (instead) {
      if (auto reply = instead(request)) return *reply;
    }
    return ordinary(request);
  }

  node::Reply ordinary(const node::Request& request) {
    using node::Step;
    using node::Verb;
    bool is_transition = request.verb != Verb::state && request.verb != Verb::await &&
                         request.verb != Verb::evidence && request.verb != Verb::place;
    if (is_transition && request.run == state.run && request.epoch < state.epoch)
      return refuse(fmt::format("epoch {} of run {} has ended: epoch {} has taken over", request.epoch,
                                request.run, state.epoch));
    if (request.run == state.run && request.epoch > state.epoch && is_transition) state.epoch = request.epoch;
    switch (request.verb) {
      case Verb::stage:
        state.run = request.run;
        state.epoch = request.epoch;
        state.step = Step::staged;
        break;
      case Verb::clean:
        state.step = Step::cleaned;
        break;
      case Verb::arm:
        state.step = Step::armed;
        state.deadline_in = request.lease.count();
        break;
      case Verb::renew:
        state.deadline_in = request.lease.count();
        break;
      case Verb::swap:
        if (state.step != Step::swapped) write(after);
        state.step = Step::swapped;
        break;
      case Verb::mark:
        state.step = request.to;
        break;
      case Verb::confirm:
        state.step = Step::confirmed;
        break;
      case Verb::restore:
        if (manifest == after) write(before);
        if (state.step != Step::restored) state.step = Step::restoring;
        break;
      case Verb::settle:
        state.step = Step::restored;
        state.note.clear();
        break;
      default:
        break;
    }
    node::Reply reply = ok();
    if (!request.pod) reply.pod = {};
    return reply;
  }

  [[nodiscard]] node::Reply ok() const {
    node::Reply reply;
    reply.kind = node::ReplyKind::ok;
    reply.state = state;
    reply.state.manifest_sha256 = sha256_hex(manifest);
    reply.pod = pod;
    return reply;
  }
  [[nodiscard]] node::Reply refuse(std::string why) const {
    node::Reply reply = ok();
    reply.kind = node::ReplyKind::refused;
    reply.why = std::move(why);
    return reply;
  }

  // What the guard does when nobody renews.
  void guard_restores() {
    if (manifest == after) write(before);
    state.step = node::Step::restored;
    state.note = node::not_gated;
  }
  // What `sh guard restore` does, typed by a person.
  void restores_by_hand() {
    if (manifest == after) write(before);
    state.step = node::Step::restoring;
    state.note = node::by_hand;
    ++state.epoch;
  }
  void write(const std::string& bytes) {
    manifest = bytes;
    start_pod();
  }
  void start_pod() {
    pod = facts::PodView{};
    pod.sandbox = fmt::format("{}-sandbox-{}", name_, ++pods_);
    pod.config_hash = short_hash(sha256_hex(manifest));
    pod.container = "c0";
    pod.running = true;
  }

  [[nodiscard]] std::size_t count(node::Verb verb) const {
    std::size_t found = 0;
    for (const node::Request& request : requests) found += request.verb == verb ? 1 : 0;
    return found;
  }

  [[nodiscard]] std::vector<facts::Seen> answer(const std::vector<facts::Expectation>& questions) const {
    std::vector<facts::Seen> all;
    for (const facts::Expectation& question : questions) {
      int status = question.expected.empty() ? 0 : question.expected.front();
      all.push_back({question, status, name_ + " through SSH", {}, std::chrono::milliseconds(5)});
      if (question.path == "/metrics") all.back().rejected = facts::Rejected{0, "its start"};
      if (seen) seen(all.back());
    }
    return all;
  }

 private:
  std::string name_;
  int pods_ = 0;
};

inline std::vector<facts::Expectation> ordinary_gates() {
  using facts::Credentials;
  using facts::Purpose;
  return {{"GET", "/livez", Credentials::none, Purpose::kubelet_probe, {200}},
          {"GET", "/readyz", Credentials::admin, Purpose::ready, {200}},
          {"GET", "/version", Credentials::none, Purpose::must_be_closed, {401}}};
}

// The change of a node's manifest, to be changed by a test.
inline plan::ManifestChange& change_of(plan::Plan& plan, std::size_t node) {
  for (plan::Change& change : plan.changes) {
    auto* manifest = std::get_if<plan::ManifestChange>(&change);
    if (manifest != nullptr && manifest->node == plan.nodes[node].name) return *manifest;
  }
  throw std::out_of_range("a node without a change");
}

// The node was left in mid-change by a run that ended: what that found goes back.
inline void finish_restore(plan::Plan& plan, std::size_t node, const std::string& previous_run) {
  plan::ManifestChange& change = change_of(plan, node);
  change = plan::inverse(change);
  change.kind = plan::ManifestChange::Kind::finish_restore;
  change.previous_run = previous_run;
}

// The node waits for a confirmation of a run whose workstation was lost.
inline void finish_confirm(plan::Plan& plan, std::size_t node, const std::string& previous_run) {
  plan::ManifestChange& change = change_of(plan, node);
  change.kind = plan::ManifestChange::Kind::finish_confirm;
  change.previous_run = previous_run;
}

// A plan for these nodes as they are: old to new, one after the other.
inline plan::Plan plan_for(const std::vector<std::string>& names) {
  plan::Plan plan;
  plan.cluster = "prod-eu1";
  for (const std::string& name : names) {
    ScriptedNode node(name);
    plan::NodePlan planned;
    planned.name = name;
    planned.manifest_path = "/etc/kubernetes/manifests/kube-apiserver.yaml";
    planned.manifest_sha256 = sha256_hex(node.before);
    planned.gates = ordinary_gates();
    planned.grace_seconds = 5;
    plan.nodes.push_back(planned);
    plan::ManifestChange change;
    change.node = name;
    change.sha256_before = sha256_hex(node.before);
    change.sha256_after = sha256_hex(node.after);
    change.config_path = "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml";
    plan.changes.emplace_back(std::move(change));
  }
  plan.playbook.gates = {2, std::chrono::seconds(1), std::chrono::seconds(3), std::chrono::seconds(0),
                         std::chrono::seconds(60)};
  plan::seal(plan);
  return plan;
}

inline std::map<std::string, plan::NodeBytes> bytes_for(const plan::Plan& plan) {
  std::map<std::string, plan::NodeBytes> bytes;
  for (const plan::NodePlan& planned : plan.nodes) {
    ScriptedNode node(planned.name);
    bytes[planned.name] = {node.before, node.after, "config", {}};
  }
  return bytes;
}

}  // namespace nightlatch::rollout
