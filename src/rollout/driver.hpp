// The real driver of a run: one thread, one queue (util/loop); calls that block go to one worker a node, so
// that a node's SSH session is used by one thread at a time.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rollout/journal.hpp"
#include "rollout/run.hpp"

namespace nightlatch::rollout {

// How one node of the plan is reached. Both are called on that node's worker.
struct NodeWays {
  node::NodePort* port = nullptr;
  std::function<std::vector<facts::Seen>(const std::vector<facts::Expectation>&)> ask;
};

struct Hands {
  std::vector<NodeWays> nodes;                                     // in the plan's order
  std::function<facts::Seen(const facts::Expectation&)> balancer;  // where the run knows of one
  // Writes an object of the API. Empty only where no plan holds such a change.
  std::function<facts::ObjectWritten(const plan::ObjectChange&)> persist;
  std::function<facts::ClusterSight()> cluster;           // where the run watches the cluster
  std::function<Choice(const plan::NodePlan&)> person;    // blocks until there is an answer
  std::function<void()> withdraw_question;                // an interruption came: `person` returns `no` soon
  std::function<void(const Record&)> on_record;           // after it is durable
  std::function<void()> on_tick;                          // about four times a second
  std::function<std::optional<std::string>()> keep_lock;  // blocks; why the cluster's lock is lost, if it is
  std::chrono::milliseconds keep_lock_every{std::chrono::seconds(30)};
  std::function<void()> leave_at_once;  // a second interruption; does not return
};

// Returns when the run is finished. INT, TERM and HUP are its Interrupted event.
[[nodiscard]] RunResult drive(Run& run, const plan::Plan& plan, Journal& journal, const Hands& hands);

}  // namespace nightlatch::rollout
