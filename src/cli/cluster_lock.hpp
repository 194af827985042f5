// The cluster's lock in the hands of a command: taken before anything is changed, renewed while the run goes
// on, given back at its end (S21).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "api/lease.hpp"
#include "cli/console.hpp"
#include "rollout/lock.hpp"

namespace nightlatch::cli {

enum class TakeOver { no, yes };
enum class WithoutApi { refuse, go_on };
enum class WhenHeld { leave, wait };

// What a run wants of the lock.
struct LockWish {
  std::string run;                              // its own id
  std::string holder;                           // ana@bastion2
  std::string of_run;                           // the run that it undoes or goes on with; may be empty
  TakeOver take_over = TakeOver::no;            // --take-over: from whoever works on `of_run`
  WithoutApi without_api = WithoutApi::refuse;  // go_on: the nodes' own locks are enough for the way back
  WhenHeld when_held = WhenHeld::leave;         // --wait: until it is free, or expired before our eyes
  std::function<void(const std::string&)> say;  // that it is waited for
  // Waits; tests do not.
  std::function<void(std::chrono::seconds)> pause = [](std::chrono::seconds time) {
    std::this_thread::sleep_for(time);
  };
};

class ClusterLock {
 public:
  // An error: another run holds it (exit 9), or the API does not let us write it. With WithoutApi::go_on and
  // no API a lock that holds nothing comes back; `word()` says so.
  [[nodiscard]] static Result<std::unique_ptr<ClusterLock>> take(
      const std::optional<api::Kubeconfig>& kubeconfig, const std::string& user_agent, const LockWish& wish);

  // Before anything is read: is it there to be taken? With WhenHeld::wait returns when it is. An API that
  // does not answer is no answer here.
  [[nodiscard]] static Status look(const api::Kubeconfig& kubeconfig, const std::string& user_agent,
                                   const LockWish& wish);

  ~ClusterLock();
  ClusterLock(const ClusterLock&) = delete;
  ClusterLock& operator=(const ClusterLock&) = delete;

  // Renews it; why it is lost, when it is. From one thread at a time.
  [[nodiscard]] std::optional<std::string> keep();
  // Gives it back; the second time does nothing.
  void release();

  // For the journal and the screen: "cluster", or what there is instead, and why.
  [[nodiscard]] const std::string& word() const { return word_; }
  [[nodiscard]] bool is_held() const { return kubeconfig_.has_value(); }

 private:
  ClusterLock(std::optional<api::Kubeconfig> kubeconfig, std::string user_agent, api::Lease lease,
              std::string word);

  std::optional<api::Kubeconfig> kubeconfig_;  // nullopt: nothing is held
  std::string user_agent_;
  std::string word_;
  std::mutex mutex_;  // of what follows: a second interruption releases while a renewal is under way
  api::Lease lease_;
  bool released_ = false;
  rollout::Renewals renewals_;
};

// `status --break-lock`: takes the lock away from its holder, which its next renewal is told.
[[nodiscard]] Result<api::Lease> break_lock(const api::Kubeconfig& kubeconfig, const std::string& user_agent,
                                            const std::string& by, const std::string& reason);

// Who runs this: ana@bastion2.
[[nodiscard]] std::string who_am_i();

}  // namespace nightlatch::cli
