// The cluster's lock as a command holds it: taken before anything is changed, renewed while the run goes on,
// given back at its end (S21).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "api/lease.hpp"
#include "cluster/connections.hpp"
#include "cluster/lock_claim.hpp"

namespace nightlatch::cluster {

enum class TakeOver { no, yes };
enum class WithoutApi { refuse, go_on };
enum class WhenHeld { leave, wait };
// What keeps the run whose lock is taken away from beginning another node: the time until it has heard of
// that, or the newer epoch on the node at which it works.
enum class Predecessor { is_waited_for, shut_out_by_its_node };

// How a run asks for the lock.
struct LockRequest {
  std::string run;                              // its own id
  std::string holder;                           // ana@bastion2
  std::string of_run;                           // the run that it undoes or goes on with; may be empty
  TakeOver take_over = TakeOver::no;            // --take-over: from whoever works on `of_run`
  WithoutApi without_api = WithoutApi::refuse;  // go_on: the nodes' own locks are enough for the way back
  WhenHeld when_held = WhenHeld::leave;         // --wait: until it is free, or expired before our eyes
  Predecessor predecessor = Predecessor::is_waited_for;
  std::function<void(const std::string&)> say;  // that it is waited for
  // Waits; tests do not.
  std::function<void(std::chrono::seconds)> pause = [](std::chrono::seconds time) {
    std::this_thread::sleep_for(time);
  };
};

class ClusterLock {
 public:
  // `api` null: there is no kubeconfig. An error: another run holds the lock (exit 9), or the API does not
  // let us write it. With WithoutApi::go_on and no API a lock that holds nothing comes back; `description()`
  // says so.
  [[nodiscard]] static Result<std::unique_ptr<ClusterLock>> take(std::shared_ptr<ClusterApi> api,
                                                                 const LockRequest& request);

  // Before anything is read: is the lock there to be taken? With WhenHeld::wait this returns when it is. An
  // API that does not answer is no answer here.
  [[nodiscard]] static Status look(ClusterApi& api, const LockRequest& request);

  ~ClusterLock();
  ClusterLock(const ClusterLock&) = delete;
  ClusterLock& operator=(const ClusterLock&) = delete;

  // Renews it; why it is lost, when it is. From one thread at a time.
  [[nodiscard]] std::optional<std::string> keep();
  // Gives it back; the second time does nothing.
  void release();

  // For the journal and the screen: "the cluster's", or what there is instead, and why.
  [[nodiscard]] const std::string& description() const { return description_; }
  [[nodiscard]] bool is_held() const { return api_ != nullptr; }

 private:
  ClusterLock(std::shared_ptr<ClusterApi> api, api::Lease lease, std::string description);

  std::shared_ptr<ClusterApi> api_;  // null: nothing is held
  std::string description_;
  std::mutex mutex_;  // of what follows: a second interruption releases while a renewal is under way
  api::Lease lease_;
  bool released_ = false;
  Renewals renewals_;
};

// `status --break-lock`: takes the lock away from its holder, which its next renewal is told. Returns the
// lease as it was. Errors: not_locked; those of the API.
[[nodiscard]] Result<api::Lease> break_lock(ClusterApi& api, const std::string& by,
                                            const std::string& reason);

// Who runs this: ana@bastion2.
[[nodiscard]] std::string who_am_i();

}  // namespace nightlatch::cluster
