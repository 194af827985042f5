// The driver of a run outside the simulator: one thread with one queue (util/loop.hpp). Questions that block
// go to workers, one for each node and one for each other kind, so that the SSH session of a node is used by
// one thread at a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "rollout/journal.hpp"
#include "rollout/run.hpp"

namespace nightlatch::rollout {

// What a run needs of the world: one function for each kind of question. Where there is nobody to ask (no
// load balancer, no API), the answer says so.
class Ports {
 public:
  Ports() = default;
  virtual ~Ports() = default;
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  // These may block and are called on workers: those for one node on that node's worker, one after the other.
  // They must not throw (util/pool.hpp).
  [[nodiscard]] virtual node::Reply answer(const CallNode& question) = 0;
  [[nodiscard]] virtual ApiServerAnswers answer(const AskApiServer& question) = 0;
  [[nodiscard]] virtual BalancerAnswer answer(const AskBalancer& question) = 0;
  [[nodiscard]] virtual facts::ClusterSight answer(const LookAtCluster& question) = 0;
  [[nodiscard]] virtual ObjectWritten answer(const PutObject& question) = 0;
  [[nodiscard]] virtual Choice answer(const AskOperator& question) = 0;
  [[nodiscard]] virtual Permission answer(const AskToBegin& question) = 0;
  [[nodiscard]] virtual HookEnded answer(const CallHook& question) = 0;
  // Does not block and may be called by the driver's own thread.
  [[nodiscard]] virtual facts::ClientSight answer(const HearClient& question) = 0;
  // Renews the cluster's lock (S21), blocking, on a worker of its own. Returns why the lock is lost; nullopt:
  // it is kept, or there is none. It is not called again after a loss.
  [[nodiscard]] virtual std::optional<std::string> keep_lock() = 0;
  // The pause between two renewals.
  [[nodiscard]] virtual std::chrono::milliseconds keep_lock_every() const { return std::chrono::seconds(30); }

  // The driver's own thread calls these; they do not block.
  virtual void on_record(const Record& record) = 0;  // after it is durable
  virtual void on_tick() = 0;                        // about four times a second
  virtual void withdraw_question() = 0;  // an interruption came: the answer to an open AskOperator is no
  virtual void leave_at_once() = 0;      // a second interruption came (A8); need not return
};

// Carries the run out and returns its result once it is finished. INT, TERM and HUP become Interrupted (A8),
// a record that cannot be written becomes RecordFailed. `journal` is new and empty. All three outlive the
// call.
[[nodiscard]] RunResult drive(Run& run, Journal& journal, Ports& ports);

}  // namespace nightlatch::rollout
