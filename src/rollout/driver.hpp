// The real driver of a run: one thread with one queue (util/loop). Questions that block go to one worker for
// each node and one for each other port, so that a node's SSH session is used by one thread at a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "rollout/journal.hpp"
#include "rollout/run.hpp"

namespace nightlatch::rollout {

// What a run needs of the world. There is a port for every kind of question: where there is nobody to ask (no
// load balancer, no API) its port says so in its answer.
class Ports {
 public:
  Ports() = default;
  virtual ~Ports() = default;
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  // Answers. They may block and are called on workers: those to one node on that node's, one after the other.
  [[nodiscard]] virtual node::Reply answer(const CallNode& question) = 0;
  [[nodiscard]] virtual ApiServerAnswers answer(const AskApiServer& question) = 0;
  [[nodiscard]] virtual BalancerAnswer answer(const AskBalancer& question) = 0;
  [[nodiscard]] virtual facts::ClusterSight answer(const LookAtCluster& question) = 0;
  [[nodiscard]] virtual ObjectWritten answer(const PutObject& question) = 0;
  [[nodiscard]] virtual Choice answer(const AskOperator& question) = 0;
  // Renews the cluster's lock; blocks, on a worker of its own. Why the lock is lost; nullopt: it is kept, or
  // there is none.
  [[nodiscard]] virtual std::optional<std::string> keep_lock() = 0;
  [[nodiscard]] virtual std::chrono::milliseconds keep_lock_every() const { return std::chrono::seconds(30); }

  // The driver's own thread calls these; they do not block.
  virtual void on_record(const Record& record) = 0;  // after it is durable
  virtual void on_tick() = 0;                        // about four times a second
  virtual void withdraw_question() = 0;              // an interruption came: an open AskOperator is `no` soon
  virtual void leave_at_once() = 0;                  // a second interruption; need not return
};

// Returns when the run is finished. INT, TERM and HUP are its Interrupted event. `journal` is a new one.
[[nodiscard]] RunResult drive(Run& run, Journal& journal, Ports& ports);

}  // namespace nightlatch::rollout
