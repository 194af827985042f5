// The password that sudo asks for on the nodes: one for all of them, in memory alone (S22).
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "util/result.hpp"

namespace nightlatch::node {

// Used by the threads of all nodes. A password that is wrong must cost one failed attempt, and not one for
// each node: where nodes share their accounts, that could lock the person out. So it is tried on one node at
// a time until one has taken it, and is never sent again to a node that has refused it.
class BecomePassword {
 public:
  explicit BecomePassword(std::string password) : password_(std::move(password)) {}
  ~BecomePassword();  // overwrites it
  BecomePassword(const BecomePassword&) = delete;
  BecomePassword& operator=(const BecomePassword&) = delete;

  // The right to send it to one node once. While it is untried, the next one waits for the end of this one.
  class Use {
   public:
    [[nodiscard]] std::string_view text() const { return owner_->password_; }
    void was_taken();
    void was_refused();

   private:
    friend class BecomePassword;
    Use(BecomePassword& owner, std::string node, std::unique_lock<std::mutex> alone)
        : owner_(&owner), node_(std::move(node)), alone_(std::move(alone)) {}

    BecomePassword* owner_;
    std::string node_;
    std::unique_lock<std::mutex> alone_;
  };
  // Error: become_password_wrong: this node has refused it, or another one has and none has taken it.
  [[nodiscard]] Result<Use> use(const std::string& node);

 private:
  std::string password_;
  std::mutex trying_;  // held by a use while the password is untried
  std::mutex mutex_;   // of what follows
  bool taken_ = false;
  std::set<std::string> refused_by_;
};

}  // namespace nightlatch::node
