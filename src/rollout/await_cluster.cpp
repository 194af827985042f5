#include "rollout/await_cluster.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis look_pause = 1s;
// kube-controller-manager and kube-scheduler renew their leases every 2 s and give them up after 10 s without
// success (--leader-elect-retry-period, --leader-elect-renew-deadline). A lease that has not changed for
// longer is not being renewed.
constexpr Millis silence_is_death = 15s;
constexpr Millis kubelet_comes_back = 60s;  // a Node may be NotReady because of a restart a moment ago
constexpr Millis recovery_patience = 3min;  // for one changed node

const facts::ApiNode* find(const facts::ClusterSight& sight, const plan::NodePlan& node) {
  auto found =
      std::find_if(sight.control_plane.begin(), sight.control_plane.end(), [&](const facts::ApiNode& one) {
        return !one.machine_id.empty() && one.machine_id == node.machine_id;
      });
  return found == sight.control_plane.end() ? nullptr : &*found;
}

const facts::LeaseSight* find(const facts::ClusterSight& sight, const std::string& lease) {
  auto found = std::find_if(sight.leases.begin(), sight.leases.end(),
                            [&](const facts::LeaseSight& one) { return one.name == lease; });
  return found == sight.leases.end() ? nullptr : &*found;
}

std::string unknown_of(const facts::ClusterSight& sight) {
  std::vector<std::string> reasons;
  if (!sight.nodes_unknown.empty()) reasons.push_back("Nodes: " + sight.nodes_unknown);
  if (!sight.leases_unknown.empty()) reasons.push_back("leases: " + sight.leases_unknown);
  return join(reasons, "; ");
}

}  // namespace

void AwaitCluster::start(Millis now, Outbox& out) {
  began_ = now;
  step_.intend({}, out);
}

void AwaitCluster::ask(Millis now, Outbox& out) {
  step_.ask(watch_.next_question(now), out);
}

void AwaitCluster::on_answer(const Answer& answer, Millis now, Outbox& out) {
  auto sight = watch_.on_answer(answer, now);
  if (!sight) return ask(now, out);
  if (before_) return on_sight(*sight, now - began_, out);
  if (!first_look_) first_look_ = now;  // the counters that are asked first may take longer than the leases
  on_survey(*sight, {.waited = now - began_, .watched = now - *first_look_}, out);
}

void AwaitCluster::again(Outbox& out) {
  step_.pause(look_pause, out);
}

void AwaitCluster::on_survey(const facts::ClusterSight& sight, SurveyTime time, Outbox& out) {
  found_ = {.unready = {},
            .kept = watch_.renewed(),
            .unknown = unknown_of(sight),
            .rejected_per_second = watch_.rejections().per_second()};
  if (!found_.unknown.empty()) {
    if (time.waited < silence_is_death) return again(out);
    if (!goes_back()) return stop(rollout_errors::cluster_unseen, found_.unknown, out);
    return conclude(
        fmt::format("the state of Nodes and leases before the roll is not known: {}", found_.unknown), out);
  }
  std::vector<std::string> left_aside;
  bool may_come_back = false;
  for (const plan::NodePlan& node : plan_->nodes) {
    const facts::ApiNode* one = find(sight, node);
    if (one == nullptr || one->ready) continue;
    may_come_back = may_come_back || !one->never_ready;
    found_.unready.insert(node.machine_id);
    left_aside.push_back(fmt::format("Node {} was not Ready before the roll", one->name));
  }
  bool kept = true;
  for (const facts::LeaseSight& lease : sight.leases) {
    if (watch_.is_renewed(lease.name)) continue;
    kept = false;
    left_aside.push_back(fmt::format("nobody renewed the lease kube-system/{} before the roll", lease.name));
  }
  bool counted = found_.rejected_per_second.has_value();
  if (!counted) {
    left_aside.push_back(fmt::format("rejected requests (429) cannot be counted: {}",
                                     watch_.rejections().unknown().empty()
                                         ? "API servers were restarted between the counts"
                                         : watch_.rejections().unknown()));
  }
  bool awaits_leases = !kept && time.watched < silence_is_death;
  bool awaits_counts = !counted && time.waited < silence_is_death;
  bool awaits_nodes = may_come_back && time.waited < kubelet_comes_back;
  if (awaits_leases || awaits_counts || awaits_nodes) return again(out);
  conclude(left_aside.empty() ? "" : join(left_aside, "; ") + ". The run does not wait for this", out);
}

// Why the roll waits for rejected requests; nullopt: it does not. While they are still counted, it waits.
std::optional<std::string> AwaitCluster::too_many_rejected() const {
  if (!watch_.counts_rejected()) return std::nullopt;
  double before = *before_->rejected_per_second;
  auto rate = watch_.rejections().per_second();
  if (rate && !rejects_more(*rate, before)) return std::nullopt;
  if (rate) return fmt::format("{:.1f} requests a second are rejected (429), before {:.1f}", *rate, before);
  if (watch_.rejections().unknown().empty()) return "rejected requests (429) are still counted";
  return "rejected requests (429) cannot be counted: " + watch_.rejections().unknown();
}

std::vector<std::string> AwaitCluster::missing(const facts::ClusterSight& sight) const {
  const plan::NodePlan& changed = plan_->nodes[node_];
  std::vector<std::string> missing;
  const facts::ApiNode* node = find(sight, changed);
  if (!sight.nodes_unknown.empty()) {
    missing.push_back("Nodes cannot be read: " + sight.nodes_unknown);
  } else if (node == nullptr) {
    missing.push_back(fmt::format("no Node has the machine id of {}", changed.name));
  } else if (!node->ready && !before_->unready.contains(changed.machine_id)) {
    missing.push_back(fmt::format("Node {} is not Ready", node->name));
  }
  if (!sight.leases_unknown.empty()) missing.push_back("leases cannot be read: " + sight.leases_unknown);
  for (const std::string& name : before_->kept) {
    if (!sight.leases_unknown.empty() || watch_.is_renewed(name)) continue;
    const facts::LeaseSight* lease = find(sight, name);
    missing.push_back(
        lease == nullptr || lease->holder.empty()
            ? fmt::format("nobody holds the lease kube-system/{}", name)
            : fmt::format("the lease kube-system/{} is not renewed by {}", name, lease->holder));
  }
  if (auto rejected = too_many_rejected()) missing.push_back(*std::move(rejected));
  return missing;
}

void AwaitCluster::on_sight(const facts::ClusterSight& sight, Millis waited, Outbox& out) {
  std::vector<std::string> open = missing(sight);
  if (open.empty()) return conclude({}, out);
  std::string why = fmt::format("{}: waited {}", join(open, "; "), human_duration(waited));
  bool unseen =
      !unknown_of(sight).empty() || (watch_.counts_rejected() && !watch_.rejections().unknown().empty());
  bool measurable = !unseen && before_->unknown.empty();
  Millis limit = unseen ? silence_is_death : kubelet_comes_back;
  if (goes_back() && !measurable && waited >= limit) return conclude(std::move(why), out);
  if (waited >= recovery_patience) return stop(rollout_errors::not_recovered, std::move(why), out);
  again(out);
}

void AwaitCluster::stop(const ErrorCode& code, std::string why, Outbox& out) {
  trouble_ = Trouble{code.number, std::move(why), {}};
  step_.fail(*trouble_, {}, out);
}

void AwaitCluster::conclude(std::string note, Outbox& out) {
  std::map<std::string, std::string> data;
  if (!note.empty()) data["note"] = std::move(note);
  if (found_.rejected_per_second)
    data["rejected_per_second"] = fmt::format("{:.1f}", *found_.rejected_per_second);
  step_.succeed(std::move(data), out);
}

void AwaitCluster::on(const Event& event, Outbox& out) {
  std::visit(overloaded{[](SingleStep::Nothing) {}, [&](SingleStep::Begin) { ask(event.now, out); },
                        [&](SingleStep::Resume) { ask(event.now, out); },
                        [&](const Answer& answer) { on_answer(answer, event.now, out); },
                        // No other node will be begun, so there is nothing to wait for.
                        [&](SingleStep::Leave) {
                          conclude(
                              before_ ? "interrupted before the Nodes and leases were seen to recover" : "",
                              out);
                        },
                        [](SingleStep::Ended) {}},
             step_.on(event, out));
}

}  // namespace nightlatch::rollout
